import type { EmittedFile } from '../ir/files.ts';
import { compareInWords, type NamedRun } from './compare-in-words.ts';
import { drawComparison } from './comparison-chart.ts';
import { formatCount, formatPercent, formatSi } from './format-figures.ts';
import { type RunReport, STATEMENT } from './run-report.ts';
import { type Cell, type Column, type Table, tableToCsv, tableToLatex } from './table.ts';

export interface Comparison {
  readonly table: Table;
  /** A sentence for each run but the first. */
  readonly sentences: readonly string[];
  /** What `compare --json` prints. */
  readonly json: ComparisonJson;
  readonly files: readonly EmittedFile[];
}

export interface ComparisonJson {
  readonly version: 1;
  readonly statement: typeof STATEMENT;
  readonly runs: readonly ComparedRun[];
}

export interface ComparedRun {
  readonly folder: string;
  readonly model: string;
  readonly target: string;
  readonly samples: number;
  readonly basis: string;
  /** SI units; null: not known. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** Each figure over that of the first run; null where one of them is unknown or the first is 0. */
  readonly ratios: Readonly<Record<string, number | null>>;
}

interface Figure {
  readonly name: string;
  readonly unit?: string;
  readonly format: (value: number) => string;
  readonly read: (report: RunReport) => number | null;
  /** Accuracies differ by points; everything else by a factor. */
  readonly ratio: boolean;
}

const joules = (value: number): string => formatSi(value, 'J');
const percent = (value: number): string => formatPercent(value);

const FIGURES: readonly Figure[] = [
  { name: 'timesteps', format: formatCount, read: (r) => r.model.timesteps, ratio: true },
  { name: 'accuracy', format: percent, read: (r) => r.accuracy.deployed, ratio: false },
  { name: 'float accuracy', format: percent, read: (r) => r.accuracy.float, ratio: false },
  { name: 'agreement', format: percent, read: (r) => r.accuracy.agreement, ratio: false },
  { name: 'known energy', unit: 'J', format: joules, read: (r) => r.energy.knownJoules, ratio: true },
  { name: 'energy', unit: 'J', format: joules, read: (r) => r.energy.joulesPerSample, ratio: true },
  { name: 'known latency', unit: 's', format: (v) => formatSi(v, 's'), read: (r) => r.latency.knownSeconds, ratio: true },
  { name: 'latency', unit: 's', format: (v) => formatSi(v, 's'), read: (r) => r.latency.secondsPerSample, ratio: true },
  { name: 'cores', format: formatCount, read: (r) => r.target.cores, ratio: true },
  { name: 'synaptic events', format: formatCount, read: (r) => r.events.synapticEvents, ratio: true },
  { name: 'spikes', format: formatCount, read: (r) => r.events.spikes, ratio: true },
  { name: 'packets', format: formatCount, read: (r) => r.events.packets, ratio: true },
];

/** One table and figure over several runs, ratios to the first. At least one run. */
export async function compareRuns(runs: readonly NamedRun[]): Promise<Comparison> {
  const table = comparisonTable(runs);
  const json: ComparisonJson = { version: 1, statement: STATEMENT, runs: runs.map((run) => compareRun(run, runs[0])) };
  const files = [
    { path: 'comparison.json', content: `${JSON.stringify(json, null, 2)}\n` },
    { path: 'tables/comparison.csv', content: tableToCsv(table) },
    { path: 'tables/comparison.tex', content: tableToLatex(table) },
    { path: 'figures/comparison.svg', content: drawComparison(runs, basisNote(runs)) },
  ];
  return { table, sentences: compareInWords(runs), json, files };
}

function compareRun({ folder, report }: NamedRun, first: NamedRun): ComparedRun {
  const figures = FIGURES.map((figure) => [figure.name, figure.read(report)] as const);
  const ratios = FIGURES.filter((figure) => figure.ratio).map((figure) => [figure.name, ratioOf(figure, report, first.report)] as const);
  return {
    folder,
    model: report.model.name,
    target: report.target.name,
    samples: report.samples,
    basis: report.energy.basis,
    figures: Object.fromEntries(figures),
    ratios: Object.fromEntries(ratios),
  };
}

function ratioOf(figure: Figure, report: RunReport, first: RunReport): number | null {
  const value = figure.read(report);
  const reference = figure.read(first);
  return value === null || reference === null || reference === 0 ? null : value / reference;
}

/** One row a run: each figure, and beside it how it relates to that of the first run. Figures that are unknown in every run are left out. */
function comparisonTable(runs: readonly NamedRun[]): Table {
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
    notes: [],
  };
}

const ratioText = (ratio: number): string => `× ${ratio.toFixed(ratio < 10 ? 2 : 1)}`;

/** Energy and latency are models, and of what quality. */
function basisNote(runs: readonly NamedRun[]): string {
  const bases = [...new Set(runs.map(({ report }) => report.energy.basis))].sort().join(', ');
  return `energy and latency ${STATEMENT}, costs: ${bases}`;
}
