import { type Diagnostic, diagnostic } from '../diagnostics/index.ts';
import { type Budget, type LimitName, limitsOf } from './budget.ts';
import { formatCount, formatPercent, formatSi, humanize } from './format-figures.ts';
import type { RunReport } from './run-report.ts';

/** One limit beside what a run has. */
export interface Check {
  readonly name: LimitName;
  /** Where it stands in the budget. */
  readonly item: string;
  readonly kept: boolean;
  /** `cores: 34, at most 40`. */
  readonly text: string;
}

interface Measured {
  /** null: not known, and then no limit is kept. */
  readonly value: number | null;
  readonly format: (value: number) => string;
  /** Why it is not known. */
  readonly missing: string;
}

/** Every limit of the budget against a run, in the budget's order. */
export function checkBudget(budget: Budget, report: RunReport): readonly Check[] {
  return limitsOf(budget).map(({ name, limit, least }): Check => {
    const { value, format, missing } = measure(name, report);
    const item = `${least ? 'atLeast' : 'atMost'}.${name}`;
    const bound = `${least ? 'at least' : 'at most'} ${format(limit)}`;
    if (value === null) return { name, item, kept: false, text: `${humanize(name)}: not known (${missing}), ${bound}` };
    return { name, item, kept: least ? value >= limit : value <= limit, text: `${humanize(name)}: ${format(value)}, ${bound}` };
  });
}

/** A diagnostic for each broken limit; `file` is the budget, `run` says which run broke it. */
export const brokenLimits = (checks: readonly Check[], file: string, run: string): readonly Diagnostic[] =>
  checks
    .filter(({ kept }) => !kept)
    .map(({ item, text }) => diagnostic('budget-exceeded', `${run}: ${text}`, { places: [{ file, item }] }));

const joules = (value: number): string => formatSi(value, 'J');
const seconds = (value: number): string => formatSi(value, 's');
const percent = (value: number): string => formatPercent(value);
const NO_LABELS = 'no labels, or that level was not run';
const NO_CHIP = 'no chip was simulated';

/** A sum of no term at all is 0, and no figure. */
const anyKnown = (breakdown: Readonly<Record<string, number | null>>): boolean => Object.values(breakdown).some((value) => value !== null);

function measure(name: LimitName, { accuracy, energy, latency, target }: RunReport): Measured {
  const without = (reasons: Readonly<Record<string, string>>, known: string): string =>
    `no figure for ${Object.keys(reasons).map(humanize).join(', ')}; limit ${known}, or leave these out with --without`;
  const counted = (value: number): Measured => ({ value, format: formatCount, missing: '' });
  switch (name) {
    case 'accuracy':
      return { value: accuracy.deployed, format: percent, missing: NO_LABELS };
    case 'agreement':
      return { value: accuracy.agreement, format: percent, missing: 'no float decisions, or no chip was simulated' };
    case 'accuracyDrop': {
      const { float, deployed } = accuracy;
      return { value: float === null || deployed === null ? null : float - deployed, format: percent, missing: NO_LABELS };
    }
    case 'joulesPerSample':
      return { value: energy.joulesPerSample, format: joules, missing: without(energy.reasons, 'knownJoules') };
    case 'knownJoules':
      return { value: anyKnown(energy.breakdown) ? energy.knownJoules : null, format: joules, missing: NO_CHIP };
    case 'secondsPerSample':
      return { value: latency.secondsPerSample, format: seconds, missing: without(latency.reasons, 'knownSeconds') };
    case 'knownSeconds':
      return { value: anyKnown(latency.breakdown) ? latency.knownSeconds : null, format: seconds, missing: NO_CHIP };
    case 'secondsAfterLastFrame':
      return { value: latency.secondsAfterLastFrame, format: seconds, missing: NO_CHIP };
    case 'chips':
      return counted(target.chips);
    case 'cores':
      return counted(target.cores);
    case 'neuronsPerCoreMax':
      return counted(target.neuronsPerCoreMax);
  }
}
