import type { EmittedFile } from '../ir/files.ts';
import { runBibliography } from './bibliography.ts';
import { bibliographyToBibtex, citeKeys } from './latex/citations.ts';
import { latexDocument } from './latex/document.ts';
import { methodsToLatex } from './latex/methods-latex.ts';
import { tableToLatex } from './latex/table-latex.ts';
import { methodsOf } from './methods.ts';
import { renderPage } from './page/render-page.ts';
import type { Raster } from './raster.ts';
import { runFigures } from './run-figures.ts';
import type { RunReport } from './run-report.ts';
import { runTables } from './run-tables.ts';
import { runTitle } from './run-title.ts';
import { tableToCsv } from './table.ts';

/**
 * Every file of a report: `report.json`, `report.html`, `report.tex` with `methods.tex` and `references.bib`, `tables/*.tex`, `tables/*.csv`,
 * `figures/*.svg`. `raster` is of one clip; null: no chip was simulated.
 */
export function renderReport(report: RunReport, raster: Raster | null): EmittedFile[] {
  const sources = runBibliography(report);
  const names = citeKeys(sources);
  const tables = runTables(report);
  return [
    { path: 'report.json', content: reportToJson(report) },
    { path: 'report.html', content: renderPage(report, raster) },
    { path: 'report.tex', content: latexDocument(runTitle(report), ['methods', ...tables.map(({ id }) => `tables/${id}`)]) },
    { path: 'methods.tex', content: methodsToLatex(methodsOf(report), names) },
    { path: 'references.bib', content: bibliographyToBibtex(sources) },
    ...tables.flatMap((table) => [
      { path: `tables/${table.id}.tex`, content: tableToLatex(table, names) },
      { path: `tables/${table.id}.csv`, content: tableToCsv(table) },
    ]),
    ...runFigures(report, raster).map(([name, svg]) => ({ path: `figures/${name}.svg`, content: svg })),
  ];
}

/** Two spaces, and a line end at the end. */
export const reportToJson = (report: RunReport): string => `${JSON.stringify(report, null, 2)}\n`;
