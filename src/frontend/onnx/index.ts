import { DiagnosticError, diagnostic, failure, type Report } from '../../diagnostics/index.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Network } from '../../ir/network.ts';
import { REAL } from '../../ir/payload.ts';
import { networkName } from '../network-name.ts';
import { NetworkBuilder, TIME } from './builder.ts';
import { checkOperators, noSpikingNeuron } from './check-operators.ts';
import { Call, type Context, guarded, nameOf } from './context.ts';
import { type ExternalData, inlineExternalData } from './external-data.ts';
import { addFeedback, closeFeedback, populationOf } from './feedback.ts';
import { Folder } from './fold.ts';
import { orderGraph } from './graph.ts';
import { computesInHalf, inFloat32 } from './in-float32.ts';
import { type GraphInput, readInputs } from './inputs.ts';
import { modulePath } from './names.ts';
import type { Collapsed } from './neurons/unrolled/collapse.ts';
import { recoverUnrolled } from './neurons/unrolled/recover-copies.ts';
import { separateLoops } from './neurons/unrolled/separate-loops.ts';
import { unrollLoops } from './neurons/unrolled/unroll-loops.ts';
import { FOLDABLE, operatorOf } from './operators/index.ts';
import { decodeModel, type OnnxGraph, type OnnxModel, type OnnxNode } from './proto/index.ts';
import { startValues } from './start-values.ts';
import { currentOf } from './streams/current.ts';
import { elementCount } from './tensors/tensor.ts';
import { type Base, describeValue, type PotentialBase, type StreamValue, soleTerm, type Value } from './values.ts';

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
  /** The file as it was read, its loops over whole networks unrolled: the tensors are in this one. */
  readonly model: OnnxModel;
}

export interface SpikeTensor {
  readonly name: string;
  readonly boolean: boolean;
  /** Steps that the file holds, times size. */
  readonly values: number;
  /** The node that would give it, where the file holds its rows alone. */
  readonly join: OnnxNode | null;
}

/** importOnnx, and where the file computes what was recovered. */
export function traceOnnx(bytes: Uint8Array, options: OnnxOptions): TracedNetwork {
  const { file } = options;
  const stored = readModel(bytes, options);
  const inFile = orderGraph(stored, file);
  const { opset } = inFile;
  const stepsOf = (): number => stepsOfClip(readInputs(stored.graph, file));
  const folderOf = (graph: OnnxGraph): Folder => {
    const inputs = readInputs(graph, file);
    const scratch = contextOf(options, stepsOfClip(inputs), inFile.readers, () => undefined);
    return new Folder(graph.nodes, startValues(inputs, graph, scratch.builder, file), scratch, opset);
  };
  const graph = unrollLoops(stored.graph, { file, opset, stepsOf, folderOf });
  const model = graph === stored.graph ? stored : { ...stored, graph };
  const written = model === stored ? inFile : orderGraph(model, file);
  const { collapsed, readers, feedback, joins, inFeedback } = separateLoops(model, written, {
    file,
    stepsOf,
    folder: () => folderOf(graph),
  });
  checkOperators(collapsed.nodes, file, collapsed.loops);
  const inputs = readInputs(graph, file);
  const context = contextOf(options, stepsOfClip(inputs), readers, options.report);
  const values = startValues(inputs, graph, context.builder, file);
  for (const each of feedback) addFeedback(values, each, context.builder);
  if (graph.outputs.length !== 1) throw severalOutputs(graph, file);
  withNoteOnFeedback(inFeedback, () => evaluate(collapsed, values, context));
  for (const each of feedback) closeFeedback(values, each, context);
  return { network: finish(graph, collapsed, values, context), spikes: findSpikes(values, joins), model };
}

const stepsOfClip = (inputs: readonly GraphInput[]): number => inputs.find((input) => input.role === 'features')?.steps ?? 0;

function contextOf({ file }: OnnxOptions, steps: number, readers: ReadonlyMap<string, number>, report: Report): Context {
  return {
    file,
    report,
    warnOnce: onceByCode(report),
    builder: new NetworkBuilder(file, steps),
    trained: new Set(),
    settled: new WeakMap(),
    readers,
    work: 0,
  };
}

function findSpikes(values: ReadonlyMap<string, Value>, joins: ReadonlyMap<string, OnnxNode>): ReadonlyMap<NodeId, SpikeTensor> {
  const found = new Map<NodeId, SpikeTensor>();
  for (const [name, value] of values) {
    const base = value.kind === 'stream' ? populationOf(value) : null;
    if (value.kind !== 'stream' || base === null || found.has(base.node.id)) continue;
    const join = joins.get(name) ?? null;
    // A file may lack the last steps.
    const steps = join === null ? base.steps : join.inputs.length;
    found.set(base.node.id, { name, boolean: value.type === 'bool', values: steps * base.size, join });
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
  const potential = potentialOf(value);
  const { incoming, bias, normalization, gate, size, timeline, nodes } = potential?.current ?? currentOf(call, value, steps);
  if (gate !== null || timeline !== TIME) throw refuse('the output is gated or not in order of time');
  const layer = modulePath(nodes[0] ?? '') || name;
  const readout = builder.add(
    {
      kind: 'readout',
      name: layer,
      size,
      timeline,
      payload: REAL,
      bias,
      normalization,
      scale: 1,
      ...(potential && { membrane: potential.membrane }),
    },
    potential?.recogniser ?? 'readout',
    potential?.nodes ?? nodes,
  );
  for (const { source, synapses } of incoming)
    builder.project(source, readout.node.id, synapses, { file, recogniser: synapses.kind, nodes }, potential?.lagSteps);
  const parameters = [...context.trained].reduce((sum, tensor) => sum + tensor.data.length, 0);
  return builder.finish(networkName(file, 'onnx'), readout.node.id, parameters);
}

/** Membranes whose potentials are the whole value, in order; null where it is anything else. */
function potentialOf(value: StreamValue): PotentialBase | null {
  const term = soleTerm(value);
  return term?.base.kind === 'potential' && term.index === null && term.scale === 1 ? term.base : null;
}

const isReadable = (base: Base): boolean =>
  base.kind === 'current' || base.kind === 'potential' || (base.kind === 'node' && base.node.kind === 'population');
