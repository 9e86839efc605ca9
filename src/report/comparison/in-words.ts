import { formatCount } from '../format-figures.ts';
import { STATEMENT } from '../run-report.ts';
import { accuracyDifference } from './accuracy-difference.ts';
import type { NamedRun } from './named-run.ts';

/** What each run buys and costs against the first, a sentence each: the figures of the table that a decision hangs on. */
export function compareInWords(runs: readonly NamedRun[]): readonly string[] {
  const [first, ...others] = runs;
  return others.map((run) => {
    const { folder, report } = run;
    const parts = [
      change('energy', first.report.energy.knownJoules, report.energy.knownJoules),
      change('latency', first.report.latency.knownSeconds, report.latency.knownSeconds),
      points(first, run),
    ].filter((part) => part !== null);
    return `${folder} against ${first.folder}${steps(first, run)}: ${parts.join(', ')}; ${STATEMENT}`;
  });
}

const steps = (first: NamedRun, { report }: NamedRun): string =>
  report.model.timesteps === first.report.model.timesteps
    ? ''
    : ` (${report.model.timesteps} timesteps, not ${first.report.model.timesteps})`;

/** `energy down 53 %`, `energy 1,773 times as much`: of what is known. */
function change(name: string, before: number, after: number): string | null {
  if (before === 0) return null;
  if (after >= 10 * before) return `${name} ${formatCount(Math.round(after / before))} times as much`;
  const percent = Math.round((after / before - 1) * 100);
  return percent === 0 ? `${name} the same` : `${name} ${percent < 0 ? 'down' : 'up'} ${Math.abs(percent)} %`;
}

function points(first: NamedRun, second: NamedRun): string | null {
  const found = accuracyDifference(first.report, second.report);
  if (found === null) return null;
  const [low, high] = found.interval;
  const how = found.paired === null ? 'other data' : `${found.paired.clips} clips, paired`;
  return `accuracy ${formatPoints(found.difference)} points (95 % interval ${formatPoints(low)} to ${formatPoints(high)}, ${how})`;
}

/** `−2.0`: a difference of fractions in points, with its sign. */
export function formatPoints(difference: number): string {
  const text = Math.abs(difference * 100).toFixed(1);
  return Number(text) === 0 ? '0.0' : `${difference < 0 ? '−' : '+'}${text}`;
}
