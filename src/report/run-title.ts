import type { RunReport } from './run-report.ts';

/** `spikescr-t40 on loihi2` */
export const runTitle = (report: RunReport): string => `${report.model.name} on ${report.target.name}`;
