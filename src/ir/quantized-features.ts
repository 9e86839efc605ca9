import { roundHalfEven } from './round.ts';

/**
 * Neighbouring channels of a clip whose real values the host sends as integers of `bits` bits, sign included:
 *   q = round(x * 2^fractionBits), halves to even, clipped to +-(2^(bits - 1) - 1)
 */
export interface QuantizedChannels {
  readonly firstChannel: number;
  readonly channels: number;
  readonly bits: number;
  /** Negative where a unit stands for more than 1. */
  readonly fractionBits: number;
}

/** One bit holds no sign and value; above, a packet of SpiNNaker holds 16 bits. */
export const INPUT_BITS = { least: 2, most: 16 } as const;
/** Float32 has no larger powers of two whose inverse it has too. */
export const FRACTION_BITS_MAX = 126;

/** Largest magnitude of an integer of so many bits, sign included. */
export const quantizedMax = (bits: number): number => 2 ** (bits - 1) - 1;

/** Features as they are sent, and how many of them were clipped. */
export interface SentFeatures {
  /** [steps, channels]: those of channels that are not quantized as they were. */
  readonly values: Float32Array;
  readonly saturated: number;
}

/** `features`: [steps, channels]. NaN stays NaN. */
export function quantizeFeatures(features: Float32Array, channels: number, quantized: readonly QuantizedChannels[]): SentFeatures {
  if (quantized.length === 0) return { values: features, saturated: 0 };
  const values = features.slice();
  let saturated = 0;
  for (const part of quantized) {
    const most = quantizedMax(part.bits);
    const unit = 2 ** part.fractionBits;
    for (let row = part.firstChannel; row < values.length; row += channels) {
      for (let i = row; i < row + part.channels; i++) {
        // Adding 0 makes 0 of -0.
        const wanted = roundHalfEven(values[i] * unit) + 0;
        values[i] = Math.max(-most, Math.min(most, wanted));
        if (values[i] !== wanted && !Number.isNaN(wanted)) saturated++;
      }
    }
  }
  return { values, saturated };
}

/** Where a clip holds a number that is not whole and not quantized either; -1: nowhere. */
export function findUnquantized(features: Float32Array, channels: number, quantized: readonly QuantizedChannels[]): number {
  const free = new Uint8Array(channels);
  for (const { firstChannel, channels: count } of quantized) free.fill(1, firstChannel, firstChannel + count);
  return features.findIndex((value, i) => free[i % channels] === 0 && !Number.isInteger(value));
}

/** `8 bits, sign included, in steps of 2^-3 up to 15.875` */
export const describeQuantized = ({ bits, fractionBits }: QuantizedChannels): string =>
  `${bits} bits, sign included, in steps of 2^${-fractionBits} up to ${quantizedMax(bits) * 2 ** -fractionBits}`;

/** Ranges of channels in order and apart, between `first` and `end`, in whole bits; what is wrong with them, or null. */
export function quantizedProblem(quantized: readonly QuantizedChannels[], first: number, end: number): string | null {
  let next = first;
  for (const { firstChannel, channels, bits, fractionBits } of quantized) {
    const last = firstChannel + channels - 1;
    if (!(firstChannel >= next && channels > 0 && last < end))
      return `channels ${firstChannel}..${last} of ${next}..${end - 1} are quantized`;
    if (!(Number.isInteger(bits) && bits >= INPUT_BITS.least && bits <= INPUT_BITS.most)) return `channel ${firstChannel} has ${bits} bits`;
    if (!(Number.isInteger(fractionBits) && Math.abs(fractionBits) <= FRACTION_BITS_MAX))
      return `channel ${firstChannel} has ${fractionBits} fraction bits`;
    next = last + 1;
  }
  return null;
}
