import { COMMON, clip, type Dialect, droppedBits, unchanged, WEIGHT_UNIT, type WeightFormat } from './dialect.ts';

const WEIGHT_LIMIT = 2 ** 21 - WEIGHT_UNIT;

/**
 * brian2_loihi (sagacitysite/brian2_loihi at 9ac5842, described in Michaelis et al., Front. Neuroinform. 2022,
 * doi 10.3389/fninf.2022.1015624):
 *
 *   u = dec(u, du) + sum of effective weights            du is the whole decay, 0..4096: the register plus one
 *   v = dec(v, dv) + u, 0 while refractory;  spike if v > threshold, then v = 0
 *
 * Nothing wraps or clips but single weights, and there is no bias. Spikes of inputs act in the step in which they are sent.
 */
export const BRIAN2_LOIHI: Dialect = {
  ...COMMON,
  name: 'brian2-loihi',
  registers: {
    currentDecayMax: 4096,
    bias: 'none',
    refractory: true,
    voltageLimits: false,
    delayMax: 62,
    gradedSpikes: false,
    convolution: false,
  },
  weight: (weight, format) => clip(scaleWeight(truncateTowardZero(weight, format), format.exponent), -WEIGHT_LIMIT, WEIGHT_LIMIT),
  blockInput: unchanged,
  message: unchanged,
  inputLatency: 0,
  wrapInput: unchanged,
  currentOffset: 0,
  wrapCurrent: unchanged,
  bias: () => 0,
  wrapDrive: unchanged,
  clipVoltage: unchanged,
  heldSteps: (refractDelay) => Math.max(0, refractDelay - 1),
};

/** The magnitude loses the bits that the format lacks. */
export function truncateTowardZero(weight: number, format: WeightFormat): number {
  const step = 2 ** droppedBits(format);
  return Math.trunc(weight / step) * step;
}

/** weight * 2^(6 + exponent) in whole multiples of 64: a negative exponent shifts each weight, rounding down. */
export const scaleWeight = (weight: number, exponent: number): number => Math.floor(weight * 2 ** exponent) * WEIGHT_UNIT;
