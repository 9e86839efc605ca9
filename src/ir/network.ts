import type { NodeId, ProjectionId, TimelineId } from './ids.ts';
import type { Membrane, Neuron } from './neuron.ts';
import type { Payload } from './payload.ts';
import type { QuantizedChannels } from './quantized-features.ts';
import type { Synapses } from './synapses.ts';

export const NETWORK_VERSION = 1;

/** Where a node came from: the file, the recogniser that found it, and the nodes of the file it stands for. */
export interface Origin {
  readonly file: string;
  readonly recogniser: string;
  readonly nodes: readonly string[];
}

/**
 * What a step index means. Streams of one timeline advance together. `order: 'time'` counts the clip's own timesteps;
 * `'permuted'` is another walk over (step, neuron), as the relay of SpikeSCR takes it; `'clip'` has one step, for what happens once a clip.
 */
export interface Timeline {
  readonly id: TimelineId;
  readonly steps: number;
  readonly order: 'time' | 'permuted' | 'clip';
}

interface NodeBase {
  readonly id: NodeId;
  /** For people; unique in the network. */
  readonly name: string;
  /** Values per step. */
  readonly size: number;
  readonly timeline: TimelineId;
  /** What one value of the node's output stream [steps, size] can be. */
  readonly payload: Payload;
  readonly origin: Origin;
}

/** Batch normalisation of an input current, per neuron: (x - mean) / sqrt(variance + epsilon) * scale + shift. */
export interface Normalization {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly epsilon: number;
}

/** A node that sums what its projections bring: x = normalization(sum of projections + bias). */
interface Accumulates {
  /** Per neuron, in every step, padding included. Real units, or integer units of the neuron. */
  readonly bias: Float32Array | Int32Array | null;
  readonly normalization: Normalization | null;
}

export interface InputNode extends NodeBase {
  readonly kind: 'input';
  /** `mask`: one binary value a step, 1 for the clip's own steps. */
  readonly role: 'features' | 'mask';
  /** Features: the first of the clip's channels that it takes, where the model has several inputs; left out: 0. */
  readonly firstChannel?: number;
  /** Features of an integer network: channels of the clip that the host rounds before it sends them; left out: all are whole numbers. */
  readonly quantized?: readonly QuantizedChannels[];
}

/** A stream that is the same in every clip: position codes, or spikes that start something. */
export interface ConstantNode extends NodeBase {
  readonly kind: 'constant';
  /** [steps, size] row-major. */
  readonly values: Float32Array;
}

/** Spiking neurons. `gate`: a binary stream of the same size that multiplies the input current x (bias included). */
export interface PopulationNode extends NodeBase, Accumulates {
  readonly kind: 'population';
  readonly neuron: Neuron;
  readonly gate: NodeId | null;
  /** Neuron i is neuron order[i] of the model; left out: neuron i. */
  readonly order?: Int32Array;
}

/** Membranes that never fire: what reads them gets their potential, a real number, in every step. */
export interface IntegratorNode extends NodeBase, Accumulates {
  readonly kind: 'integrator';
  readonly membrane: Membrane;
}

/**
 * A linear read-out, not spiking: logits[t] = x[t] * scale, its stream is x. `scale` is 1 in a discrete network, real value of an integer
 * unit in an integer one.
 */
export interface ReadoutNode extends NodeBase, Accumulates {
  readonly kind: 'readout';
  readonly scale: number;
  /** Logits are the potentials of these membranes, driven by x[t] * scale: the host integrates, in real numbers. Left out: it does not. */
  readonly membrane?: Membrane;
}

/** Elementwise sum of streams of one timeline and size. */
export interface SumNode extends NodeBase {
  readonly kind: 'sum';
  readonly terms: readonly NodeId[];
}

/**
 * y[t, c] = direct[t, c] * x[t, c] + partner[t, c] * x[t, partnerOf[c]]: rotation of channel pairs by an angle that depends on the step.
 * Tables are Float32Array [steps, size] (direct = cos, partner = -sin for the even channel and sin for the odd one), or, quantized,
 * Int32Array of the same shape in units of 2^-fractionBits; each product is exact because x is 0 or 1.
 */
export interface RotaryNode extends NodeBase {
  readonly kind: 'rotary';
  readonly source: NodeId;
  readonly direct: Float32Array | Int32Array;
  readonly partner: Float32Array | Int32Array;
  readonly partnerOf: Int32Array;
  /** 0 while the tables are real. */
  readonly fractionBits: number;
}

