import { scaleWeight, truncateTowardZero } from './brian2-loihi.ts';
import { COMMON, type Dialect, unchanged, wrapSigned } from './dialect.ts';

/** Where u, its input and its sum with the bias wrap. */
const STATE_BITS = 24;
const COUNTER_SHIFT = 7;

/**
 * What we take the chip to do: where the emulators disagree, the answer that was measured on hardware, else the one that a register of the
 * published width gives (docs/targets/loihi-arithmetic.md argues each point). On programs that the compiler emits it computes what `lava`
 * computes: they use even weights, negative exponents only where weights stay whole, no refractory period, and nothing in them overflows.
 */
export const CHIP: Dialect = {
  ...COMMON,
  name: 'chip',
  registers: {
    currentDecayMax: 4095,
    bias: 'non-negative-exponent',
    refractory: true,
    voltageLimits: true,
    delayMax: 63,
    gradedSpikes: true,
    convolution: true,
  },
  weight: (weight, format) => scaleWeight(truncateTowardZero(weight, format), format.exponent),
  blockInput: unchanged,
  message: (payload, messageBits) => (messageBits === 0 ? 1 : payload),
  inputLatency: 1,
  wrapInput: (q) => wrapSigned(q, STATE_BITS),
  currentOffset: 1,
  wrapCurrent: (u) => wrapSigned(u, STATE_BITS),
  bias: (mantissa, exponent) => mantissa * 2 ** exponent,
  wrapDrive: (x) => wrapSigned(x, STATE_BITS),
  heldSteps: (refractDelay) => Math.max(0, refractDelay - 1),
  readVoltage: showCounter,
};

/**
 * The refractory counter shares the word of v, shifted left by 7: after a spike with refractDelay 1 a probe of the chip reads 128, and the
 * next step computes as if v were 0 (recorded on Loihi 2, test/golden/loihi/loihi2_hw_nir_lif.json).
 */
export function showCounter(v: number, counter: number): number {
  return counter > 0 ? counter * 2 ** COUNTER_SHIFT : v;
}
