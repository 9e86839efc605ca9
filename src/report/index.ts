export { buildReport, type ReportParts } from './build-report.ts';
export { type ComparedRun, type Comparison, type ComparisonJson, compareRuns, type NamedRun } from './compare.ts';
export { formatBytes, formatCount, formatPercent, formatSi, humanize, wilsonInterval } from './format-figures.ts';
export { readReport } from './read-report.ts';
export { renderReport } from './render-report.ts';
export { REPORT_SCHEMA } from './report-schema.ts';
export * from './run-report.ts';
export { describeOrigin } from './run-tables.ts';
export { type Cell, type Column, cellText, type Table, tableToCsv, tableToLatex } from './table.ts';
