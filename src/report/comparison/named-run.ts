import type { RunReport } from '../run-report.ts';

/** A report and the folder it lies in. */
export interface NamedRun {
  readonly folder: string;
  readonly report: RunReport;
}
