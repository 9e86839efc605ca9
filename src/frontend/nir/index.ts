import { type Diagnostic, DiagnosticError, diagnostic, failure, type Report } from '../../diagnostics/index.ts';
import { nodeId, projectionId, timelineId } from '../../ir/ids.ts';
import { NETWORK_VERSION, type Network, type NetworkNode, type PopulationNode, type Projection } from '../../ir/network.ts';
import { BINARY, integer, REAL } from '../../ir/payload.ts';
import { networkName } from '../network-name.ts';
import { type Arriving, type Current, Currents } from './currents.ts';
import { delayStepsOf } from './delays.ts';
import { Fields } from './fields.ts';
import { type FlatGraph, flattenGraph, PASS } from './flatten.ts';
import { LINEAR_TYPES } from './linear.ts';
import { synapsesOf } from './linear-map.ts';
import { NEURON_TYPES, readNeuron } from './neurons.ts';
import { orderNeurons } from './order.ts';
import { readNirGraph } from './read-graph.ts';
import { inferShapes } from './shapes.ts';
import { warnOfUnits } from './units.ts';

export interface NirOptions {
  readonly file: string;
  readonly report: Report;
  /** Steps of a clip; null: not known. */
  readonly steps: number | null;
  /** Seconds of a step; null: not known. */
  readonly timestepS: number | null;
}

/**
 * The network in a NIR file (Neuromorphic Intermediate Representation, nir 0.1 to 1.0): neurons as populations in continuous time, chains of
 * linear nodes between them as projections. A spike acts in the step in which it is fired; along an edge that feeds back, one step later.
 * Throws DiagnosticError: `nir-…` for what is wrong with the file or not held here, `timestep-missing` and `steps-missing` for what no NIR
 * file says.
 */
export async function importNir(bytes: Uint8Array, options: NirOptions): Promise<Network> {
  const { file, report, steps, timestepS } = options;
  const graph = flattenGraph(await readNirGraph(bytes, file), file);
  checkTypes(graph, file);
  if (steps === null || timestepS === null) throw new DiagnosticError(missingOptions(options));
  const { shapes, linear } = inferShapes(graph, file);
  const fieldsOf = (name: string): Fields => {
    const node = graph.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return new Fields(node, file);
  };
  const sizeOf = (name: string): number => (shapes.get(name) ?? []).reduce((product, length) => product * length, 1);
  const typeOf = (name: string): string => graph.nodes.get(name)?.type ?? '';
  const isSource = (name: string): boolean => typeOf(name) === 'Input' || NEURON_TYPES.has(typeOf(name));
  const currents = new Currents(graph, linear, { sizeOf, fieldsOf, isSource });
  const names = [...graph.nodes.keys()];
  const outputs = names.filter((name) => typeOf(name) === 'Output');
  const inputs = names.filter((name) => typeOf(name) === 'Input');
  if (outputs.length !== 1 || inputs.length === 0)
    throw failure('nir-invalid-graph', `the graph has ${inputs.length} inputs and ${outputs.length} outputs`, {
      places: [{ file }],
      notes: ['read here: inputs, and one output'],
    });
  const neurons = names.filter((name) => NEURON_TYPES.has(typeOf(name)));
  if (neurons.length === 0) throw failure('no-spiking-neuron', 'the NIR graph has no spiking neuron', { places: [{ file }] });
  const read = new Map<string, Current>([...neurons, ...outputs].map((name) => [name, currents.into(name)]));
  const order = orderNeurons(neurons, (name) => (read.get(name)?.arriving ?? []).map(({ source }) => source), inputs);
  const timeline = timelineId('time');
  const common = (name: string, recogniser: string, nodes: readonly string[]) => ({
    id: nodeId(name),
    name,
    timeline,
    origin: { file, recogniser, nodes },
  });
  const nodes: NetworkNode[] = [];
  let firstChannel = 0;
  for (const name of inputs) {
    const size = sizeOf(name);
    const part = inputs.length === 1 ? {} : { firstChannel };
    nodes.push({ ...common(name, 'nir-input', [name]), kind: 'input', role: 'features', size, payload: integer(0, null), ...part });
    firstChannel += size;
  }
  const biasOf = (name: string): Float32Array | null => {
    const bias = read.get(name)?.bias ?? null;
    if (bias === null || bias.every((value) => value === 0)) return null;
    const values = Float32Array.from(bias);
    checkRange(values, fieldsOf(name), 'the bias of neuron');
    return values;
  };
  for (const name of order) {
    const size = sizeOf(name);
    const population: PopulationNode = {
      ...common(name, typeOf(name), [name]),
      kind: 'population',
      size,
      payload: BINARY,
      bias: biasOf(name),
      normalization: null,
      neuron: readNeuron(fieldsOf(name), size),
      gate: null,
    };
    nodes.push(population);
  }
  const [output] = outputs;
  const size = read.get(output)?.size ?? 0;
  nodes.push({
    ...common(output, 'nir-output', [output]),
    kind: 'readout',
    size,
    payload: REAL,
    bias: biasOf(output),
    normalization: null,
    scale: 1,
  });
  warnOfUnits(nodes, timestepS, file, report);
  const position = new Map(nodes.map((node, k) => [node.name, k]));
  const projections: Projection[] = [];
  for (const target of [...order, output]) {
    for (const stream of read.get(target)?.arriving ?? []) {
      const back = (position.get(stream.source) ?? 0) >= (position.get(target) ?? 0);
      projections.push(projectionOf(stream, target, back, projections.length, options, fieldsOf, timestepS));
    }
  }
  return {
    version: NETWORK_VERSION,
    name: networkName(file, 'nir'),
    format: 'nir',
    timesteps: steps,
    timelines: [{ id: timeline, steps, order: 'time' }],
    nodes,
    projections,
    output: nodeId(output),
    parameterCount: parametersOf(graph),
    schedule: null,
  };
}

