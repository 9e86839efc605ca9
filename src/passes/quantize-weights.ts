import { roundHalfEven } from '../ir/round.ts';
import type { Synapses } from '../ir/synapses.ts';
import { countFieldOf, roundForCounts } from './round-counts.ts';

/** Bits of a Loihi weight, sign included, that one synapse holds; wider ones take two, the finer one counting 2^(bits - 8) times less. */
export const MANTISSA_BITS = 8;
export const WEIGHT_BITS_MAX = 2 * MANTISSA_BITS;

/**
 * Steps of a weight grid. Real weight = h * 2^-power with h a signed integer of `bits` bits; the chip's mantissa is h shifted to the top of
 * its 9-bit field, so that it is even (Loihi drops the last bit of mixed-sign weights) and sums can be compared over bit widths.
 */
export const mantissaShift = (bits: number): number => MANTISSA_BITS + 1 - Math.min(bits, MANTISSA_BITS);

/** Of two synapses, the finer rounds away from the coarser, whose largest step is one of 8 bits. */
const largestStep = (bits: number): number => 2 ** (bits - 1) - 1 - (bits > MANTISSA_BITS ? 2 ** (bits - MANTISSA_BITS - 1) : 0);

/**
 * The power of two whose grid has the least mean-square error, clipping counted; at most `powerMax`. Ties go to the smaller power, which
 * clips less. Weights that are all zero fit the finest grid.
 */
export function chooseWeightPower(weights: ArrayLike<number>, bits: number, powerMax: number): number {
  let largest = 0;
  for (let i = 0; i < weights.length; i++) largest = Math.max(largest, Math.abs(weights[i]));
  if (largest === 0) return powerMax;
  // Below `first` nothing clips and every further step only loses a bit; four bits above, most weights clip.
  const first = Math.floor(Math.log2((2 ** (bits - 1) - 1) / largest));
  let best = Math.min(first, powerMax);
  let bestError = squaredError(weights, bits, best);
  for (let power = best + 1; power <= Math.min(first + 4, powerMax); power++) {
    const error = squaredError(weights, bits, power);
    if (error < bestError) {
      best = power;
      bestError = error;
    }
  }
  return best;
}

/** Signed grid position of a weight: rounded to nearest (halves to even), clipped to the bits there are, from `least` on. */
export function quantizeWeight(weight: number, bits: number, power: number, least = -(2 ** (bits - 1))): number {
  return Math.max(least, Math.min(largestStep(bits), roundHalfEven(weight * 2 ** power)));
}

function squaredError(weights: ArrayLike<number>, bits: number, power: number): number {
  const step = 2 ** -power;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const error = weights[i] - quantizeWeight(weights[i], bits, power) * step;
    sum += error * error;
  }
  return sum;
}

/** The numbers that synapses multiply by: their weights, the factor of pooling, the 1 of links without a weight. */
export function weightsOf(synapses: Synapses): ArrayLike<number> {
  return synapses.kind === 'pooling' ? [synapses.factor] : (synapses.weights ?? [1]);
}

/** What synapses read: spikes; counts, for which weights are rounded together; or integers of both signs, for which a weight may be negated too. */
export type Read = 'spikes' | 'counts' | 'signed';

/** Synapses whose mantissas count `2^powerLost` grid steps each. */
export interface WeightDigit {
  readonly synapses: Synapses;
  readonly powerLost: number;
}

/** The same synapses with mantissas for the chip, two of them where a weight has more bits than one holds and a weight needs them. */
export function quantizeSynapses(synapses: Synapses, bits: number, power: number, read: Read): readonly WeightDigit[] {
  const steps = stepsOf(synapses, bits, power, read);
  if (bits <= MANTISSA_BITS) return [{ synapses: withMantissas(synapses, steps, bits), powerLost: 0 }];
  const span = 2 ** (bits - MANTISSA_BITS);
  const high = steps.map((step) => Math.floor(step / span + 0.5));
  // The most negative mantissa has no opposite: of 16 bits, a step is given up for that.
  const lowest = read === 'signed' ? 1 - 2 ** (MANTISSA_BITS - 1) : -(2 ** (MANTISSA_BITS - 1));
  const low = steps.map((step, i) => Math.max(lowest, step - span * high[i]));
  const digits = [
    { steps: high, powerLost: bits - MANTISSA_BITS },
    { steps: low, powerLost: 0 },
  ].filter((digit) => digit.steps.some((step) => step !== 0));
  // Small weights, which the unit keeps from a finer grid, may need no second synapse.
  if (steps.every((step) => step >= lowest && step < 2 ** (MANTISSA_BITS - 1)))
    return [{ synapses: withMantissas(synapses, steps, MANTISSA_BITS), powerLost: 0 }];
  return digits.map((digit) => ({ synapses: withMantissas(synapses, digit.steps, MANTISSA_BITS), powerLost: digit.powerLost }));
}

/** Grid steps of every weight, of the factor of pooling, or of the 1 of each link without a weight. */
function stepsOf(synapses: Synapses, bits: number, power: number, read: Read): Float64Array {
  const weights =
    synapses.kind === 'one-to-one' && synapses.weights === null ? new Float32Array(synapses.sources).fill(1) : weightsOf(synapses);
  const field = read === 'spikes' ? null : countFieldOf(synapses);
  const least = read === 'signed' ? -largestStep(bits) : -(2 ** (bits - 1));
  if (field === null) return Float64Array.from(weights, (weight) => quantizeWeight(weight, bits, power, least));
  const wanted = Float64Array.from(weights, (weight) => weight * 2 ** power);
  return roundForCounts(wanted, field, least, largestStep(bits));
}

function withMantissas(synapses: Synapses, steps: Float64Array, bits: number): Synapses {
  const mantissas = Int16Array.from(steps, (step) => step * 2 ** mantissaShift(bits));
  return synapses.kind === 'pooling' ? { ...synapses, factor: mantissas[0] } : { ...synapses, weights: mantissas };
}
