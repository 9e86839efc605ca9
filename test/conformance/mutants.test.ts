import { describe, expect, it } from 'vitest';
import { checkVector } from '../../src/conformance/loihi/index.ts';
import type { Dialect } from '../../src/simulator/loihi/dialects/index.ts';
import type { DialectName } from './equations.ts';
import { edgeVector, randomConvolution, randomVector } from './random-vectors.ts';
import { asBytes, asJson, readVectorFile, siblingsOf, VECTORS } from './vectors.ts';
import { type Where, WRONG_RULES, type WrongRule } from './wrong-rules.ts';

/** Bytes of a vector, and where its network lies. */
interface Case {
  readonly bytes: Uint8Array;
  readonly sibling: (name: string) => Promise<Uint8Array | null>;
}

const dialectOf = (name: string): Where => {
  const file = asJson(name);
  if (file.format === 'loihi-golden-1-hw') return 'trace';
  const dialect: string = file.semantics.dialect;
  return dialect === 'nengo' ? 'nengo-loihi' : dialect === 'brian2_loihi' ? 'brian2-loihi' : 'lava';
};
const recorded = (where: Where): Case[] =>
  VECTORS.filter((name) => dialectOf(name) === where).map((name) => ({ bytes: readVectorFile(name), sibling: siblingsOf(name) }));
const made = (file: object): Case => ({ bytes: asBytes(file), sibling: async () => null });
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

const RECORDED: Readonly<Record<Where, readonly Case[]>> = {
  lava: recorded('lava'),
  trace: recorded('trace'),
  'nengo-loihi': recorded('nengo-loihi'),
  'brian2-loihi': recorded('brian2-loihi'),
  // No emulator computes as the chip does in every point: there is nothing to record.
  chip: [],
};
const derived = (dialect: DialectName, onChip = false): Case[] => [
  made(edgeVector(dialect, onChip)),
  ...SEEDS.map((seed) => made(randomVector(dialect, seed, onChip))),
];
const DERIVED: Readonly<Record<Where, readonly Case[]>> = {
  lava: [...derived('lava'), ...SEEDS.map((seed) => made(randomConvolution(seed)))],
  trace: derived('lava', true),
  'nengo-loihi': derived('nengo'),
  'brian2-loihi': derived('brian2_loihi'),
  chip: derived('chip'),
};

async function catches(cases: readonly Case[], change: WrongRule['change']): Promise<boolean> {
  const adapt = (dialect: Dialect): Dialect => ({ ...dialect, ...change(dialect) });
  for (const { bytes, sibling } of cases) if ((await checkVector(bytes, sibling, adapt)) !== null) return true;
  return false;
}

/** What no recording shows: limits of v that a neuron reaches before it fires, and registers that no recorded net uses. */
const NOT_RECORDED: readonly string[] = [
  'the current decays by one less (trace)',
  'no dead steps (trace)',
  'a negative bias exponent rounds toward zero (lava)',
  'payloads count in binary spikes too (lava)',
  'a sum over a kernel does not wrap (lava)',
  'v clips one below its upper limit (nengo-loihi)',
  'v ignores vmax (nengo-loihi)',
  'weights round toward zero (nengo-loihi)',
];

const mutants = WRONG_RULES.flatMap((rule) => rule.where.map((where): [string, Where, WrongRule] => [rule.name, where, rule]));

describe('a single wrong rule is caught by a golden vector', () => {
  it.each(mutants.filter(([, where]) => where !== 'chip'))('%s (%s)', async (name, where, { change }) => {
    expect(await catches(RECORDED[where], change)).toBe(!NOT_RECORDED.includes(`${name} (${where})`));
  });
});

describe('and by vectors from the equations', () => {
  it.each(mutants)('%s (%s)', async (_name, where, { change }) => {
    expect(await catches(DERIVED[where], change)).toBe(true);
  });
});

describe('a right rule is caught by none', () => {
  it.each(Object.keys(RECORDED) as Where[])('%s', async (where) => {
    expect(await catches([...RECORDED[where], ...DERIVED[where]], ({ decay }) => ({ decay }))).toBe(false);
  });
});
