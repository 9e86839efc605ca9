import { DiagnosticError, diagnostic, failure, type Report } from '../../diagnostics/index.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Network } from '../../ir/network.ts';
import { networkName } from '../network-name.ts';
import { NetworkBuilder, TIME } from './builder.ts';
import { checkOperators, noSpikingNeuron } from './check-operators.ts';
import { Call, type Context, guarded, nameOf } from './context.ts';
import { type ExternalData, inlineExternalData } from './external-data.ts';
import { orderGraph } from './graph.ts';
import { computesInHalf, inFloat32 } from './in-float32.ts';
import { type GraphInput, readInputs } from './inputs.ts';
import { modulePath } from './names.ts';
import { type Collapsed, collapseUnrolled } from './neurons/unrolled/collapse.ts';
import { recoverUnrolled } from './neurons/unrolled/recover-copies.ts';
import { stackLayers } from './neurons/unrolled/stack-layers.ts';
import { FOLDABLE, operatorOf } from './operators/index.ts';
import { decodeModel, type OnnxGraph, type OnnxModel, type OnnxNode, type OnnxTensor } from './proto/index.ts';
import { currentOf } from './streams/current.ts';
import { readTensor } from './tensors/read-tensor.ts';
import { elementCount, KernelError } from './tensors/tensor.ts';
import { type Base, constant, describeValue, soleTerm, type Value, viewOf } from './values.ts';

export interface OnnxOptions {
  /** Name of the file, for messages and origins. */
  readonly file: string;
  /** Takes warnings. */
  readonly report: Report;
  /** Files beside the model that hold values of its tensors; see externalFiles. */
  readonly external?: ExternalData;
}

/**
 * The network in an ONNX file: neurons recovered from loops or custom nodes, projections from linear layers and convolutions over time.
 * One walk over the graph, in order, folds constants, infers shapes and recovers. Throws DiagnosticError: what cannot be proved to be a
 * spiking network with the file's function is refused with the nodes' names.
 */
export function importOnnx(bytes: Uint8Array, options: OnnxOptions): Network {
  return traceOnnx(bytes, options).network;
}

/** A network, and the tensor of its file that holds each population's spikes, in the order of [steps, size]. */
export interface TracedNetwork {
  readonly network: Network;
  readonly spikes: ReadonlyMap<NodeId, SpikeTensor>;
}

export interface SpikeTensor {
  readonly name: string;
  readonly boolean: boolean;
  /** steps * size. */
  readonly values: number;
  /** The node that would give it, where the file holds its rows alone. */
  readonly join: OnnxNode | null;
}

/** importOnnx, and where the file computes what was recovered. */
export function traceOnnx(bytes: Uint8Array, options: OnnxOptions): TracedNetwork {
  const { file, report } = options;
  const { graph, ...model } = readModel(bytes, options);
  const written = orderGraph({ graph, ...model }, file);
  const { joins, inFeedback, ...stacked } = stackLayers(written, graph);
  const ordered = joins.size === 0 ? written : orderGraph({ ...model, graph: stacked.graph }, file);
  const collapsed = collapseUnrolled(ordered, graph);
  checkOperators(collapsed.nodes, file, collapsed.loops);
  const inputs = readInputs(graph, file);
  const steps = inputs.find((input) => input.role === 'features')?.steps ?? 0;
  const builder = new NetworkBuilder(file, steps);
  const context: Context = {
    file,
    report,
    warnOnce: onceByCode(report),
    builder,
    trained: new Set(),
    settled: new WeakMap(),
    readers: ordered.readers,
    work: 0,
  };
  const values = new Map<string, Value>();
  addInputs(values, inputs, builder);
  addInitializers(values, graph, file);
  if (graph.outputs.length !== 1) throw severalOutputs(graph, file);
  withNoteOnFeedback(inFeedback, () => evaluate(collapsed, values, context));
  return { network: finish(graph, collapsed, values, context), spikes: findSpikes(values, joins) };
}

function findSpikes(values: ReadonlyMap<string, Value>, joins: ReadonlyMap<string, OnnxNode>): ReadonlyMap<NodeId, SpikeTensor> {
  const found = new Map<NodeId, SpikeTensor>();
  for (const [name, value] of values) {
    const term = value.kind === 'stream' ? soleTerm(value) : null;
    if (value.kind !== 'stream' || term?.base.kind !== 'node' || term.index !== null || term.scale !== 1) continue;
    const { node } = term.base;
    if (node.kind === 'population' && !found.has(node.id))
      found.set(node.id, { name, boolean: value.type === 'bool', values: term.base.steps * term.base.size, join: joins.get(name) ?? null });
  }
  return found;
}

function readModel(bytes: Uint8Array, { file, report, external = new Map() }: OnnxOptions): OnnxModel {
  const model = inlineExternalData(decodeModel(bytes, file), external, file);
  if (!computesInHalf(model)) return model;
  report(diagnostic('weight-precision', 'the network computes in float16; it is read as one in float32', { places: [{ file }] }));
  return inFloat32(model);
}

const severalOutputs = ({ outputs }: OnnxGraph, file: string): Error =>
  failure('no-readout', `the graph has ${outputs.length} outputs; one is read here`, {
    places: outputs.map(({ name }) => ({ file, item: `output ${name ?? ''}` })),
  });

/** What `run` refuses, with the layers named that may be why: a row of theirs needs an earlier row's result. */
function withNoteOnFeedback(layers: readonly OnnxNode[], run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof DiagnosticError) || layers.length === 0) throw error;
    const note = `a layer in each step reads what earlier steps gave (${layers.map(nameOf).join(', ')}): feedback between layers is not read from ONNX`;
    throw new DiagnosticError(error.diagnostics.map((each) => ({ ...each, notes: [...each.notes, note] })));
  }
}

