import { type Dialect, LAVA as LAVA_RULES, type WeightFormat } from '../../src/simulator/loihi/dialects/index.ts';

/** The dialects by their own names; `trace`: lava as it is read out on a chip. */
export type Where = 'lava' | 'trace' | 'nengo-loihi' | 'brian2-loihi' | 'chip';

export interface WrongRule {
  readonly name: string;
  readonly change: (dialect: Dialect) => Partial<Dialect>;
  /** Dialects that have the rule: in the others the change would change nothing. */
  readonly where: readonly Where[];
}

const ALL = ['lava', 'trace', 'nengo-loihi', 'brian2-loihi', 'chip'] as const;
const LAVA = ['lava'] as const;
/** Trace: a single neuron with one excitatory synapse and neither bias, delay nor negative state. */
const NETS = ['lava', 'nengo-loihi', 'brian2-loihi', 'chip'] as const;
const WRAPPING = ['nengo-loihi', 'chip'] as const;
const REFRACTORY = ['trace', 'nengo-loihi', 'brian2-loihi', 'chip'] as const;
const BIASED = ['lava', 'nengo-loihi', 'chip'] as const;
const DELAYED = ['lava', 'brian2-loihi', 'chip'] as const;

const LIMIT = 2 ** 23;
const bits = (format: WeightFormat, more: number): WeightFormat => ({ ...format, bits: Math.max(0, Math.min(9, format.bits + more)) });
const exponent = (format: WeightFormat, more: number): WeightFormat => ({ ...format, exponent: format.exponent + more });
const clipTo = (x: number, least: number, most: number): number => Math.max(least, Math.min(most, x));
const wrapAt = (x: number, half: number): number => ((((x + half) % (2 * half)) + 2 * half) % (2 * half)) - half;

const rule = (name: string, where: readonly Where[], change: WrongRule['change']): WrongRule => ({ name, where, change });

