import type { EmittedFile } from '../../ir/files.ts';
import { bibliographyOf } from '../bibliography.ts';
import { bibliographyToBibtex, citeKeys } from '../latex/citations.ts';
import { latexDocument } from '../latex/document.ts';
import { methodsToLatex } from '../latex/methods-latex.ts';
import { tableToLatex } from '../latex/table-latex.ts';
import { type RunReport, STATEMENT } from '../run-report.ts';
import { type Table, tableToCsv } from '../table.ts';
import { accountingTable } from './accounting-table.ts';
import { type AccuracyDifference, accuracyDifference } from './accuracy-difference.ts';
import { drawComparison } from './chart.ts';
import { FIGURES, ratioOf } from './figures.ts';
import { compareInWords } from './in-words.ts';
import { comparisonMethods } from './methods.ts';
import type { NamedRun } from './named-run.ts';
import { renderComparisonPage } from './page.ts';
import { drawPareto } from './pareto-figure.ts';
import { type ParetoPlane, paretoPlanes, type QualityName } from './quality.ts';
import { basisNote, comparisonTable, differenceTable, settingsTable, summaryTable } from './tables.ts';

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
  /** Folders on each front. */
  readonly pareto: { readonly quality: QualityName; readonly energy: readonly string[]; readonly latency: readonly string[] };
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
  /** Accuracy minus that of the first run; null without labels. */
  readonly accuracyDifference: AccuracyDifference | null;
}

/** One table and figure over several runs, ratios and differences to the first. At least one run. */
export async function compareRuns(runs: readonly NamedRun[]): Promise<Comparison> {
  const planes = paretoPlanes(runs);
  const table = comparisonTable(runs);
  const tables = [
    summaryTable(runs, planes),
    ...(runs.length < 2 ? [] : [differenceTable(runs), settingsTable(runs)]),
    ...accountingTable(runs),
    table,
  ];
  const sentences = compareInWords(runs);
  const json: ComparisonJson = {
    version: 1,
    statement: STATEMENT,
    runs: runs.map((run) => compareRun(run, runs[0].report)),
    pareto: paretoJson(planes),
  };
  const figures = [
    ['comparison', drawComparison(runs, basisNote(runs))],
    ['pareto', drawPareto(planes, runs, basisNote(runs))],
  ] as const;
  const methods = comparisonMethods(runs);
  const sources = bibliographyOf(
    runs.map(({ report }) => report),
    ['wilson1927', 'newcombe1998paired', 'newcombe1998independent', 'mcnemar1947', 'dampfhoffer2023', 'yan2024'],
  );
  const names = citeKeys(sources);
  const files = [
    { path: 'comparison.json', content: `${JSON.stringify(json, null, 2)}\n` },
    { path: 'comparison.html', content: renderComparisonPage({ runs, tables, sentences, figures, methods, sources }) },
    {
      path: 'comparison.tex',
      content: latexDocument(`Comparison of ${runs.length} runs`, ['methods', ...tables.map(({ id }) => `tables/${id}`)]),
    },
    { path: 'methods.tex', content: methodsToLatex(methods, names) },
    { path: 'references.bib', content: bibliographyToBibtex(sources) },
    ...tables.flatMap((each) => [
      { path: `tables/${each.id}.csv`, content: tableToCsv(each) },
      { path: `tables/${each.id}.tex`, content: tableToLatex(each, names) },
    ]),
    ...figures.map(([name, content]) => ({ path: `figures/${name}.svg`, content })),
  ];
  return { table, sentences, json, files };
}

function compareRun({ folder, report }: NamedRun, first: RunReport): ComparedRun {
  const figures = FIGURES.map((figure) => [figure.name, figure.read(report)] as const);
  const ratios = FIGURES.filter((figure) => figure.ratio).map((figure) => [figure.name, ratioOf(figure, report, first)] as const);
  return {
    folder,
    model: report.model.name,
    target: report.target.name,
    samples: report.samples,
    basis: report.energy.basis,
    figures: Object.fromEntries(figures),
    ratios: Object.fromEntries(ratios),
    accuracyDifference: accuracyDifference(first, report),
  };
}

function paretoJson(planes: readonly ParetoPlane[]): ComparisonJson['pareto'] {
  const front = (name: string): string[] =>
    planes.filter(({ axis }) => axis.name === name).flatMap(({ points }) => points.filter((p) => p.front).map(({ run }) => run.folder));
  return { quality: planes[0].quality, energy: front('energy'), latency: front('latency') };
}
