import { failure, type Report } from '../../diagnostics/index.ts';
import { nodeId, projectionId, timelineId } from '../../ir/ids.ts';
import { NETWORK_VERSION, type Network, type NetworkNode, type Projection } from '../../ir/network.ts';
import { BINARY, integer, REAL } from '../../ir/payload.ts';
import { networkName } from '../network-name.ts';
import type { Arriving } from './currents.ts';
import { delayStepsOf } from './delays.ts';
import type { Fields } from './fields.ts';
import { NIR_LIMITS } from './limits.ts';
import { synapsesOf } from './linear-map.ts';
import { INTEGRATOR_TYPES, type ResetRule, readMembrane, readNeuron } from './neurons.ts';
import { warnOfUnits } from './units.ts';
import type { Wiring } from './wiring.ts';

interface BuildOptions {
  readonly file: string;
  readonly report: Report;
  readonly steps: number;
  readonly timestepS: number;
  readonly reset: ResetRule;
  /** Trained numbers in the file. */
  readonly parameters: number;
}

const TIME = timelineId('time');

/** The nodes of a graph as populations in continuous time, and what arrives at them as projections. */
export function buildNetwork(wiring: Wiring, options: BuildOptions): Network {
  const { neurons, integrator, output, into, fieldsOf } = wiring;
  const { file, report, steps, timestepS, parameters } = options;
  const nodes = nodesOf(wiring, file, options.reset);
  const values = steps * nodes.reduce((sum, node) => sum + node.size, 0);
  if (values > NIR_LIMITS.clipValues)
    throw failure('nir-too-large', `the streams of a clip of ${steps} steps have ${values} values`, {
      places: [{ file }],
      notes: [`up to ${NIR_LIMITS.clipValues}: steps times the sizes of inputs, neurons and output`],
      help: 'take fewer steps, or split the network',
    });
  warnOfUnits(nodes, timestepS, file, report);
  const position = new Map(nodes.map((node, k) => [node.name, k]));
  const projections: Projection[] = [];
  for (const target of [...neurons, output]) {
    for (const stream of into(target === output ? (integrator ?? output) : target).arriving) {
      const back = (position.get(stream.source) ?? 0) >= (position.get(target) ?? 0);
      projections.push(projectionOf(stream, target, back, projections.length, options, fieldsOf));
    }
  }
  return {
    version: NETWORK_VERSION,
    name: networkName(file, 'nir'),
    format: 'nir',
    timesteps: steps,
    timelines: [{ id: TIME, steps, order: 'time' }],
    nodes,
    projections,
    output: nodeId(output),
    parameterCount: parameters,
    schedule: null,
  };
}

function nodesOf(
  { inputs, neurons, integrator, output, into, sizeOf, fieldsOf }: Wiring,
  file: string,
  reset: ResetRule,
): readonly NetworkNode[] {
  const common = (name: string, recogniser: string, from: readonly string[] = [name]) => ({
    id: nodeId(name),
    name,
    timeline: TIME,
    origin: { file, recogniser, nodes: from },
  });
  const biasOf = (name: string): Float32Array | null => {
    const { bias } = into(name);
    if (bias === null || bias.every((value) => value === 0)) return null;
    const values = Float32Array.from(bias);
    checkRange(values, fieldsOf(name), 'the bias of neuron');
    return values;
  };
  const nodes: NetworkNode[] = [];
  let firstChannel = 0;
  for (const name of inputs) {
    const size = sizeOf(name);
    const part = inputs.length === 1 ? {} : { firstChannel };
    nodes.push({ ...common(name, 'nir-input'), kind: 'input', role: 'features', size, payload: integer(0, null), ...part });
    firstChannel += size;
  }
  for (const name of neurons) {
    const fields = fieldsOf(name);
    const size = sizeOf(name);
    const own = { ...common(name, fields.node.type), size, bias: biasOf(name), normalization: null };
    if (INTEGRATOR_TYPES.has(fields.node.type))
      nodes.push({ ...own, kind: 'integrator', payload: REAL, membrane: readMembrane(fields, size) });
    else nodes.push({ ...own, kind: 'population', payload: BINARY, neuron: readNeuron(fields, size, reset), gate: null });
  }
  const last = integrator ?? output;
  nodes.push({
    ...common(output, 'nir-output', integrator === null ? [output] : [integrator, output]),
    kind: 'readout',
    size: into(output).size,
    payload: REAL,
    scale: 1,
    bias: biasOf(last),
    normalization: null,
    ...(integrator === null ? {} : { membrane: readMembrane(fieldsOf(integrator), sizeOf(integrator)) }),
  });
  return nodes;
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
  { file, timestepS }: BuildOptions,
  fieldsOf: Wiring['fieldsOf'],
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
