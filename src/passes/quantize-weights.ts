import type { Synapses } from '../ir/synapses.ts';
import { countFieldOf, roundForCounts } from './round-counts.ts';

/** Largest mantissa bits of a Loihi weight, sign included. */
const MANTISSA_BITS = 8;

/**
 * Steps of a weight grid. Real weight = h * 2^-power with h a signed integer of `bits` bits; the chip's mantissa is h shifted to the top of
 * its 9-bit field, so that it is even (Loihi drops the last bit of mixed-sign weights) and sums can be compared over bit widths.
 */
export const mantissaShift = (bits: number): number => MANTISSA_BITS + 1 - bits;

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

/** Signed grid position of a weight: rounded to nearest (halves to even), clipped to the bits there are. */
export function quantizeWeight(weight: number, bits: number, power: number): number {
  const limit = 2 ** (bits - 1);
  return Math.max(-limit, Math.min(limit - 1, roundHalfEven(weight * 2 ** power)));
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

export function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

/** The numbers that synapses multiply by: their weights, the factor of pooling, the 1 of links without a weight. */
export function weightsOf(synapses: Synapses): ArrayLike<number> {
  return synapses.kind === 'pooling' ? [synapses.factor] : (synapses.weights ?? [1]);
}

/** The same synapses with mantissas for the chip. `counts`: what they read are counts, for which weights are rounded together. */
export function quantizeSynapses(synapses: Synapses, bits: number, power: number, counts: boolean): Synapses {
  const field = counts ? countFieldOf(synapses) : null;
  const mantissas = (weights: ArrayLike<number>): Int16Array => {
    if (field === null) return Int16Array.from(weights, (weight) => quantizeWeight(weight, bits, power) * 2 ** mantissaShift(bits));
    const wanted = Float64Array.from(weights, (weight) => weight * 2 ** power);
    const rounded = roundForCounts(wanted, field, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1);
    return Int16Array.from(rounded, (step) => step * 2 ** mantissaShift(bits));
  };
  switch (synapses.kind) {
    case 'pooling':
      return { ...synapses, factor: quantizeWeight(synapses.factor, bits, power) * 2 ** mantissaShift(bits) };
    case 'one-to-one':
      return { ...synapses, weights: mantissas(synapses.weights ?? new Float32Array(synapses.sources).fill(1)) };
    case 'dense':
    case 'time-convolution':
    case 'sparse':
    case 'convolution':
      return { ...synapses, weights: mantissas(synapses.weights) };
  }
}
