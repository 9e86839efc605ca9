/**
 * A mapped network in the terms of SANA-FE (SLAM-Lab/SANA-FE at 8951ab0, snn/README.md). Potentials are in units of 64: SANA-FE cuts what a
 * leak leaves to 64ths, toward zero, as the chip cuts it to whole numbers.
 */
export interface SanaFeNet {
  readonly groups: readonly SanaFeGroup[];
  readonly edges: readonly SanaFeEdge[];
  /** In the order in which neurons are worked through. */
  readonly places: readonly SanaFePlace[];
  /** Steps of a clip, counted from 1. */
  readonly steps: number;
}

export type SanaFeGroup = SanaFeLif | SanaFeInput;

/** v = trunc(64 * leak * v) / 64 + bias + arrived; fires where v > threshold, and v becomes 0, or v - threshold where `soft`. One value a neuron. */
export interface SanaFeLif {
  readonly kind: 'lif';
  readonly name: string;
  readonly size: number;
  readonly leak: Float64Array;
  readonly threshold: Float64Array;
  readonly bias: Float64Array;
  readonly soft: boolean;
}

/** Neurons that fire in given steps. */
export interface SanaFeInput {
  readonly kind: 'input';
  readonly name: string;
  readonly size: number;
  /** Steps from 1, ascending, of each neuron. */
  readonly spikes: readonly (readonly number[])[];
}

/** Synapses from group to group, by name; several of one pair of neurons add up. */
export interface SanaFeEdge {
  readonly source: string;
  readonly target: string;
  readonly pairs: readonly (readonly [source: number, target: number])[];
  readonly weights: readonly number[];
}

/** Neurons first .. first + count - 1 of a group on a core. Inputs take a unit each, from `unit` on. */
export interface SanaFePlace {
  readonly group: string;
  readonly first: number;
  readonly count: number;
  readonly tile: number;
  readonly slot: number;
  readonly unit: number | null;
}