/** One for each point of the arithmetic and each way to get it wrong: those that another emulator has, and slips of one. */
export const WRONG_RULES: readonly WrongRule[] = [
  rule('decay rounds down', NETS, () => ({ decay: (x, k) => Math.floor((x * (4096 - k)) / 4096) })),
  rule('decay rounds to nearest', ALL, () => ({ decay: (x, k) => Math.round((x * (4096 - k)) / 4096) })),
  rule('decay rounds what it takes away', ALL, () => ({ decay: (x, k) => x - Math.trunc((x * k) / 4096) })),
  rule('a tie fires', NETS, () => ({ fires: (v, threshold) => v >= threshold })),
  rule('the current decays by one more', NETS, ({ currentOffset }) => ({ currentOffset: currentOffset + 1 })),
  rule('the current decays by one less', ALL, ({ currentOffset }) => ({ currentOffset: currentOffset - 1 })),
  rule('v takes the current of the step before', ALL, () => ({ drive: (_, before) => before })),
  rule('v takes no current', ALL, () => ({ drive: () => 0 })),
  rule('the accumulator does not wrap', ['nengo-loihi'], () => ({ wrapInput: (q) => q })),
  rule('the accumulator saturates', WRAPPING, () => ({ wrapInput: (q) => clipTo(q, -(2 ** 21), 2 ** 21 - 1) })),
  rule('the accumulator has a bit less', WRAPPING, () => ({ wrapInput: (q) => wrapAt(q, 2 ** 20) })),
  rule('the accumulator has a bit more', ['nengo-loihi'], () => ({ wrapInput: (q) => wrapAt(q, 2 ** 22) })),
  rule('u does not wrap', ['lava', 'nengo-loihi', 'chip'], () => ({ wrapCurrent: (u) => u })),
  rule('u saturates', ['lava', 'nengo-loihi', 'chip'], () => ({ wrapCurrent: (u) => clipTo(u, -LIMIT, LIMIT - 1) })),
  rule('u wraps as two’s complement', LAVA, () => ({ wrapCurrent: (u) => wrapAt(u, LIMIT) })),
  // In nengo-loihi u gets to the very ends over several steps only, by sums that no vector here has.
  rule('u wraps as Lava has it', ['chip'], () => ({ wrapCurrent: LAVA_RULES.wrapCurrent })),
  rule('u and bias do not wrap', WRAPPING, () => ({ wrapDrive: (x) => x })),
  rule('v does not clip', BIASED, () => ({ clipVoltage: (v) => v })),
  rule('v wraps', BIASED, () => ({ clipVoltage: (v) => wrapAt(v, LIMIT) })),
  rule('v clips one lower', BIASED, ({ clipVoltage }) => ({ clipVoltage: (v, least, most) => clipVoltage(v, least - 1, most) })),
  rule('v clips one below its upper limit', WRAPPING, ({ clipVoltage }) => ({
    clipVoltage: (v, least, most) => clipVoltage(v, least, most - 1),
  })),
  rule('v ignores vmin', WRAPPING, ({ clipVoltage }) => ({ clipVoltage: (v, _, most) => clipVoltage(v, 1 - LIMIT, most) })),
  rule('v ignores vmax', WRAPPING, ({ clipVoltage }) => ({ clipVoltage: (v, least) => clipVoltage(v, least, LIMIT - 1) })),
  rule('one dead step more', ALL, ({ heldSteps }) => ({ heldSteps: (r) => heldSteps(r) + 1 })),
  rule('one dead step less', ['nengo-loihi', 'brian2-loihi', 'chip'], ({ heldSteps }) => ({
    heldSteps: (r) => Math.max(0, heldSteps(r) - 1),
  })),
  rule('no dead steps', REFRACTORY, () => ({ heldSteps: () => 0 })),
  rule('no bias', BIASED, () => ({ bias: () => 0 })),
  rule('the bias loses its exponent', BIASED, () => ({ bias: (mantissa) => mantissa })),
  rule('the bias has one exponent more', BIASED, ({ bias }) => ({ bias: (mantissa, e) => bias(mantissa, e + 1) })),
  rule('a negative bias exponent rounds toward zero', LAVA, () => ({ bias: (mantissa, e) => Math.trunc(mantissa * 2 ** e) })),
  rule('weights are not cut', LAVA, () => ({ weight: (w) => w })),
  rule('weights have one bit more', NETS, ({ weight }) => ({ weight: (w, format) => weight(w, bits(format, 1)) })),
  rule('weights have one bit less', NETS, ({ weight }) => ({ weight: (w, format) => weight(w, bits(format, -1)) })),
  rule('weights round toward zero', ['lava', 'nengo-loihi'], ({ weight }) => ({
    weight: (w, format) => Math.sign(w) * weight(Math.abs(w), format),
  })),
  rule('weights round down', ['brian2-loihi', 'chip'], ({ weight }) => ({ weight: (w, format) => weight(w < 0 ? w - 1 : w, format) })),
  rule('weights round half up', ['nengo-loihi'], ({ weight }) => ({ weight: (w, format) => weight(Math.round(w / 2) * 2, format) })),
  rule('one sign costs a bit', DELAYED, ({ weight }) => ({ weight: (w, format) => weight(w, { ...format, sign: 'mixed' }) })),
  rule('mixed signs cost no bit', NETS, ({ weight }) => ({
    weight: (w, format) => weight(w, format.sign === 'mixed' ? bits(format, 1) : format),
  })),
  rule('the weight exponent is one more', ALL, ({ weight, blockInput }) => ({
    weight: (w, format) => weight(w, exponent(format, 1)),
    blockInput: (sum, e) => blockInput(sum, e + 1),
  })),
  rule('each weight is shifted, not the sum', LAVA, ({ weight, blockInput }) => ({
    weight: (w, format) => Math.floor(weight(w, format) * 2 ** Math.min(0, format.exponent)),
    blockInput: (sum, e) => blockInput(sum, Math.max(0, e)),
  })),
  rule('the sum of shifted weights is rounded', LAVA, ({ blockInput }) => ({
    blockInput: (sum, e) => blockInput(sum + (e < 0 ? 2 ** (-e - 1) : 0), e),
  })),
  rule('a shift to the right rounds toward zero', NETS, ({ weight, blockInput }) => ({
    weight: (w, format) =>
      format.exponent < 0 && format.sign !== 'excitatory' && w < 0 ? weight(w, { ...format, exponent: 0 }) : weight(w, format),
    blockInput: (sum, e) => Math.sign(sum) * blockInput(Math.abs(sum), e),
  })),
  rule('delays are one step longer', DELAYED, () => ({ delay: (steps) => (steps === 0 ? 0 : steps + 1) })),
  rule('delays are one step shorter', DELAYED, () => ({ delay: (steps) => Math.max(0, steps - 1) })),
  rule('spikes without a delay take one', ALL, () => ({ delay: (steps) => steps + 1 })),
  rule('inputs act a step earlier', ['lava', 'trace', 'nengo-loihi', 'chip'], ({ inputLatency }) => ({ inputLatency: inputLatency - 1 })),
  rule('inputs act a step later', ALL, ({ inputLatency }) => ({ inputLatency: inputLatency + 1 })),
  rule('payloads are ignored', ['lava', 'chip'], () => ({ message: () => 1 })),
  rule('payloads count in binary spikes too', ['lava', 'chip'], () => ({ message: (payload) => payload })),
  rule('a sum over a kernel loses its alignment', LAVA, () => ({ convolutionInput: (sum) => sum })),
  rule('a sum over a kernel does not wrap', LAVA, () => ({ convolutionInput: (sum) => sum * 64 })),
  rule('the read-out hides the refractory counter', ['trace', 'chip'], () => ({ readVoltage: (v) => v })),
  rule('the read-out shows the counter one bit lower', ['trace', 'chip'], () => ({
    readVoltage: (v, counter) => (counter > 0 ? counter * 64 : v),
  })),
  rule('the read-out shows one step less', ['trace', 'chip'], ({ readVoltage }) => ({
    readVoltage: (v, counter) => readVoltage(v, Math.max(0, counter - 1)),
  })),
];
