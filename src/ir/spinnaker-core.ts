import type { SpinnakerModel } from './spinnaker-neuron.ts';

/** Bits of a synaptic word below its weight. They number the slots of the ring buffer as well: delay (or time), type, neuron. */
export interface SynapseLayout {
  readonly indexBits: number;
  readonly typeBits: number;
  readonly delayBits: number;
}

/**
 * Rows of synaptic words, one a source neuron. In SDRAM: from byte `offset` of the matrix, `rowLength` words and a header each. Direct: one word
 * each and no header, from byte `offset` of the direct matrix.
 */
export type RowBlock =
  | { readonly kind: 'rows'; readonly offset: number; readonly rowLength: number }
  | { readonly kind: 'direct'; readonly offset: number };

/** Where the packets of one population find their rows: key & mask === entry.key. */
export interface PopulationEntry {
  readonly key: number;
  readonly mask: number;
  /**
   * Of a population on several cores: the source neuron is neuronsPerCore * ((key >> shift) & mask) + what is left of the key. null: it is
   * key & ~mask.
   */
  readonly cores: { readonly mask: number; readonly shift: number; readonly neuronsPerCore: number } | null;
  readonly blocks: readonly RowBlock[];
}

/** Steps in which a core's neurons move. Before and after, their slots are cleared, and they neither integrate nor fire. */
export interface StepWindow {
  readonly start: number;
  readonly steps: number;
}

/** What one core of a SpiNNaker chip is loaded with. */
export interface SpinnakerCore {
  readonly model: SpinnakerModel;
  readonly neurons: number;
  /** ms, s16.15. */
  readonly timestep: number;
  /** NEURON_FIELDS a neuron. */
  readonly parameters: Int32Array;
  /** The key that each neuron sends; null: the core sends nothing. */
  readonly keys: Uint32Array | null;
  readonly layout: SynapseLayout;
  /** Left shift of a slot on its way into a current, by synapse type: one unit of a weight is 2^(shift - 15). */
  readonly shifts: Uint32Array;
  /** Packets that wait when a step begins are thrown away; otherwise they act as if sent in the new step. */
  readonly dropLatePackets: boolean;
  /** Packets that can wait. */
  readonly spikeQueue: number;
  /** Ascending by key; no key matches two. */
  readonly table: readonly PopulationEntry[];
  /** Words in SDRAM: rows of ROW_HEADER_WORDS (plastic words, fixed words, plastic controls) and synaptic words. */
  readonly matrix: Int32Array;
  /** Words in DTCM. */
  readonly direct: Int32Array;
  /** Left out: all steps, as sPyNNaker's neurons have it. */
  readonly window?: StepWindow;
}

export const ROW_HEADER_WORDS = 3;
/** Words of a row at most; a longer one is cut into several blocks. */
export const ROW_LENGTH_MAX = 256;
/** Index, type and delay bits together: 16,384 slots of 16 bits, half the DTCM. */
export const RING_BITS_MAX = 14;
export const WEIGHT_BITS = 16;
