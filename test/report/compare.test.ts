import { describe, expect, it } from 'vitest';
import { buildReport, compareRuns, type NamedRun } from '../../src/report/index.ts';
import { exampleParts } from './example-parts.ts';

const slow = buildReport(exampleParts);
const halved = exampleParts.energy.terms.map((term) => ({ ...term, joules: term.joules === null ? null : term.joules / 2 }));
const fast = buildReport({
  ...exampleParts,
  model: { ...exampleParts.model, name: 'small & <odd>' },
  target: { ...exampleParts.target, cores: 17 },
  energy: { ...exampleParts.energy, terms: halved },
});

describe('compareRuns', () => {
  it('relates every figure to the first run', async () => {
    const { json } = await compareRuns([
      { folder: 'a', report: slow },
      { folder: 'b', report: fast },
    ]);
    expect(json.runs[0].ratios['known energy']).toBe(1);
    expect(json.runs[1].ratios['known energy']).toBeCloseTo(0.5, 12);
    expect(json.runs[1].ratios.cores).toBe(0.5);
    expect(json.runs[1].figures.energy).toBeNull();
    expect(json.runs[1].ratios.energy).toBeNull();
    expect(json.runs[1].ratios).not.toHaveProperty('accuracy');
  });

  it('writes a table, a figure and JSON, and says what they are worth', async () => {
    const { files, table } = await compareRuns([
      { folder: 'a', report: slow },
      { folder: 'b', report: fast },
    ]);
    expect(files.map((file) => file.path)).toEqual([
      'comparison.json',
      'tables/comparison.csv',
      'tables/comparison.tex',
      'figures/comparison.svg',
    ]);
    const [json, csv, tex, svg] = files.map((file) => String(file.content));
    expect(JSON.parse(json).runs).toHaveLength(2);
    expect(csv.trimEnd().split('\r\n')).toHaveLength(3);
    expect(tex).toContain('small \\& \\textless{}odd\\textgreater{}');
    for (const text of [json, tex, svg]) expect(text).toContain('modelled, not measured');
    expect(table.columns.map((column) => column.name)).not.toContain('energy');
  });

  it('takes a single run', async () => {
    const { table } = await compareRuns([{ folder: 'a', report: slow }]);
    expect(table.rows).toHaveLength(1);
  });
});

describe('a comparison in words', () => {
  const run = (folder: string, timesteps: number, change: { energy: number; accuracy: number | null }): NamedRun => {
    const report = buildReport(exampleParts);
    return {
      folder,
      report: {
        ...report,
        model: { ...report.model, timesteps },
        energy: { ...report.energy, knownJoules: change.energy },
        accuracy: { ...report.accuracy, deployed: change.accuracy },
      },
    };
  };

  it('says what fewer timesteps buy and cost', async () => {
    const { sentences } = await compareRuns([
      run('long', 100, { energy: 10e-6, accuracy: 0.9 }),
      run('short', 40, { energy: 4e-6, accuracy: 0.88 }),
      run('unlabelled', 20, { energy: 20e-6, accuracy: null }),
    ]);
    expect(sentences).toEqual([
      'short against long (40 timesteps, not 100): energy down 60 %, latency the same, accuracy −2.0 points (standard error 3.7); modelled, not measured',
      'unlabelled against long (20 timesteps, not 100): energy up 100 %, latency the same; modelled, not measured',
    ]);
  });
});
