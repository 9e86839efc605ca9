import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import { buildReport, REPORT_SCHEMA, type RunReport, readReport } from '../../src/report/index.ts';
import { exampleParts } from './example-parts.ts';

const report = buildReport(exampleParts);
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (e: unknown) => e,
  );
  return error instanceof DiagnosticError ? error.diagnostics[0].code : String(error);
}

describe('buildReport', () => {
  it('counts accuracies over the clips', () => {
    const wrongFloat = 14;
    const alsoWrongDeployed = exampleParts.predictions.filter((p) => p.deployed !== p.float).length;
    expect(report.samples).toBe(140);
    expect(report.accuracy.float).toBe((140 - wrongFloat) / 140);
    expect(report.accuracy.agreement).toBe((140 - alsoWrongDeployed) / 140);
  });

  it('has no accuracy without labels, and no agreement without the float model', () => {
    const predictions = exampleParts.predictions.map((p) => ({ ...p, label: null, float: null }));
    expect(buildReport({ ...exampleParts, predictions }).accuracy).toEqual({
      reference: null,
      float: null,
      deployed: null,
      agreement: null,
    });
  });

  it('gives no total where a term is unknown, but the sum of the known ones and the reason', () => {
    const { energy, latency } = report;
    expect(energy.joulesPerSample).toBeNull();
    expect(energy.dynamicJoules).toBeNull();
    expect(energy.staticJoules).toBe(0.0021 * 0.104);
    const known = Object.values(energy.breakdown).reduce<number>((sum, joules) => sum + (joules ?? 0), 0);
    expect(energy.knownJoules).toBeCloseTo(known, 15);
    expect(Object.keys(energy.reasons)).toEqual(['barriers', 'embeddedOperations']);
    expect(latency.secondsPerSample).toBeNull();
    expect(latency.knownSeconds).toBeCloseTo(1.606e-3, 12);
  });

  it('has a breakdown that sums to the total where all terms are known', () => {
    const terms = exampleParts.energy.terms.filter((term) => term.joules !== null);
    const { energy } = buildReport({ ...exampleParts, energy: { ...exampleParts.energy, terms } });
    const sum = Object.values(energy.breakdown).reduce<number>((total, joules) => total + (joules ?? 0), 0);
    expect(energy.joulesPerSample).toBeCloseTo(sum, 15);
    expect(energy.joulesPerSample).toBeCloseTo((energy.dynamicJoules ?? 0) + (energy.staticJoules ?? 0), 15);
    expect(energy.reasons).toEqual({});
  });

  it('adds up terms of one name, unknown as soon as one is', () => {
    const [synapse] = exampleParts.energy.terms;
    const twice = buildReport({ ...exampleParts, energy: { ...exampleParts.energy, terms: [synapse, synapse] } });
    expect(twice.energy.breakdown.synapticEvents).toBe(2 * (synapse.joules ?? 0));
    const unknown = { ...synapse, joules: null, reason: 'why' };
    const mixed = buildReport({ ...exampleParts, energy: { ...exampleParts.energy, terms: [synapse, unknown] } });
    expect(mixed.energy.breakdown.synapticEvents).toBeNull();
  });
});

describe('the schema', () => {
  const validate = new Ajv({ allowUnionTypes: true }).compile(REPORT_SCHEMA);

  it('accepts a report, and what JSON makes of it', () => {
    expect(validate(JSON.parse(JSON.stringify(report)))).toBe(true);
  });

  it.each<[string, (copy: Record<string, never>) => void]>([
    ['a missing part', (copy) => Reflect.deleteProperty(copy, 'energy')],
    ['an unknown part', (copy) => Object.assign(copy, { extra: 1 })],
    ['an accuracy above 1', (copy) => Object.assign(copy.accuracy, { deployed: 1.5 })],
    ['a basis that nobody knows', (copy) => Object.assign(copy.energy, { basis: 'guess' })],
    ['another statement', (copy) => Object.assign(copy, { statement: 'measured' })],
  ])('refuses %s', (_, damage) => {
    const copy = JSON.parse(JSON.stringify(report));
    damage(copy);
    expect(validate(copy)).toBe(false);
  });
});

describe('readReport', () => {
  it('gives back what was written', async () => {
    const read: RunReport = await readReport(bytesOf(report), 'report.json');
    expect(read).toEqual(JSON.parse(JSON.stringify(report)));
  });

  it('names versions and damage', async () => {
    expect(await codeOf(readReport(bytesOf({ ...report, version: 7 }), 'r'))).toBe('version-unsupported');
    expect(await codeOf(readReport(bytesOf({ ...report, energy: 3 }), 'r'))).toBe('report-malformed');
    expect(await codeOf(readReport(bytesOf([]), 'r'))).toBe('report-malformed');
    expect(await codeOf(readReport(new Uint8Array([0xff, 0x7b]), 'r'))).toBe('report-malformed');
    expect(await codeOf(readReport(new TextEncoder().encode('{"version":1'), 'r'))).toBe('report-malformed');
  });
});
