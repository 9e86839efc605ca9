import type { EmittedFile } from '../ir/files.ts';
import { renderPage } from './page/render-page.ts';
import { runFigures } from './run-figures.ts';
import type { RunReport } from './run-report.ts';
import { runTables } from './run-tables.ts';
import { tableToCsv, tableToLatex } from './table.ts';

/** Every file of a report: `report.json`, `report.html`, `tables/*.tex`, `tables/*.csv`, `figures/*.svg`. */
export function renderReport(report: RunReport): EmittedFile[] {
  return [
    { path: 'report.json', content: reportToJson(report) },
    { path: 'report.html', content: renderPage(report) },
    ...runTables(report).flatMap((table) => [
      { path: `tables/${table.id}.tex`, content: tableToLatex(table) },
      { path: `tables/${table.id}.csv`, content: tableToCsv(table) },
    ]),
    ...runFigures(report).map(([name, svg]) => ({ path: `figures/${name}.svg`, content: svg })),
  ];
}

/** Two spaces, and a line end at the end. */
export const reportToJson = (report: RunReport): string => `${JSON.stringify(report, null, 2)}\n`;
