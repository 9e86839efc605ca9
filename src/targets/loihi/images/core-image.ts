import type { ChipModel } from '../../../ir/chip-model.ts';
import { accumulatorBits } from '../resources/compartments.ts';
import type { GroupWindow } from './compartments.ts';

/** The registers and memories of one core, each as words in base64; registers.ts declares their fields. */
export interface CoreImage {
  readonly core: number;
  readonly groups: readonly GroupWindow[];
  /** What the core has once. */
  readonly settings: string;
  readonly compartmentProfiles: string;
  /** Left out: every spike sets its potential to 0. */
  readonly compartmentResets?: string;
  readonly thresholdProfiles: string;
  readonly compartments: string;
  readonly inputAxons: string;
  readonly outputAxons: string;
  readonly synapses: SynapseImages;
}

/** Loihi 1: format registers and lists of the synapse memory. Chips with one budget: blocks, and the weights they read. */
export type SynapseImages =
  | { readonly kind: 'lists'; readonly formats: string; readonly memory: string }
  | { readonly kind: 'blocks'; readonly blocks: string; readonly weights: string };

/** Settings of a core with tables. The potential keeps its 24 bits: -2^23 < v < 2^23. */
export const listSettingsOf = (compartments: number, delayMax: number, plasticAxons: number, { tables }: ChipModel) => ({
  delayBits: Math.max(tables?.delayBits.value ?? 0, accumulatorBits(delayMax)),
  posVmLimit: 7,
  negVmLimit: 23,
  numUpdates: Math.ceil(compartments / 4),
  numStdp: plasticAxons,
});