function onceByCode(report: Report): Report {
  const given = new Set<string>();
  return (warning) => {
    if (!given.has(warning.code)) report(warning);
    given.add(warning.code);
  };
}

function addInputs(values: Map<string, Value>, inputs: readonly GraphInput[], builder: NetworkBuilder): void {
  const features = inputs.filter(({ role }) => role === 'features');
  const channels = features.reduce((sum, { size }) => sum + size, 0);
  // Several inputs are the channels of one clip, in the order of the graph; which of them are read apart shows later.
  const whole = builder.addInput(features.length === 1 ? features[0].name : 'features', 'features', channels);
  let first = 0;
  for (const { name, role, shape, size, steps, boolean } of inputs) {
    if (role === 'mask') values.set(name, { ...viewOf(builder.addInput(name, role, 1), shape, null), type: boolean ? 'bool' : 'float' });
    else {
      const from = first;
      const index = Int32Array.from({ length: steps * size }, (_, e) => Math.floor(e / size) * channels + from + (e % size));
      values.set(name, viewOf(whole, shape, size === channels ? null : index));
      builder.nameChannels(name, from, size);
      first += size;
    }
  }
}

function addInitializers(values: Map<string, Value>, graph: OnnxGraph, file: string): void {
  if (graph.sparseInitializers.length > 0) {
    throw failure('unsupported-pattern', 'the file holds sparse initializers', {
      places: [{ file }],
      notes: ['accepted here: dense initializers'],
    });
  }
  for (const tensor of graph.initializers) values.set(tensor.name ?? '', constant(readInitializer(tensor, file)));
}

function readInitializer(tensor: OnnxTensor, file: string) {
  try {
    return readTensor(tensor);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw failure('onnx-invalid-graph', `an initializer cannot be read: ${error.message}`, {
      places: [{ file, item: `initializer ${tensor.name ?? ''}` }],
    });
  }
}

function evaluate(ordered: Collapsed, values: Map<string, Value>, context: Context): void {
  for (const node of ordered.nodes) {
    const call = new Call(context, node, ordered.opset, (name) => values.get(name));
    const loop = ordered.loops.get(node);
    const operator = operatorOf(node);
    if (loop === undefined && operator === undefined) throw call.fail('unsupported-operator', 'it has no spiking form');
    const results = guarded(call, () => (loop === undefined ? (operator?.(call) ?? []) : recoverUnrolled(call, loop, FOLDABLE)));
    for (const result of results) if (result.kind === 'constant') call.keep(result.tensor);
    node.outputs.forEach((name, k) => {
      if (name !== '' && results[k] !== undefined) values.set(name, results[k]);
    });
  }
}

/** Values that the streams of one clip may have together: 2^29 bytes as float32. Sizes and steps are declared, no file holds them. */
const VALUES_MAX = 2 ** 27;

function checkVolume(builder: NetworkBuilder, file: string): void {
  const values = builder.nodes.reduce((sum, node) => sum + node.size * builder.stepsOf(node.timeline), 0);
  if (values <= VALUES_MAX) return;
  throw failure('onnx-too-large', `the streams of one clip have ${values} values`, {
    places: [{ file }],
    notes: [`at most ${VALUES_MAX}: the sum of steps * size over inputs, populations and operations`],
  });
}

/** The graph's output becomes the read-out over the clip's steps: what a linear layer gives, or the spikes of the last neurons as they are. */
function finish(graph: OnnxGraph, ordered: Collapsed, values: ReadonlyMap<string, Value>, context: Context): Network {
  const { file, builder } = context;
  if (!builder.nodes.some((node) => node.kind === 'population')) throw new DiagnosticError([noSpikingNeuron(file)]);
  checkVolume(builder, file);
  const [output] = graph.outputs;
  const name = output?.name ?? '';
  const value = values.get(name);
  const maker = ordered.nodes.find((node) => node.outputs.includes(name));
  const refuse = (reason: string): Error => failure('no-readout', reason, { places: [{ file, item: `output ${name}` }] });
  if (maker === undefined) throw refuse('the output is an input or a constant');
  if (value?.kind !== 'stream' || !value.terms.every(({ base }) => isReadable(base))) {
    throw refuse(`the output is ${value === undefined ? 'nothing' : describeValue(value)}, not spikes or what a linear layer gives`);
  }
  const steps = builder.stepsOf(TIME);
  if (elementCount(value.shape) % steps !== 0 || !value.shape.includes(steps))
    throw refuse(`the output [${value.shape.join(', ')}] has no axis of ${steps} steps`);
  const call = new Call(context, maker, ordered.opset, (tensor) => values.get(tensor));
  const { incoming, bias, normalization, gate, size, timeline, nodes } = currentOf(call, value, steps);
  if (gate !== null || timeline !== TIME) throw refuse('the output is gated or not in order of time');
  const layer = modulePath(nodes[0] ?? '') || name;
  const readout = builder.add(
    { kind: 'readout', name: layer, size, timeline, payload: { kind: 'real' }, bias, normalization, scale: 1 },
    'readout',
    nodes,
  );
  for (const { source, synapses } of incoming)
    builder.project(source, readout.node.id, synapses, { file, recogniser: synapses.kind, nodes });
  const parameters = [...context.trained].reduce((sum, tensor) => sum + tensor.data.length, 0);
  return builder.finish(networkName(file, 'onnx'), readout.node.id, parameters);
}

const isReadable = (base: Base): boolean => base.kind === 'current' || (base.kind === 'node' && base.node.kind === 'population');
