import { COMMON, clip, type Dialect, droppedBits, unchanged, WEIGHT_UNIT, type WeightFormat } from './dialect.ts';

const CURRENT_LIMIT = 2 ** 23;

/**
 * Lava's fixed-point models (lava-nc/lava at b6822fb: lif/models.py PyLifModelBitAcc, dense/models.py PyDenseModelBitAcc and
 * PyDelayDenseModelBitAcc, conv/models.py PyConvModelFixed, utils/weightutils.py):
 *
 *   a = (sum of weights) << exponent, or >> -exponent with the floor taken of the sum
 *   u = dec(u, du + 1) + (a << 6);  u > 2^23: u -= 2^24;  u <= -2^23: u += 2^24
 *   v = dec(v, dv) + u + (bias << exponent), clipped to +-(2^23 - 1);  spike if v > threshold, then v = 0
 *
 * There is no refractory period, no limit of v to choose and no accumulator of its own width.
 */
export const LAVA: Dialect = {
  ...COMMON,
  name: 'lava',
  registers: {
    currentDecayMax: 4095,
    bias: 'any-exponent',
    refractory: false,
    voltageLimits: false,
    delayMax: 63,
    gradedSpikes: true,
    convolution: true,
  },
  weight: (weight, format) => truncateWeight(clipWeight(weight, format), format),
  blockInput: (sum, exponent) => Math.floor(sum * 2 ** exponent) * WEIGHT_UNIT,
  message: (payload, messageBits) => (messageBits === 0 ? 1 : payload),
  inputLatency: 1,
  wrapInput: unchanged,
  currentOffset: 1,
  wrapCurrent: (u) => {
    if (u > CURRENT_LIMIT) return u - 2 * CURRENT_LIMIT;
    return u <= -CURRENT_LIMIT ? u + 2 * CURRENT_LIMIT : u;
  },
  bias: (mantissa, exponent) => Math.floor(mantissa * 2 ** exponent),
  wrapDrive: unchanged,
  heldSteps: () => 0,
};

/** clip_weights: 8 bits of magnitude beside the sign. */
function clipWeight(weight: number, { sign }: WeightFormat): number {
  return clip(weight, sign === 'excitatory' ? 0 : sign === 'inhibitory' ? -255 : -256, sign === 'inhibitory' ? 0 : 255);
}

/** truncate_weights: bits are shifted out, so that mixed weights round down and inhibitory ones toward zero. */
function truncateWeight(weight: number, format: WeightFormat): number {
  const step = 2 ** droppedBits(format);
  return format.sign === 'inhibitory' ? -Math.floor(-weight / step) * step : Math.floor(weight / step) * step;
}
