export type SignMode = 'mixed' | 'excitatory' | 'inhibitory';

/** How a block of synapses stores its weights. */
export interface WeightFormat {
  /** numWeightBits, 0..9; of mixed-sign weights one is the sign. */
  readonly bits: number;
  readonly sign: SignMode;
  /** wgtExp, -8..7: a weight counts weight * 2^(6 + exponent). */
  readonly exponent: number;
}

/** What a dialect has registers for. A net that asks for more is refused, never run without. */
export interface Registers {
  /** Largest current decay: 4095 where an offset of one is added, 4096 where the register holds the whole decay. */
  readonly currentDecayMax: number;
  readonly bias: 'none' | 'any-exponent' | 'non-negative-exponent';
  readonly refractory: boolean;
  readonly voltageLimits: boolean;
  /** Steps beyond the one that every spike takes. */
  readonly delayMax: number;
  readonly gradedSpikes: boolean;
  readonly convolution: boolean;
}

/**
 * The integer arithmetic of one Loihi, or of one emulator of it, as a record of rules: small pure functions over exact integers (doubles
 * below 2^53). A step of a compartment is, in this order,
 *
 *   q = wrapInput(sum over blocks of blockInput(sum of weight * message, exponent))
 *   u = wrapCurrent(decay(u, currentDecay + currentOffset) + q)
 *   x = wrapDrive(drive(u, u before) + bias)
 *   v = clipVoltage(decay(v, voltageDecay) + x), or 0 while it is held after a spike
 *   spike if fires(v, threshold); then v = 0, held for heldSteps further steps; u goes on
 *
 * docs/targets/loihi-arithmetic.md compares the dialects rule by rule.
 */
export interface Dialect {
  readonly name: string;
  readonly registers: Registers;
  /** What is stored for a weight; multiplied by messages and summed over a block. */
  readonly weight: (weight: number, format: WeightFormat) => number;
  /** Units of u that the sum of a block's stored weights brings. */
  readonly blockInput: (sum: number, exponent: number) => number;
  /** The same where the weights are a convolution kernel, stored as given and without an exponent. */
  readonly convolutionInput: (sum: number) => number;
  /** What a spike's payload multiplies the weight by. messageBits 0: spikes are binary; null: not said. */
  readonly message: (payload: number, messageBits: number | null) => number;
  /** Steps from an input's spike to its sum; from a neuron's spike it is always one. */
  readonly inputLatency: number;
  readonly delay: (steps: number) => number;
  readonly wrapInput: (q: number) => number;
  readonly currentOffset: number;
  /** What remains of x after a step with decay k / 4096. */
  readonly decay: (x: number, k: number) => number;
  readonly wrapCurrent: (u: number) => number;
  readonly drive: (current: number, before: number) => number;
  readonly bias: (mantissa: number, exponent: number) => number;
  readonly wrapDrive: (x: number) => number;
  readonly clipVoltage: (v: number, least: number, most: number) => number;
  readonly fires: (v: number, threshold: number) => boolean;
  readonly heldSteps: (refractDelay: number) => number;
  /** The v register as a probe reads it; `counter`: refractory steps that its word holds, 0 outside of them. */
  readonly readVoltage: (v: number, counter: number) => number;
}

/** Units of u in one unit of a weight: 6 bits of alignment. */
export const WEIGHT_UNIT = 64;

/** Two's complement of `bits` bits, the sign among them. */
export function wrapSigned(x: number, bits: number): number {
  const span = 2 ** bits;
  const half = span / 2;
  return x >= -half && x < half ? x : x - span * Math.floor((x + half) / span);
}

export const clip = (x: number, least: number, most: number): number => Math.max(least, Math.min(most, x));

/** sign(x) * ((|x| * (4096 - k)) >> 12): all emulators round the remainder toward zero. */
export const decayTowardZero = (x: number, k: number): number => Math.trunc((x * (4096 - k)) / 4096);

export const unchanged = (x: number): number => x;

/** Mantissa bits that the storage drops: those the format lacks, and one more for the sign. */
export const droppedBits = ({ bits, sign }: WeightFormat): number => 8 - bits + (sign === 'mixed' ? 1 : 0);

/** Sums over a convolution kernel, as Lava's PyConvModelFixed has them: wrapped to 24 bits, then aligned like all others. */
export const wrapConvolution = (sum: number): number => wrapSigned(sum, 24) * WEIGHT_UNIT;

/** What all dialects have in common. */
export const COMMON = {
  delay: unchanged,
  decay: decayTowardZero,
  convolutionInput: wrapConvolution,
  drive: unchanged,
  clipVoltage: clip,
  /** Strict, in every emulator and on the chip. */
  fires: (v, threshold) => v > threshold,
  readVoltage: unchanged,
} as const satisfies Partial<Dialect>;
