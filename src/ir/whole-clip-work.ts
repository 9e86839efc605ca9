/** Streams are named by the nodes of the network that they come from. */
interface Work {
  readonly output: string;
  readonly steps: number;
  readonly size: number;
}

/** Turns channel pairs of a stream, see RotaryNode. */
export interface RotaryWork extends Work {
  readonly kind: 'rotary';
  readonly source: string;
  /** [steps, size] in units of 2^-fractionBits. */
  readonly direct: Int32Array;
  readonly partner: Int32Array;
  readonly partnerOf: Int32Array;
  readonly fractionBits: number;
}

/** Puts the values of a stream in another order, see ReorderNode. */
export interface ReorderWork extends Work {
  readonly kind: 'reorder';
  readonly source: string;
  readonly permutation: Int32Array;
}

/** Spikes that are the same in every clip. */
export interface ConstantWork extends Work {
  readonly kind: 'constant';
  /** Of the spikes in [steps, size], ascending. */
  readonly positions: Int32Array;
}
