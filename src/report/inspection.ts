import type { Origin } from '../ir/network.ts';

export const INSPECTION_VERSION = 1;

/** What was recovered from a model; what `spikec inspect --json` prints. */
export interface Inspection {
  readonly version: typeof INSPECTION_VERSION;
  readonly model: { readonly name: string; readonly file: string; readonly format: string; readonly parameters: number };
  readonly timesteps: number;
  readonly classes: number;
  readonly inputs: readonly { readonly name: string; readonly role: string; readonly size: number; readonly payload: string }[];
  readonly populations: readonly InspectedPopulation[];
  readonly projections: readonly InspectedProjection[];
  /** What is neither a neuron nor a synapse: sums, rotary codes, reorders, attention, read-out. */
  readonly operations: readonly InspectedOperation[];
  readonly segments: readonly InspectedSegment[];
}

export interface InspectedPopulation {
  readonly name: string;
  readonly origin: Origin;
  readonly neurons: number;
  /** 'LIF', 'IF', … */
  readonly kind: string;
  /** Numbers, or words such as the tie rule; `per neuron` where neurons differ. */
  readonly parameters: Readonly<Record<string, string | number | null>>;
  /** Timesteps beyond its own step that its own inputs are read at; null: the whole clip. */
  readonly lookahead: number | null;
  /** The same, counted from the network's input. */
  readonly lookaheadTotal: number | null;
}

export interface InspectedProjection {
  readonly from: string;
  readonly to: string;
  /** 'dense', 'time-convolution', 'rotary', 'reorder', 'attention', 'gate', 'sum', … */
  readonly kind: string;
  /** 'binary', 'integer 0..5', 'real'. */
  readonly payload: string;
  readonly synapses: number;
  readonly lookahead: number | null;
}

export interface InspectedOperation {
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly string[];
  readonly payload: string;
  /** Whether a step of its output needs every step of its input. */
  readonly wholeClip: boolean;
}

/** Populations that advance in lock-step; between segments spikes are buffered and replayed. */
export interface InspectedSegment {
  readonly index: number;
  /** Why a new segment begins here. */
  readonly reason: string;
  readonly populations: readonly string[];
}