/** y.flat[i] = x.flat[permutation[i]] over row-major [steps, size]: a bijection of the whole buffered clip. */
export interface ReorderNode extends NodeBase {
  readonly kind: 'reorder';
  readonly source: NodeId;
  readonly permutation: Int32Array;
}

interface AttentionOperands {
  /** Streams [steps, heads * headWidth], channel = head * headWidth + component; the query's timeline is the node's. */
  readonly query: NodeId;
  /** Key and value share a timeline, which may be another than the query's. */
  readonly key: NodeId;
  readonly value: NodeId;
  /** A mask input in the timeline of the keys, whose 0 steps are not attended to; null: all are. */
  readonly mask: NodeId | null;
  readonly heads: number;
  /** Factor on the integer result; 1/sqrt(headWidth) in SpikeSCR. */
  readonly scale: number;
}

/**
 * y[h, t] = scale * sum_s mask[s] (q[h, t] . k[h, s]) v[h, s]: no softmax, every step of key and value is read. Binary where it is 0 or 1.
 * With heads of width 1, a query of one step gives the coincidences of key and value in the whole clip, and a key of one step gates the query.
 */
export interface AttentionNode extends NodeBase, AttentionOperands {
  readonly kind: 'attention';
}

/**
 * The same function, re-associated: M[h] = sum_s mask[s] k[h, s]^T v[h, s] is written first, y[h, t] = scale * q[h, t] M[h] is read after.
 * In an integer network the stream is the integer q M and `scale` is 1: the factor has moved into the reader's threshold.
 */
export interface FastWeightsNode extends NodeBase, AttentionOperands {
  readonly kind: 'fast-weights';
}

export type NetworkNode =
  | InputNode
  | ConstantNode
  | PopulationNode
  | IntegratorNode
  | ReadoutNode
  | SumNode
  | RotaryNode
  | ReorderNode
  | AttentionNode
  | FastWeightsNode;

/** Nodes that projections may end in. */
export type TargetNode = PopulationNode | IntegratorNode | ReadoutNode;

export const isTarget = (node: NetworkNode): node is TargetNode =>
  node.kind === 'population' || node.kind === 'integrator' || node.kind === 'readout';

/** The membrane of what has one: a population's fires. */
export function membraneOf(node: NetworkNode): Neuron | Membrane | null {
  if (node.kind === 'population') return node.neuron;
  return node.kind === 'integrator' || node.kind === 'readout' ? (node.membrane ?? null) : null;
}

/** Synapses from a stream to the input current of a population or read-out. */
export interface Projection {
  readonly id: ProjectionId;
  readonly source: NodeId;
  readonly target: NodeId;
  readonly synapses: Synapses;
  /** Model timesteps between a spike and its effect, over those of the taps; 0 = the same step, as frameworks have it. */
  readonly delaySteps: number;
  /** Integer networks: a weight counts weight * 64 * 2^weightExponent units. 0 in discrete networks. */
  readonly weightExponent: number;
  readonly origin: Origin;
}

/**
 * When each node runs on a chip that spends a step per hop. Segments run one after the other; inside one, populations advance in
 * lock-step and node n is at model step t in chip step start[n] + t. Set by `align-latency`.
 */
export interface Schedule {
  readonly segments: readonly ScheduledSegment[];
}

export interface ScheduledSegment {
  readonly index: number;
  /** `write`: fast weights are written by coincidence of two replayed streams; `run`: everything else. */
  readonly kind: 'run' | 'write';
  readonly timeline: TimelineId;
  /** Chip steps of the whole segment, latencies included. */
  readonly steps: number;
  /** First chip step of each node's window, node by node; also of streams that are injected (inputs and replayed buffers). */
  readonly starts: ReadonlyMap<NodeId, number>;
  /** Streams that come from outside or from an earlier segment's buffer. */
  readonly injected: readonly NodeId[];
}

export interface Network {
  readonly version: typeof NETWORK_VERSION;
  readonly name: string;
  readonly format: 'onnx' | 'nir' | 'lava-dl';
  /** T: steps of the clip. */
  readonly timesteps: number;
  readonly timelines: readonly Timeline[];
  /** In order of evaluation: every operand stands before its user, recurrent projections aside. */
  readonly nodes: readonly NetworkNode[];
  readonly projections: readonly Projection[];
  /** The read-out whose output decides. */
  readonly output: NodeId;
  /** Trained numbers in the file, normalisation statistics left out. */
  readonly parameterCount: number;
  readonly schedule: Schedule | null;
}
