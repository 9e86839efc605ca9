import { describe, expect, it } from 'vitest';
import { buildReport, compareRuns, type NamedRun, type RunReport } from '../../src/report/index.ts';
import { independentInterval, pairedInterval } from '../../src/report/statistics.ts';
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
    expect(files.map((file) => file.path).sort()).toEqual(
      [
        'comparison.html',
        'comparison.json',
        'comparison.tex',
        'figures/comparison.svg',
        'figures/pareto.svg',
        'methods.tex',
        'references.bib',
        ...['comparison', 'conventions', 'differences', 'settings', 'summary'].flatMap((id) => [`tables/${id}.csv`, `tables/${id}.tex`]),
      ].sort(),
    );
    const text = (path: string): string => String(files.find((file) => file.path === path)?.content);
    expect(JSON.parse(text('comparison.json')).runs).toHaveLength(2);
    expect(text('tables/comparison.csv').trimEnd().split('\r\n')).toHaveLength(3);
    expect(text('tables/comparison.tex')).toContain('small \\& \\textless{}odd\\textgreater{}');
    for (const path of ['comparison.json', 'comparison.html', 'tables/summary.tex', 'figures/comparison.svg', 'figures/pareto.svg']) {
      expect(text(path)).toContain('modelled, not measured');
    }
    expect(table.columns.map((column) => column.name)).not.toContain('energy');
  });

  it('takes a single run', async () => {
    const { table } = await compareRuns([{ folder: 'a', report: slow }]);
    expect(table.rows).toHaveLength(1);
  });
});

/** Decisions of which the first `right` are right, of clips with labels or without. */
const decided = (right: number, clips: number, labels = true): RunReport['predictions'] =>
  Array.from({ length: clips }, (_, i) => ({ label: labels ? 0 : null, reference: 0, float: 0, deployed: i < right ? 0 : 1 }));

const run = (folder: string, timesteps: number, energy: number, predictions: RunReport['predictions'], data = 'same'): NamedRun => {
  const report = buildReport({ ...exampleParts, predictions });
  return {
    folder,
    report: {
      ...report,
      data: { ...report.data, sha256: data },
      model: { ...report.model, timesteps },
      energy: { ...report.energy, knownJoules: energy },
    },
  };
};

describe('differences of accuracy', () => {
  it('are paired by clip on the same data, on the clips that both runs had', async () => {
    const { json } = await compareRuns([run('long', 100, 1, decided(90, 100)), run('short', 40, 1, decided(70, 80))]);
    expect(json.runs[1].accuracyDifference).toEqual({
      difference: -10 / 80,
      interval: pairedInterval({ both: 70, first: 10, second: 0, neither: 0 }),
      paired: { clips: 80, counts: { both: 70, first: 10, second: 0, neither: 0 }, pValue: expect.closeTo(2 ** -9, 12) },
    });
  });

  it('are of independent samples on other data, and none without labels', async () => {
    const { json } = await compareRuns([
      run('a', 100, 1, decided(90, 100)),
      run('b', 100, 1, decided(70, 80), 'other'),
      run('c', 100, 1, decided(70, 80, false)),
    ]);
    expect(json.runs[1].accuracyDifference).toEqual({
      difference: 70 / 80 - 0.9,
      interval: independentInterval(0.9, 100, 70 / 80, 80),
      paired: null,
    });
    expect(json.runs[2].accuracyDifference).toBeNull();
    const shuffled = run('d', 100, 1, decided(70, 80));
    const settings = { ...shuffled.report.settings, options: { ...shuffled.report.settings.options, shuffle: 7 } };
    const other = await compareRuns([run('a', 100, 1, decided(90, 100)), { ...shuffled, report: { ...shuffled.report, settings } }]);
    expect(other.json.runs[1].accuracyDifference?.paired).toBeNull();
  });

  it('are not paired where the clips of the same data come in another order', async () => {
    const [first, second] = [run('a', 100, 1, decided(90, 100)), run('b', 100, 1, decided(70, 80))];
    const { settings } = second.report;
    const report = { ...second.report, settings: { ...settings, options: { ...settings.options, shuffle: 1 } } };
    const { json } = await compareRuns([first, { ...second, report }]);
    expect(json.runs[1].accuracyDifference?.paired).toBeNull();
  });
});

describe('a comparison', () => {
  it('says what fewer timesteps buy and cost', async () => {
    const { sentences } = await compareRuns([
      run('long', 100, 10e-6, decided(90, 100)),
      run('short', 40, 4e-6, decided(88, 100)),
      run('unlabelled', 100, 20e-6, decided(0, 100, false)),
      run('elsewhere', 100, 17.7e-3, decided(0, 100, false)),
    ]);
    expect(sentences).toEqual([
      'short against long (40 timesteps, not 100): energy down 60 %, latency the same, accuracy −2.0 points (95 % interval −6.6 to +2.1, 100 clips, paired); modelled, not measured',
      'unlabelled against long: energy up 100 %, latency the same; modelled, not measured',
      'elsewhere against long: energy 1,770 times as much, latency the same; modelled, not measured',
    ]);
  });

  it('marks the front, and leaves out what has no labels', async () => {
    const { json, files } = await compareRuns([
      run('long', 100, 10e-6, decided(90, 100)),
      run('short', 40, 4e-6, decided(88, 100)),
      run('worse', 59, 11e-6, decided(89, 100)),
      run('unlabelled', 20, 1e-6, decided(0, 100, false)),
    ]);
    expect(json.pareto).toEqual({ quality: 'accuracy', energy: ['long', 'short'], latency: ['long'] });
    const pareto = String(files.find(({ path }) => path === 'figures/pareto.svg')?.content);
    expect(pareto.match(/<circle /g)).toHaveLength(6);
    expect(pareto).toContain('not drawn, its decisions have no labels');
    expect(pareto).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('says which settings differ, and which terms each run leaves out', async () => {
    const other = run('short', 40, 4e-6, decided(88, 100));
    const { files } = await compareRuns([
      run('long', 100, 10e-6, decided(90, 100)),
      {
        ...other,
        report: { ...other.report, settings: { ...other.report.settings, seed: 7 }, energy: { ...other.report.energy, reasons: {} } },
      },
    ]);
    const text = (path: string): string => String(files.find((file) => file.path === path)?.content);
    expect(text('tables/settings.csv')).toBe('setting,long,short\r\nseed,0,7\r\n');
    expect(text('tables/summary.tex')).toContain('The runs leave out different terms');
  });
});
