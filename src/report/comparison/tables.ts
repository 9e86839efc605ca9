import { formatCount, humanize } from '../format-figures.ts';
import { type RunReport, STATEMENT } from '../run-report.ts';
import { settingLines } from '../setting-lines.ts';
import type { Cell, Column, Table } from '../table.ts';
import { accuracyDifference } from './accuracy-difference.ts';
import { FIGURES, type Figure, joules, percent, ratioOf, ratioText, seconds } from './figures.ts';
import { formatPoints } from './in-words.ts';
import type { NamedRun } from './named-run.ts';
import type { ParetoPlane } from './quality.ts';

/** One row a run: each figure, and beside it how it relates to that of the first run. Figures that are unknown in every run are left out. */
export function comparisonTable(runs: readonly NamedRun[]): Table {
  const shown = FIGURES.filter((figure) => runs.some(({ report }) => figure.read(report) !== null));
  const columns = shown.flatMap((figure): Column[] => [
    { name: figure.name, format: figure.format, ...(figure.unit === undefined ? {} : { unit: figure.unit }) },
    ...(figure.ratio ? [{ name: `${figure.name}, to first`, format: ratioText, relative: true }] : []),
  ]);
  return {
    id: 'comparison',
    title: 'Comparison',
    caption: `${runs.length} run${runs.length === 1 ? '' : 's'}, means per clip; ${basisNote(runs)}`,
    columns: [{ name: 'run' }, { name: 'model' }, { name: 'target' }, { name: 'clips', format: formatCount }, ...columns],
    rows: runs.map(({ folder, report }): Cell[] => [
      folder,
      report.model.name,
      report.target.name,
      report.samples,
      ...shown.flatMap((figure) => [figure.read(report), ...(figure.ratio ? [ratioOf(figure, report, runs[0].report)] : [])]),
    ]),
    notes: unknownNotes(runs),
  };
}

/** The table for a paper: one line a run, differences to the first with their intervals. */
export function summaryTable(runs: readonly NamedRun[], planes: readonly ParetoPlane[]): Table {
  const [first] = runs;
  return {
    id: 'summary',
    title: 'In one table',
    caption: `Accuracy on the chip with its difference to the first run in points (95 % interval); energy and latency of the terms that are known, per clip; ${basisNote(runs)}`,
    columns: [
      { name: 'run' },
      { name: 'target' },
      { name: 'T', format: formatCount },
      { name: 'clips', format: formatCount },
      { name: 'accuracy', format: percent },
      { name: 'difference', format: String },
      { name: 'energy', unit: 'J', format: joules },
      { name: 'to first', format: ratioText },
      { name: 'latency', unit: 's', format: seconds },
      { name: 'to first', format: ratioText },
      { name: 'cores', format: formatCount },
      { name: 'front of' },
    ],
    rows: runs.map((run): Cell[] => [
      run.folder,
      run.report.target.name,
      run.report.model.timesteps,
      run.report.samples,
      run.report.accuracy.deployed,
      run === first ? '' : differenceText(first.report, run.report),
      run.report.energy.knownJoules,
      ratioOf(figureNamed('known energy'), run.report, first.report),
      run.report.latency.knownSeconds,
      ratioOf(figureNamed('known latency'), run.report, first.report),
      run.report.target.cores,
      frontsOf(run, planes).join(', '),
    ]),
    notes: unknownNotes(runs),
  };
}

