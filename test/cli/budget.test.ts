import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from './in-process.ts';
import { type CliResult, ROOT } from './run-cli.ts';

const CORPUS = join(ROOT, 'test/fuzz/corpus');

let folder = '';
let out = '';
let run: CliResult;
const budgetOf = (name: string, budget: unknown): string => {
  writeFileSync(join(folder, name), JSON.stringify(budget));
  return join(folder, name);
};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spikec-budget-'));
  out = join(folder, 'out');
  const budget = budgetOf('tight.json', { version: 1, atLeast: { agreement: 0.5 }, atMost: { joulesPerSample: 1, cores: 1 } });
  const data = join(CORPUS, 'dense.npz');
  run = await inProcess([
    'run',
    join(CORPUS, 'custom.onnx'),
    '--target',
    'loihi2',
    '--data',
    data,
    '-o',
    out,
    '--raster-clip',
    '1',
    '--budget',
    budget,
  ]);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('--budget', () => {
  it('tells every limit, and ends a run that breaks one with exit code 1 and its files written', () => {
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/kept {4}.*agreement: 100\.00 %, at least 50\.00 %/);
    expect(run.out).toMatch(/broken {2}.*joules per sample: not known .*--without/);
    expect(run.err.match(/^error\[budget-exceeded\]/gm)).toHaveLength(2);
    expect(run.err).toContain('tight.json, atMost.cores');
    for (const file of ['report.json', 'report.html', 'methods.tex', 'program.json']) expect(existsSync(join(out, file)), file).toBe(true);
    expect(readFileSync(join(out, 'figures/raster.svg'), 'utf8')).toContain('Spikes of clip 1');
  });

  it('holds what is compared to it, and prints JSON alone with --json', async () => {
    const budget = budgetOf('wide.json', { version: 1, atMost: { knownJoules: 1 } });
    const compared = await inProcess(['compare', out, '--budget', budget, '--json', '-o', join(folder, 'compared')]);
    expect([compared.code, compared.err]).toEqual([0, '']);
    expect(JSON.parse(compared.out).runs).toHaveLength(1);
  });

  it('is read before anything is done', async () => {
    const budget = budgetOf('wrong.json', { version: 1, atMost: { joules: 1 } });
    const to = join(folder, 'never');
    const refused = await inProcess(['compare', out, '--budget', budget, '-o', to]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('error[budget-malformed]: the budget must NOT have additional properties: `joules`');
    expect(existsSync(to)).toBe(false);
  });
});
