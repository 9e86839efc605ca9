import { nodeId, projectionId, timelineId } from '../../src/ir/ids.ts';
import {
  type AttentionNode,
  type InputNode,
  NETWORK_VERSION,
  type Network,
  type NetworkNode,
  type Normalization,
  type Origin,
  type PopulationNode,
  type Projection,
  type ReadoutNode,
  type ReorderNode,
  type RotaryNode,
  type SumNode,
} from '../../src/ir/network.ts';
import type { DiscreteNeuron } from '../../src/ir/neuron.ts';
import { BINARY, integer, REAL, sumPayload } from '../../src/ir/payload.ts';
import type { Synapses } from '../../src/ir/synapses.ts';
import { type Random, uniform } from './random.ts';

export const TIME = timelineId('time');
export const WALK = timelineId('walk');

const originOf = (name: string): Origin => ({ file: 'handmade.onnx', recogniser: 'handmade', nodes: [`/${name}`] });

const base = (name: string, size: number) => ({ id: nodeId(name), name, size, timeline: TIME, origin: originOf(name) });

/** The neuron of SpikeSCR: h = v / 2 + x, fires at h >= 1, then v = 0. */
export const LIF: DiscreteNeuron = {
  parameters: 'discrete',
  decay: 0.5,
  leak: 0,
  inputGain: 1,
  currentDecay: null,
  threshold: 1,
  tie: 'ge',
  reset: { kind: 'to-value', value: 0 },
  initial: 0,
};

export const input = (name: string, size: number, role: InputNode['role'] = 'features'): InputNode => ({
  kind: 'input',
  ...base(name, size),
  payload: role === 'mask' ? BINARY : integer(0, null),
  role,
});

export const population = (name: string, size: number, more: Partial<PopulationNode> = {}): PopulationNode => ({
  kind: 'population',
  ...base(name, size),
  payload: BINARY,
  bias: null,
  normalization: null,
  neuron: LIF,
  gate: null,
  ...more,
});

export const readout = (name: string, size: number, more: Partial<ReadoutNode> = {}): ReadoutNode => ({
  kind: 'readout',
  ...base(name, size),
  payload: REAL,
  bias: null,
  normalization: null,
  scale: 1,
  ...more,
});

export const sum = (name: string, terms: readonly NetworkNode[], more: Partial<SumNode> = {}): SumNode => ({
  kind: 'sum',
  ...base(name, terms[0].size),
  payload: sumPayload(terms.map((term) => term.payload)),
  terms: terms.map((term) => term.id),
  ...more,
});

/** Interleaved pairs turned by t * 10000^(-2i/D). */
export function rotary(name: string, source: NetworkNode, steps: number, heads: number): RotaryNode {
  const { size } = source;
  const width = size / heads;
  const direct = new Float32Array(steps * size);
  const partner = new Float32Array(steps * size);
  for (let t = 0; t < steps; t++) {
    for (let c = 0; c < size; c++) {
      const component = c % width;
      const angle = t * 10000 ** (-(component - (component % 2)) / width);
      direct[t * size + c] = Math.cos(angle);
      partner[t * size + c] = component % 2 === 0 ? -Math.sin(angle) : Math.sin(angle);
    }
  }
  const partnerOf = Int32Array.from({ length: size }, (_, c) => c ^ 1);
  return { kind: 'rotary', ...base(name, size), payload: REAL, source: source.id, direct, partner, partnerOf, fractionBits: 0 };
}

export const reorder = (name: string, source: NetworkNode, permutation: Int32Array, more: Partial<ReorderNode> = {}): ReorderNode => ({
  kind: 'reorder',
  ...base(name, source.size),
  payload: source.payload,
  source: source.id,
  permutation,
  ...more,
});

interface AttentionOperands {
  readonly query: NetworkNode;
  readonly key: NetworkNode;
  readonly value: NetworkNode;
  readonly mask: NetworkNode | null;
}

export const attention = (name: string, { query, key, value, mask }: AttentionOperands, heads: number): AttentionNode => ({
  kind: 'attention',
  ...base(name, query.size),
  payload: REAL,
  query: query.id,
  key: key.id,
  value: value.id,
  mask: mask === null ? null : mask.id,
  heads,
  scale: 1 / Math.sqrt(query.size / heads),
});

export const projection = (source: string, target: string, synapses: Synapses, more: Partial<Projection> = {}): Projection => ({
  id: projectionId(`${source} -> ${target}`),
  source: nodeId(source),
  target: nodeId(target),
  synapses,
  delaySteps: 0,
  weightExponent: 0,
  origin: originOf(target),
  ...more,
});

export const dense = (sources: number, targets: number, weights: Float32Array): Synapses => ({ kind: 'dense', sources, targets, weights });

export const oneToOne = (size: number): Synapses => ({ kind: 'one-to-one', sources: size, targets: size, weights: null });

/** A kernel centred on the target's own step. */
export const centred = (sources: number, targets: number, taps: number, groups: number, weights: Float32Array): Synapses => ({
  kind: 'time-convolution',
  sources,
  targets,
  taps,
  groups,
  firstOffset: -(taps - 1) / 2,
  dilation: 1,
  weights,
});

export const normalization = (random: Random, size: number): Normalization => ({
  mean: uniform(random, size, -0.1, 0.1),
  variance: uniform(random, size, 0.5, 1.5),
  scale: uniform(random, size, 0.7, 1.3),
  shift: uniform(random, size, -0.1, 0.3),
  epsilon: 1e-5,
});

interface Parts {
  readonly name: string;
  readonly timesteps: number;
  readonly nodes: readonly NetworkNode[];
  readonly projections: readonly Projection[];
  readonly output: string;
}

/** A network in timeline `time`, and `walk` where a node uses it. */
export function networkOf({ name, timesteps, nodes, projections, output }: Parts): Network {
  const walks = nodes.some((node) => node.timeline === WALK);
  return {
    version: NETWORK_VERSION,
    name,
    format: 'onnx',
    timesteps,
    timelines: [
      { id: TIME, steps: timesteps, order: 'time' as const },
      ...(walks ? [{ id: WALK, steps: timesteps, order: 'permuted' as const }] : []),
    ],
    nodes,
    projections,
    output: nodeId(output),
    parameterCount: 0,
    schedule: null,
  };
}