/** Float64 numbers of the file, and products of them along a chain, may be too large for float32. */
function checkRange(values: ArrayLike<number> | null, fields: Fields, what: string): void {
  const wrong = values === null ? -1 : Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
  if (wrong >= 0) throw fields.fail('non-finite-weight', `${what} ${wrong} is beyond the range of float32`);
}

function projectionOf(
  { source, map, delayS, nodes }: Arriving,
  target: string,
  back: boolean,
  index: number,
  { file }: NirOptions,
  fieldsOf: (name: string) => Fields,
  timestepS: number,
): Projection {
  const delays = delayS === null ? null : delayStepsOf(delayS, timestepS, fieldsOf(nodes[nodes.length - 1]));
  const least = delays === null ? 0 : delays.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const varied = delays?.some((steps) => steps !== least) ? delays.map((steps) => steps - least) : null;
  const synapses = synapsesOf(map, varied);
  checkRange(synapses.kind === 'pooling' ? null : synapses.weights, fieldsOf(nodes[nodes.length - 1] ?? target), 'weight');
  // Around a loop a spike needs a step; a delay in the file that is one already is no second one.
  const delaySteps = back ? Math.max(1, least) : least;
  return {
    id: projectionId(`${source} -> ${target}${index === 0 ? '' : ` (${index})`}`),
    source: nodeId(source),
    target: nodeId(target),
    synapses,
    delaySteps,
    weightExponent: 0,
    origin: { file, recogniser: 'nir', nodes },
  };
}

const HELD = [...NEURON_TYPES.keys(), ...LINEAR_TYPES, 'Delay', 'Input', 'Output', 'NIRGraph'].filter((type) => type !== PASS);

/** Types of NIR that no network here can hold yet, and why. */
const NOT_HELD: ReadonlyMap<string, string> = new Map(
  ['I', 'LI', 'CubaLI'].map((type) => [type, 'it integrates without ever firing, and what is read from it is a membrane potential']),
);

function checkTypes({ nodes }: FlatGraph, file: string): void {
  const problems: Diagnostic[] = [];
  const places = new Map<string, string[]>();
  for (const { name, type } of nodes.values()) {
    if (HELD.includes(type) || type === PASS) continue;
    places.set(type, [...(places.get(type) ?? []), name]);
  }
  for (const [type, found] of places) {
    const why = NOT_HELD.get(type);
    problems.push(
      diagnostic(
        'nir-unsupported',
        why === undefined ? `\`${type}\` is no node type of NIR` : `NIR nodes of type \`${type}\` are not read: ${why}`,
        {
          places: found.slice(0, 10).map((name) => ({ file, item: `node ${name}` })),
          notes: [`read here: ${HELD.join(', ')}`],
        },
      ),
    );
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
}

function missingOptions({ file, steps, timestepS }: NirOptions): readonly Diagnostic[] {
  const places = [{ file }];
  return [
    ...(timestepS === null
      ? [diagnostic('timestep-missing', 'NIR files hold time constants in seconds, and not the timestep', { places })]
      : []),
    ...(steps === null ? [diagnostic('steps-missing', 'NIR files do not say how many timesteps a clip has', { places })] : []),
  ];
}

/** Numbers that were trained or set: weights and biases. */
function parametersOf({ nodes }: FlatGraph): number {
  let count = 0;
  for (const { numbers } of nodes.values()) for (const name of ['weight', 'bias', 'scale']) count += numbers.get(name)?.values.length ?? 0;
  return count;
}
