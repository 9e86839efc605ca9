import type { Clip } from '../../src/ir/clip.ts';
import { type NodeId, nodeId, projectionId, timelineId } from '../../src/ir/ids.ts';
import type { ModelFacts } from '../../src/ir/mapping.ts';
import {
  type FastWeightsNode,
  type InputNode,
  NETWORK_VERSION,
  type Network,
  type NetworkNode,
  type PopulationNode,
  type Projection,
  type ReadoutNode,
  type ReorderNode,
  type RotaryNode,
} from '../../src/ir/network.ts';
import type { IntegerNeuron } from '../../src/ir/neuron.ts';
import { BINARY, integer } from '../../src/ir/payload.ts';
import type { Synapses } from '../../src/ir/synapses.ts';
import { alignLatency } from '../../src/passes/align-latency.ts';
import { type Random, randomBelow, seededRandom } from '../../src/targets/mapping/random.ts';

/** Builders of small lowered networks: integer neurons and weights, one timeline `time` (and `walk`, permuted). */

export const TIME = timelineId('time');
export const WALK = timelineId('walk');
const origin = { file: 'test.onnx', recogniser: 'test', nodes: [] };

export const LIF: IntegerNeuron = { parameters: 'integer', currentDecay: 4095, voltageDecay: 2048, thresholdMantissa: 100, unit: 6400 };

export const input = (id: string, size: number, role: InputNode['role'] = 'features'): InputNode => ({
  kind: 'input',
  role,
  id: nodeId(id),
  name: id,
  size,
  timeline: TIME,
  payload: role === 'mask' ? BINARY : integer(0, null),
  origin,
});

export const population = (id: string, size: number, more: Partial<PopulationNode> = {}): PopulationNode => ({
  kind: 'population',
  id: nodeId(id),
  name: id,
  size,
  timeline: TIME,
  payload: BINARY,
  origin: { ...origin, nodes: [`/${id}/LIF`] },
  bias: null,
  normalization: null,
  neuron: LIF,
  gate: null,
  ...more,
});

export const readout = (id: string, size: number, more: Partial<ReadoutNode> = {}): ReadoutNode => ({
  kind: 'readout',
  id: nodeId(id),
  name: id,
  size,
  timeline: TIME,
  payload: { kind: 'real' },
  origin,
  bias: null,
  normalization: null,
  scale: 1 / 6400,
  ...more,
});

export const rotary = (id: string, source: string, size: number, steps: number, more: Partial<RotaryNode> = {}): RotaryNode => ({
  kind: 'rotary',
  id: nodeId(id),
  name: id,
  size,
  timeline: TIME,
  payload: { kind: 'real' },
  origin,
  source: nodeId(source),
  direct: Int32Array.from({ length: steps * size }, (_, i) => 120 - (i % 90)),
  partner: Int32Array.from({ length: steps * size }, (_, i) => (i % 2 === 0 ? -1 : 1) * (i % 90)),
  partnerOf: Int32Array.from({ length: size }, (_, i) => i ^ 1),
  fractionBits: 7,
  ...more,
});

export const reorder = (
  id: string,
  source: string,
  size: number,
  permutation: Int32Array,
  more: Partial<ReorderNode> = {},
): ReorderNode => ({
  kind: 'reorder',
  id: nodeId(id),
  name: id,
  size,
  timeline: TIME,
  payload: BINARY,
  origin,
  source: nodeId(source),
  permutation,
  ...more,
});

export const fastWeights = (
  id: string,
  operands: { readonly query: string; readonly key: string; readonly value: string; readonly mask: string | null },
  size: number,
  heads: number,
): FastWeightsNode => ({
  kind: 'fast-weights',
  id: nodeId(id),
  name: id,
  size,
  timeline: TIME,
  payload: { kind: 'real' },
  origin,
  query: nodeId(operands.query),
  key: nodeId(operands.key),
  value: nodeId(operands.value),
  mask: operands.mask === null ? null : nodeId(operands.mask),
  heads,
  scale: 1,
});

export const projection = (source: string, target: string, synapses: Synapses, more: Partial<Projection> = {}): Projection => ({
  id: projectionId(`${source}>${target}`),
  source: nodeId(source),
  target: nodeId(target),
  synapses,
  delaySteps: 0,
  weightExponent: 0,
  origin,
  ...more,
});

export const dense = (sources: number, targets: number, weights: readonly number[] | Int16Array): Synapses => ({
  kind: 'dense',
  sources,
  targets,
  weights: Int16Array.from(weights),
});

export const oneToOne = (size: number): Synapses => ({ kind: 'one-to-one', sources: size, targets: size, weights: null });

/** The network with the schedule that `align-latency` gives it. */
export function scheduled(
  nodes: readonly NetworkNode[],
  projections: readonly Projection[],
  output: string,
  timesteps: number,
  walkSteps = timesteps,
): Network {
  const network: Network = {
    version: NETWORK_VERSION,
    name: 'test',
    format: 'onnx',
    timesteps,
    timelines: [
      { id: TIME, steps: timesteps, order: 'time' },
      { id: WALK, steps: walkSteps, order: 'permuted' },
    ],
    nodes,
    projections,
    output: nodeId(output),
    parameterCount: 0,
    schedule: null,
  };
  return alignLatency.run(network, { report: () => {} });
}

