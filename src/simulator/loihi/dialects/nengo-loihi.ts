import { roundHalfEven } from '../../../ir/round.ts';
import { COMMON, clip, type Dialect, droppedBits, unchanged, WEIGHT_UNIT, type WeightFormat, wrapSigned } from './dialect.ts';

/**
 * The emulator of nengo-loihi in integer mode (nengo/nengo-loihi at e564f66: emulator/interface.py, builder/discretize.py):
 *
 *   q = sum of effective weights, wrapped to 21 bits and sign
 *   u = dec(u, du + 1) + q, wrapped to 23 bits and sign;  x = u + bias, wrapped likewise
 *   v = dec(v, dv) + x, clipped to [vmin, vmax], 0 while refractory;  spike if v > threshold, then v = 0
 *
 * refractDelay r makes r - 1 further dead steps, in which u integrates. It has neither delays nor graded spikes.
 */
export const NENGO_LOIHI: Dialect = {
  ...COMMON,
  name: 'nengo-loihi',
  registers: {
    currentDecayMax: 4095,
    bias: 'non-negative-exponent',
    refractory: true,
    voltageLimits: true,
    delayMax: 0,
    gradedSpikes: false,
    convolution: false,
  },
  weight: effectiveWeight,
  blockInput: unchanged,
  message: unchanged,
  inputLatency: 1,
  wrapInput: (q) => wrapSigned(q, 22),
  currentOffset: 1,
  wrapCurrent: (u) => wrapSigned(u, 24),
  bias: (mantissa, exponent) => mantissa * 2 ** exponent,
  wrapDrive: (x) => wrapSigned(x, 24),
  heldSteps: (refractDelay) => Math.max(0, refractDelay - 1),
};

/** discretize_weights: rounded to nearest (halves to even), clipped symmetrically, and rounded again before a shift to the right. */
function effectiveWeight(weight: number, format: WeightFormat): number {
  const dropped = droppedBits(format);
  const limit = 2 ** (8 - dropped) - 1;
  const shift = dropped + format.exponent;
  const mantissa = clip(roundHalfEven(weight / 2 ** dropped), -limit, limit);
  const kept = shift >= 0 ? mantissa : clip(roundHalfEven(mantissa * 2 ** shift) / 2 ** shift, -limit, limit);
  return Math.floor(kept * 2 ** shift) * WEIGHT_UNIT;
}
