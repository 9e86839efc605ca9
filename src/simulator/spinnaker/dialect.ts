import { expAccum, expFraction } from '../../ir/spinnaker-exponential.ts';
import { ceilAccum, decayAccum, multiplyRounded, multiplyTruncated } from './accum.ts';

/** What a core does in a step, each for all its neurons. */
export type Phase = 'transfer' | 'update' | 'shape' | 'deliver';

/**
 * The neuron arithmetic of one build of sPyNNaker, as a record of rules over raw integers: accums (s16.15), fractions (u0.32), slots of the
 * ring buffer (16 bits, unsigned). docs/targets/spinnaker-arithmetic.md has the sources.
 */
export interface Dialect {
  readonly name: string;
  readonly multiply: (x: number, y: number) => number;
  readonly decay: (x: number, fraction: number) => number;
  readonly exponential: (x: number) => number;
  readonly exponentialFraction: (x: number) => number;
  /** Whole steps of a refractory period, from time / timestep. */
  readonly refractorySteps: (ratio: number) => number;
  /** A slot after a weight was added to it. Where it is not the sum, the slot saturated. */
  readonly accumulate: (slot: number, weight: number) => number;
  /** Steps from a spike to its effect. */
  readonly delaySteps: (field: number, slots: number) => number;
  readonly toInput: (slot: number, shift: number) => number;
  /** `counter`: steps left of the refractory period. */
  readonly integrates: (counter: number) => boolean;
  readonly fires: (v: number, threshold: number, counter: number) => boolean;
  /** v after a spike. */
  readonly reset: (v: number, vReset: number, threshold: number) => number;
  readonly order: readonly Phase[];
}

/** What all builds have in common. */
const COMMON = {
  decay: decayAccum,
  exponential: expAccum,
  exponentialFraction: expFraction,
  refractorySteps: ceilAccum,
  accumulate: (slot, weight) => Math.min(slot + weight, 0xffff),
  // The slot of this step was read before spikes are added, so that 0 is a full lap [INF: from the order of the C code; golden vectors agree].
  delaySteps: (field, slots) => (field === 0 ? slots : field),
  toInput: (slot, shift) => slot << shift,
  integrates: (counter) => counter <= 0,
  // Tested in a refractory period too.
  fires: (v, threshold) => v >= threshold,
  reset: (_, vReset) => vReset,
  order: ['transfer', 'update', 'shape', 'deliver'],
} as const satisfies Partial<Dialect>;

/** Current builds: products of membrane and current round to nearest, half up. The golden vectors are of this kind. */
export const ROUNDED: Dialect = { ...COMMON, name: 'rounded', multiply: multiplyRounded };

/** Older builds, which multiply accums with `*` and so round down. */
export const TRUNCATING: Dialect = { ...COMMON, name: 'truncating', multiply: multiplyTruncated };

export const DIALECTS: readonly Dialect[] = [ROUNDED, TRUNCATING];
