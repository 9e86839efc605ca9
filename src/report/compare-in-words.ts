import { type RunReport, STATEMENT } from './run-report.ts';

/** A report and the folder it lies in. */
export interface NamedRun {
  readonly folder: string;
  readonly report: RunReport;
}

/** What each run buys and costs against the first, a sentence each: the figures of the table that a decision hangs on. */
export function compareInWords(runs: readonly NamedRun[]): readonly string[] {
  const [first, ...others] = runs;
  return others.map(({ folder, report }) => {
    const parts = [
      change('energy', first.report.energy.knownJoules, report.energy.knownJoules),
      change('latency', first.report.latency.knownSeconds, report.latency.knownSeconds),
      points(first.report.accuracy.deployed, report.accuracy.deployed, Math.min(first.report.samples, report.samples)),
    ].filter((part) => part !== null);
    return `${folder} against ${first.folder} (${report.model.timesteps} timesteps, not ${first.report.model.timesteps}): ${parts.join(', ')}; ${STATEMENT}`;
  });
}

/** `energy down 53 %`: of what is known. */
function change(name: string, before: number, after: number): string | null {
  if (before === 0) return null;
  const percent = Math.round((after / before - 1) * 100);
  return percent === 0 ? `${name} the same` : `${name} ${percent < 0 ? 'down' : 'up'} ${Math.abs(percent)} %`;
}

/** One standard error of the difference says how much of it may be chance, taking the runs as independent. */
function points(before: number | null, after: number | null, samples: number): string | null {
  if (before === null || after === null) return null;
  const error = Math.sqrt((before * (1 - before) + after * (1 - after)) / samples);
  const difference = (after - before) * 100;
  const sign = difference < 0 ? '−' : '+';
  return `accuracy ${sign}${Math.abs(difference).toFixed(1)} points (standard error ${(error * 100).toFixed(1)})`;
}