export const facts = (network: Network): ModelFacts => ({
  name: network.name,
  file: 'test.onnx',
  sha256: '00',
  format: network.format,
  timesteps: network.timesteps,
  inputs: sizeOf(network, 'input'),
  classes: sizeOf(network, 'readout'),
  populations: network.nodes.filter((node) => node.kind === 'population').length,
  neurons: network.nodes.reduce((sum, node) => sum + (node.kind === 'population' ? node.size : 0), 0),
  synapses: 0,
  parameters: 0,
});

const sizeOf = (network: Network, kind: NetworkNode['kind']): number => network.nodes.find((node) => node.kind === kind)?.size ?? 0;

export const context = (network: Network, traffic: ReadonlyMap<NodeId, number> | null = null) => ({
  traffic,
  facts: facts(network),
  scaleRule: 'test',
  seed: 1,
});

/** Even mantissas within +-`limit`. */
export const evenWeights = (random: Random, length: number, limit = 80): Int16Array =>
  Int16Array.from({ length }, () => 2 * (randomBelow(random, limit + 1) - limit / 2));

/** In -> hidden (3) -> out (2), in one segment. Threshold 6400: hidden neurons fire at a sum of mantissas above 100. */
export function chain(steps = 4): Network {
  return scheduled(
    [input('in', 2), population('hidden', 3), readout('out', 2)],
    [projection('in', 'hidden', dense(2, 3, [102, 60, 0, 0, 60, 20])), projection('hidden', 'out', dense(3, 2, [2, 4, 6, 8, 10, 12]))],
    'out',
    steps,
  );
}

export interface MiniShape {
  readonly steps: number;
  readonly heads: number;
  readonly width: number;
  readonly seed: number;
}

/**
 * SpikeSCR in miniature: convolution over time, rotated and scrambled relays, fast weights with a mask, residual sums through shared
 * weights, a depthwise convolution, a gated population and a read-out. Weights are random.
 */
export function miniature({ steps, heads, width, seed }: MiniShape): Network {
  const random = seededRandom(seed);
  const n = heads * width;
  const w = (sources: number, targets: number): Synapses => dense(sources, targets, evenWeights(random, sources * targets));
  const bias = (): Int32Array => Int32Array.from({ length: n }, () => 8 * randomBelow(random, 600) - 1200);
  const time = (taps: number, firstOffset: number, groups: number, sources: number): Synapses => ({
    kind: 'time-convolution',
    sources,
    targets: n,
    taps,
    groups,
    firstOffset,
    dilation: 1,
    weights: evenWeights(random, (taps * sources * n) / groups, 160),
  });
  const scramble = Int32Array.from({ length: steps * n }, (_, i) => {
    const [row, d] = [Math.floor(i / width), i % width];
    return (row % steps) * n + Math.floor(row / steps) * width + d;
  });
  const unscramble = new Int32Array(steps * n);
  scramble.forEach((from, to) => {
    unscramble[from] = to;
  });
  const relay: IntegerNeuron = { ...LIF, thresholdMantissa: 119 };
  const relays = ['q', 'k'].flatMap((id): NetworkNode[] => [
    rotary(`${id}-rotated`, id, n, steps),
    reorder(`${id}-walk`, `${id}-rotated`, n, scramble, { timeline: WALK, payload: { kind: 'real' } }),
    population(`${id}-relay`, n, { timeline: WALK, neuron: relay }),
    reorder(`${id}-back`, `${id}-relay`, n, unscramble),
  ]);
  const shared = w(n, n);
  const nodes: NetworkNode[] = [
    input('in', 5),
    input('valid', 1, 'mask'),
    population('e', n, { bias: bias() }),
    ...['q', 'k', 'v'].map((id) => population(id, n, { bias: bias() })),
    ...relays,
    fastWeights('kv', { query: 'q-back', key: 'k-back', value: 'v', mask: 'valid' }, n, heads),
    population('a', n, { neuron: { ...LIF, thresholdMantissa: 3 } }),
    population('u', n, { bias: bias() }),
    population('w', n, { bias: bias() }),
    population('g', n, { bias: bias() }),
    population('o', n, { bias: bias(), gate: nodeId('g') }),
    readout('out', 3, { bias: Int32Array.from([64, -640, 4094 * 2]) }),
  ];
  const projections = [
    projection('in', 'e', time(3, -1, 1, 5)),
    ...['q', 'k', 'v'].map((id) => projection('e', id, w(n, n), { weightExponent: 1 })),
    ...['q', 'k'].map((id) => projection(`${id}-walk`, `${id}-relay`, oneToOne(n))),
    projection('kv', 'a', oneToOne(n), { weightExponent: 1 }),
    projection('a', 'u', shared),
    projection('e', 'u', shared, { id: projectionId('e>u') }),
    projection('u', 'w', time(5, -2, n, n), { weightExponent: 1 }),
    projection('w', 'g', w(n, n), { weightExponent: 1 }),
    projection('w', 'o', w(n, n), { weightExponent: 2 }),
    ...['e', 'a', 'o'].map((id) => projection(id, 'out', w(n, 3))),
  ];
  return scheduled(nodes, projections, 'out', steps);
}

/** Random counts 0..3, and a mask that ends one step before the clip. */
export function randomClip(network: Network, seed: number): Clip {
  const random = seededRandom(seed);
  const channels = sizeOf(network, 'input');
  const steps = network.timesteps;
  return {
    steps,
    channels,
    features: Float32Array.from({ length: steps * channels }, () => Math.max(0, randomBelow(random, 6) - 2)),
    valid: Uint8Array.from({ length: steps }, (_, t) => (t < steps - 1 ? 1 : 0)),
    label: null,
  };
}
