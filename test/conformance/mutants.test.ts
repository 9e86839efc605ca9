import { describe, expect, it } from 'vitest';
import { type Adapt, checkVector } from '../../src/conformance/loihi/index.ts';
import type { Dialect, WeightFormat } from '../../src/simulator/loihi/dialects/index.ts';
import { readVectorFile, siblingsOf, VECTORS } from './vectors.ts';

/** Where a mutant applies: the same wrong rule in all dialects, or in one of them. */
type Mutant = readonly [name: string, change: (dialect: Dialect) => Partial<Dialect>, only?: string];

const sixBits = (format: WeightFormat): WeightFormat => ({ ...format, bits: Math.min(8, format.bits + 1) });

const MUTANTS: readonly Mutant[] = [
  ['decay rounds down', () => ({ decay: (x, k) => Math.floor((x * (4096 - k)) / 4096) })],
  ['decay rounds to nearest', () => ({ decay: (x, k) => Math.round((x * (4096 - k)) / 4096) })],
  ['decay rounds what it takes away', () => ({ decay: (x, k) => x - Math.trunc((x * k) / 4096) })],
  ['a tie fires', () => ({ fires: (v, threshold) => v >= threshold })],
  ['no offset of the current decay', () => ({ currentOffset: 0 }), 'lava'],
  ['no offset of the current decay', () => ({ currentOffset: 0 }), 'nengo-loihi'],
  ['an offset of the current decay', () => ({ currentOffset: 1 }), 'brian2-loihi'],
  ['v takes the current of the step before', () => ({ drive: (_, before) => before })],
  ['u does not wrap', () => ({ wrapCurrent: (u) => u }), 'lava'],
  ['u saturates', () => ({ wrapCurrent: (u) => Math.max(-(2 ** 23), Math.min(2 ** 23 - 1, u)) }), 'lava'],
  ['u wraps as two’s complement', () => ({ wrapCurrent: (u) => ((u + 2 ** 23 + 2 ** 25) % 2 ** 24) - 2 ** 23 }), 'lava'],
  ['u does not wrap', () => ({ wrapCurrent: (u) => u }), 'nengo-loihi'],
  ['the accumulator does not wrap', () => ({ wrapInput: (q) => q }), 'nengo-loihi'],
  [
    'the accumulator has a bit more',
    () => ({ wrapInput: (q) => ((((q + 2 ** 22) % 2 ** 23) + 2 ** 23) % 2 ** 23) - 2 ** 22 }),
    'nengo-loihi',
  ],
  ['u plus bias does not wrap', () => ({ wrapDrive: (x) => x }), 'nengo-loihi'],
  ['v does not clip', () => ({ clipVoltage: (v) => v }), 'lava'],
  // No vector holds a neuron at its upper limit: the largest threshold lies below it, so that it fires first.
  ['v clips one below', ({ clipVoltage }) => ({ clipVoltage: (v, least, most) => clipVoltage(v, least - 1, most) }), 'nengo-loihi'],
  ['v clips one below', ({ clipVoltage }) => ({ clipVoltage: (v, least, most) => clipVoltage(v, least - 1, most) }), 'lava'],
  ['v ignores vmin and vmax', ({ clipVoltage }) => ({ clipVoltage: (v) => clipVoltage(v, 1 - 2 ** 23, 2 ** 23 - 1) }), 'nengo-loihi'],
  ['one dead step more', ({ heldSteps }) => ({ heldSteps: (r) => heldSteps(r) + 1 })],
  ['one dead step less', ({ heldSteps }) => ({ heldSteps: (r) => Math.max(0, heldSteps(r) - 1) })],
  ['the bias loses its exponent', () => ({ bias: (mantissa) => mantissa })],
  ['the bias has one exponent more', ({ bias }) => ({ bias: (mantissa, exponent) => bias(mantissa, exponent + 1) })],
  ['no truncation of weights', () => ({ weight: (weight) => weight }), 'lava'],
  ['weights have one bit more', ({ weight }) => ({ weight: (w, format) => weight(w, sixBits(format)) })],
  ['weights round toward zero', ({ weight }) => ({ weight: (w, format) => Math.sign(w) * weight(Math.abs(w), format) }), 'lava'],
  ['weights round down', ({ weight }) => ({ weight: (w, format) => (w < 0 ? weight(w - 1, format) : weight(w, format)) }), 'brian2-loihi'],
  ['weights round half up', ({ weight }) => ({ weight: (w, format) => weight(Math.round(w / 2) * 2, format) }), 'nengo-loihi'],
  [
    'each weight is shifted, not the sum',
    ({ weight, blockInput }) => ({
      weight: (w, format) => Math.floor(weight(w, format) * 2 ** Math.min(0, format.exponent)),
      blockInput: (sum, exponent) => blockInput(sum, Math.max(0, exponent)),
    }),
    'lava',
  ],
  [
    'the sum is rounded',
    ({ blockInput }) => ({ blockInput: (sum, exponent) => blockInput(sum + (exponent < 0 ? 2 ** (-exponent - 1) : 0), exponent) }),
    'lava',
  ],
  ['a delay of one step more', () => ({ delay: (steps) => steps + 1 })],
  ['delays are one step longer', () => ({ delay: (steps) => (steps === 0 ? 0 : steps + 1) })],
  ['delays are one step shorter', () => ({ delay: (steps) => Math.max(0, steps - 1) })],
  ['inputs act at once', () => ({ inputLatency: 0 }), 'lava'],
  ['inputs take a step', () => ({ inputLatency: 1 }), 'brian2-loihi'],
  ['payloads are ignored', () => ({ message: () => 1 })],
  ['a sum over a kernel loses its alignment', () => ({ convolutionInput: (sum) => sum })],
  ['the read-out hides the refractory counter', () => ({ readVoltage: (v) => v })],
  ['the read-out shows the counter one bit lower', () => ({ readVoltage: (v, counter) => (counter > 0 ? counter * 64 : v) })],
];

/** The first vector that a mutant gets wrong; null: none. */
async function killerOf([, change, only]: Mutant): Promise<string | null> {
  const adapt: Adapt = (dialect) => (only === undefined || dialect.name === only ? { ...dialect, ...change(dialect) } : dialect);
  for (const name of VECTORS) if ((await checkVector(readVectorFile(name), siblingsOf(name), adapt)) !== null) return name;
  return null;
}

describe('single wrong rules are caught by the golden vectors', () => {
  it.each(MUTANTS.map((mutant): [string, string, Mutant] => [mutant[0], mutant[2] ?? 'all dialects', mutant]))(
    '%s (%s)',
    async (_name, _only, mutant) => {
      expect(await killerOf(mutant)).not.toBeNull();
    },
  );

  it('and an unchanged rule by none', async () => {
    expect(await killerOf(['nothing', ({ decay }) => ({ decay })])).toBeNull();
  });
});
