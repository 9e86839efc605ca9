import type { NodeId, TimelineId } from '../../ir/ids.ts';
import type { NetworkNode, Normalization } from '../../ir/network.ts';
import type { DiscreteMembrane } from '../../ir/neuron.ts';
import type { Synapses } from '../../ir/synapses.ts';
import type { ElementType, Tensor } from './tensors/tensor.ts';

/**
 * What a tensor of the graph stands for. One walk over the graph gives every tensor such a value: constants are folded, shapes follow,
 * and what depends on the clip is kept as a view of the streams of the network that is being recovered.
 */
export type Value = ConstantValue | StreamValue | ScoresValue | ProductValue | SequenceValue | OpaqueValue;

export interface ConstantValue {
  readonly kind: 'constant';
  readonly tensor: Tensor;
}

/** value[e] = offset + sum over terms of scale[e] * base.flat[index[e]]. */
export interface StreamValue {
  readonly kind: 'stream';
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly terms: readonly Term[];
  readonly offset: number;
  /** Nodes of the file on the way from the bases to here. */
  readonly via: readonly Passage[];
}

export interface Passage {
  readonly name: string;
  readonly operator: string;
}

export interface Term {
  readonly base: Base;
  /** Position in the base's grid [steps, size] for every element; -1: nothing there; null: in order. */
  readonly index: Int32Array | null;
  readonly scale: number | Float32Array;
}

export type Base = NodeBase | CurrentBase | AttentionBase | TableBase | PotentialBase;

interface Grid {
  readonly steps: number;
  readonly size: number;
  readonly timeline: TimelineId;
}

/** The stream of a node that is in the network already. */
export interface NodeBase extends Grid {
  readonly kind: 'node';
  readonly node: NetworkNode;
}

/** An input current on its way to the neurons that integrate it: x = gate * normalization(sum of projections + bias). */
export interface CurrentBase extends Grid {
  readonly kind: 'current';
  readonly incoming: readonly { readonly source: NodeId; readonly synapses: Synapses }[];
  readonly bias: Float32Array | null;
  readonly normalization: Normalization | null;
  readonly gate: NodeId | null;
  readonly nodes: readonly string[];
}

/** An attention product on its way to its reader: the reader's factor becomes the node's `scale`. */
export interface AttentionBase extends Grid {
  readonly kind: 'attention';
  /** What the file has it for: see AttentionNode in ir/network.ts. */
  readonly form: 'attention' | 'coincidences' | 'clip-gate';
  readonly query: NodeId;
  readonly key: NodeId;
  readonly value: NodeId;
  readonly mask: NodeId | null;
  readonly heads: number;
  readonly scale: number;
  readonly nodes: readonly string[];
}

/** Numbers that the file adds to a stream, one an element, the same in every clip; `steps` is 1 until a reader says how they lie in time. */
export interface TableBase extends Grid {
  readonly kind: 'table';
  readonly values: Float32Array;
  readonly nodes: readonly string[];
}

/** The potentials of membranes that integrate a current and never fire, on their way to the output. */
export interface PotentialBase extends Grid {
  readonly kind: 'potential';
  readonly current: CurrentBase;
  readonly membrane: DiscreteMembrane;
  /** Steps from an input to the potential that takes it. */
  readonly lagSteps: number;
  readonly recogniser: string;
  readonly nodes: readonly string[];
}

/** q k^T of shape [.., steps, steps], before it meets the values. */
export interface ScoresValue {
  readonly kind: 'scores';
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly query: NodeId;
  readonly key: NodeId;
  readonly mask: NodeId | null;
  readonly heads: number;
  readonly headWidth: number;
  readonly scale: number;
  readonly timeline: TimelineId;
  readonly nodes: readonly string[];
}

/** Two streams multiplied element by element, before the products are summed over the clip. */
export interface ProductValue {
  readonly kind: 'product';
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly factors: readonly [StreamValue, StreamValue];
  /** 1 where products count, a view of the mask input in the shape of the product; null: all do. */
  readonly mask: StreamValue | null;
  readonly nodes: readonly string[];
}

/** A list of tensors: empty, or one entry for every step of a loop, as `steps` [T, ...]. */
export interface SequenceValue {
  readonly kind: 'sequence';
  readonly steps: StreamValue | null;
}

/** Something that only its shape may be asked of; `what` names it in a diagnostic. */
export interface OpaqueValue {
  readonly kind: 'opaque';
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly what: string;
}

export const constant = (tensor: Tensor): ConstantValue => ({ kind: 'constant', tensor });

/** The whole grid of a base as a tensor, `index` saying where each element lies. */
export function viewOf(base: Base, shape: readonly number[], index: Int32Array | null): StreamValue {
  return { kind: 'stream', type: 'float', shape, terms: [{ base, index, scale: 1 }], offset: 0, via: [] };
}

/** The shape of a value; null for a sequence. */
export function shapeOf(value: Value): readonly number[] | null {
  switch (value.kind) {
    case 'constant':
      return value.tensor.shape;
    case 'stream':
    case 'scores':
    case 'product':
    case 'opaque':
      return value.shape;
    case 'sequence':
      return null;
  }
}

/** The only term of a stream that is nothing but a view of one base; null otherwise. */
export function soleTerm(value: StreamValue): Term | null {
  return value.terms.length === 1 && value.offset === 0 ? value.terms[0] : null;
}

/** How a diagnostic calls it. */
export function describeValue(value: Value): string {
  switch (value.kind) {
    case 'constant':
      return `a constant [${value.tensor.shape.join(', ')}]`;
    case 'stream':
      return `${value.terms.some((term) => term.base.kind === 'current') ? 'a current' : 'a stream'} [${value.shape.join(', ')}]`;
    case 'scores':
      return 'attention scores';
    case 'product':
      return `products of two streams [${value.shape.join(', ')}]`;
    case 'sequence':
      return 'a sequence';
    case 'opaque':
      return value.what;
  }
}