/** Differences of accuracy to the first run. */
export function differenceTable(runs: readonly NamedRun[]): Table {
  const [first, ...others] = runs;
  return {
    id: 'differences',
    title: 'Is it better, or luck?',
    caption: `Accuracy on the chip against ${first.folder}: 95 % intervals by Newcombe (paired by clip where the data are the same), exact McNemar test`,
    columns: [
      { name: 'run' },
      { name: 'compared' },
      { name: 'clips', format: formatCount },
      { name: 'difference', format: formatPoints, unit: 'fraction' },
      { name: 'low', format: formatPoints, unit: 'fraction' },
      { name: 'high', format: formatPoints, unit: 'fraction' },
      { name: 'only the first is right', format: formatCount },
      { name: 'only this is right', format: formatCount },
      { name: 'p', format: formatP },
    ],
    rows: others.map(({ folder, report }): Cell[] => {
      const found = accuracyDifference(first.report, report);
      if (found === null) return [folder, 'no labels, or no chip was simulated', '', '', '', '', '', '', ''];
      const { difference, interval, paired } = found;
      const counts: Cell[] = paired === null ? [report.samples] : [paired.clips];
      const test: Cell[] = paired === null ? ['', '', ''] : [paired.counts.first, paired.counts.second, paired.pValue];
      return [folder, paired === null ? 'independent, other data' : 'paired by clip', ...counts, difference, ...interval, ...test];
    }),
    notes: ['Differences in points. Intervals and tests are of these clips alone: training again, with another seed, is another matter.'],
  };
}

/** What was set otherwise, so that a comparison is of one thing at a time. */
export function settingsTable(runs: readonly NamedRun[]): Table {
  const settings = runs.map(({ report }) => settingsOf(report));
  const names = [...new Set(settings.flatMap((values) => [...values.keys()]))];
  const differing = names.filter((name) => new Set(settings.map((values) => values.get(name))).size > 1);
  return {
    id: 'settings',
    title: 'What was set otherwise',
    caption: differing.length === 0 ? 'The runs have the same settings' : 'Settings and inputs in which the runs differ',
    columns: [{ name: 'setting' }, ...runs.map(({ folder }) => ({ name: folder }))],
    rows: differing.map((name): Cell[] => [name, ...settings.map((values) => values.get(name) ?? 'not given')]),
    notes: [],
  };
}

function settingsOf({ model, target, mapping, data, energy, latency, settings }: RunReport): ReadonlyMap<string, string> {
  return new Map([
    ['model', model.file],
    ['target', target.name],
    ['numbers', mapping.scaleRule],
    ['data', data.file],
    ['framing', data.framing ?? 'dense data'],
    ['costs', energy.costs],
    ['timing', latency.model],
    ['seed', String(settings.seed)],
    ...settingLines(settings),
  ]);
}

/** Energy and latency are models, and of what quality. */
export function basisNote(runs: readonly NamedRun[]): string {
  const bases = [...new Set(runs.map(({ report }) => report.energy.basis))].sort().join(', ');
  return `energy and latency ${STATEMENT}, costs: ${bases}`;
}

/** Sums of known terms leave something out, and not always the same. */
export function unknownNotes(runs: readonly NamedRun[]): readonly string[] {
  const missing = runs.map(({ report }) =>
    Object.keys({ ...report.energy.reasons, ...report.latency.reasons })
      .map(humanize)
      .sort()
      .join(', '),
  );
  const kinds = new Set(missing);
  if (kinds.size === 1) return missing[0] === '' ? [] : [`Without ${missing[0]}: nobody has published these costs.`];
  return [
    ...runs.map(
      ({ folder }, i) => `${folder}: ${missing[i] === '' ? 'every term is known' : `without ${missing[i]}, which is not known`}.`,
    ),
    'The runs leave out different terms: ratios of known energies flatter those that leave out more.',
  ];
}

function differenceText(first: RunReport, second: RunReport): string {
  const found = accuracyDifference(first, second);
  if (found === null) return '';
  return `${formatPoints(found.difference)} (${formatPoints(found.interval[0])} to ${formatPoints(found.interval[1])})`;
}

const frontsOf = (run: NamedRun, planes: readonly ParetoPlane[]): readonly string[] =>
  planes.filter(({ points }) => points.some((point) => point.run === run && point.front)).map(({ axis }) => axis.name);

function figureNamed(name: string): Figure {
  const found = FIGURES.find((figure) => figure.name === name);
  if (found === undefined) throw new Error(`no figure is named ${name}`);
  return found;
}

const formatP = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));
