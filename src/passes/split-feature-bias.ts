import type { ChipModel } from '../ir/chip-model.ts';
import { quantizeBias } from './quantize-bias.ts';
import { MANTISSA_BITS, mantissaShift } from './quantize-weights.ts';

/** Spikes of every step that bring a bias, at most. */
const SPIKES_MAX = 4;
/** What is left for the register is at most half of 2^18, which it holds. */
const STEP_POWER_MAX = 18;
/** Units of one arriving mantissa: Loihi shifts the accumulator left by 6. */
const INPUT_SHIFT = 6;

/** A bias as the registers hold it, and what spikes of every step bring besides; mantissas [spikes][neuron]. */
export interface SplitBias {
  readonly register: Int32Array;
  readonly spikes: { readonly count: number; readonly mantissas: Int16Array; readonly exponent: number } | null;
}

/**
 * Biases in units of the neuron. Real-valued features are often far from 0 on average, and a bias of many thresholds makes up for it: more than a
 * register holds where units are fine. The rest then comes through synapses of spikes that the network gets in every step.
 */
export function splitFeatureBias(bias: Float64Array, weightBits: number, chip: ChipModel): SplitBias {
  const most = bias.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (most <= registerMax(chip)) return { register: toRegister(bias, chip), spikes: null };
  const shift = mantissaShift(weightBits);
  const perSpike = mostSteps(weightBits);
  let exponent = 0;
  while (exponent < exponentMax(weightBits, chip) && most > perSpike * 2 ** (shift + INPUT_SHIFT + exponent)) exponent++;
  const step = 2 ** (shift + INPUT_SHIFT + exponent);
  const steps = bias.map((value) => Math.round(value / step));
  const count = Math.ceil(steps.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / perSpike);
  const mantissas = new Int16Array(count * bias.length);
  steps.forEach((value, n) => {
    for (let spike = 0, left = value; spike < count; spike++) {
      const part = Math.max(-perSpike, Math.min(perSpike, left));
      mantissas[spike * bias.length + n] = part * 2 ** shift;
      left -= part;
    }
  });
  const left = bias.map((value, n) => value - steps[n] * step);
  return { register: toRegister(left, chip), spikes: { count, mantissas, exponent } };
}

/** Largest unit power for which registers and spikes together bring every bias. */
export function splitPowerMax(bias: ArrayLike<number> | null, weightBits: number, chip: ChipModel): number {
  const largest = Float64Array.from(bias ?? []).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return Number.POSITIVE_INFINITY;
  const step = 2 ** (mantissaShift(weightBits) + INPUT_SHIFT + exponentMax(weightBits, chip));
  const held = Math.max(registerMax(chip), SPIKES_MAX * mostSteps(weightBits) * step);
  return Math.floor(Math.log2(held / largest));
}

const toRegister = (bias: Float64Array, chip: ChipModel): Int32Array =>
  quantizeBias(Float32Array.from(bias), bias.length, 1, 0, chip) ?? new Int32Array(bias.length);

/** Of a weight that one synapse holds. */
const mostSteps = (weightBits: number): number => 2 ** (Math.min(weightBits, MANTISSA_BITS) - 1) - 1;

const registerMax = ({ limits }: ChipModel): number => (2 ** (limits.biasMantissaBits.value - 1) - 1) * 2 ** limits.biasExponent.value;

const exponentMax = (weightBits: number, { limits }: ChipModel): number =>
  Math.min(limits.weightExponent.value, STEP_POWER_MAX - INPUT_SHIFT - mantissaShift(weightBits));
