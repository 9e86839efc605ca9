import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import { BUDGET_SCHEMA, brokenLimits, buildReport, checkBudget, readBudget } from '../../src/report/index.ts';
import { exampleParts } from './example-parts.ts';

const report = buildReport(exampleParts);
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const read = (value: unknown) => readBudget(bytesOf(value), 'budget.json');

async function problemsOf(promise: Promise<unknown>): Promise<readonly string[]> {
  const error = await promise.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof DiagnosticError)) throw new Error('no diagnostic');
  return error.diagnostics.map(({ code, message, places }) => `[${code}] ${message} at ${places[0].item ?? places[0].file}`);
}

describe('readBudget', () => {
  it('takes what the schema takes', async () => {
    const budget = { version: 1, atLeast: { accuracy: 0.5 }, atMost: { cores: 40 } };
    expect(await read(budget)).toEqual(budget);
    expect(new Ajv().compile(BUDGET_SCHEMA)(budget)).toBe(true);
  });

  it('names every mistake', async () => {
    expect(await problemsOf(read({ version: 1, atMost: { joules: 1, cores: 1.5 }, extra: 0 }))).toEqual([
      '[budget-malformed] the budget must NOT have additional properties: `extra` at the whole file',
      '[budget-malformed] the budget must NOT have additional properties: `joules` at atMost',
      '[budget-malformed] the budget must be integer at atMost.cores',
    ]);
    expect(await problemsOf(read({ version: 1, atLeast: { accuracy: 92 } }))).toEqual([
      '[budget-malformed] the budget must be <= 1 at atLeast.accuracy',
    ]);
    expect(await problemsOf(read({ version: 2 }))).toEqual(['[version-unsupported] the budget has version 2 at version']);
    expect(await problemsOf(read({ atMost: { cores: 1 } }))).toHaveLength(1);
    expect(await problemsOf(read({ version: 1, atMost: {} }))).toEqual(['[budget-malformed] the budget holds no limit at budget.json']);
    expect(await problemsOf(readBudget(new TextEncoder().encode('{'), 'budget.json'))).toHaveLength(1);
  });
});

describe('checkBudget', () => {
  it('keeps a limit that is just met, and breaks one that is just missed', () => {
    const { accuracy, latency } = report;
    const float = accuracy.float ?? Number.NaN;
    const deployed = accuracy.deployed ?? Number.NaN;
    const kept = (budget: Parameters<typeof checkBudget>[0]): boolean[] => checkBudget(budget, report).map((check) => check.kept);
    expect(kept({ version: 1, atLeast: { accuracy: deployed, agreement: 1 } })).toEqual([true, false]);
    expect(kept({ version: 1, atMost: { accuracyDrop: float - deployed, chips: 0, cores: 34 } })).toEqual([true, false, true]);
    expect(kept({ version: 1, atMost: { knownSeconds: latency.knownSeconds } })).toEqual([true]);
    expect(kept({ version: 1, atMost: { knownSeconds: latency.knownSeconds * 0.999 } })).toEqual([false]);
  });

  it('breaks a limit of a figure that is not known, and says why', () => {
    const checks = checkBudget({ version: 1, atMost: { joulesPerSample: 1 } }, report);
    expect(checks).toEqual([
      {
        name: 'joulesPerSample',
        item: 'atMost.joulesPerSample',
        kept: false,
        text: expect.stringContaining('no figure for barriers, embedded operations'),
      },
    ]);
    expect(brokenLimits(checks, 'budget.json', 'out').map(({ code, places }) => [code, places[0].item])).toEqual([
      ['budget-exceeded', 'atMost.joulesPerSample'],
    ]);
  });

  it('takes a sum of no known term for no figure', () => {
    const terms = exampleParts.energy.terms.map((term) => ({ ...term, joules: null }));
    const blank = buildReport({ ...exampleParts, energy: { ...exampleParts.energy, terms } });
    expect(checkBudget({ version: 1, atMost: { knownJoules: 1 } }, blank)[0].kept).toBe(false);
  });
});
