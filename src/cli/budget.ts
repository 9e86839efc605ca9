import { type Budget, brokenLimits, type Check, checkBudget, DiagnosticError, type NamedRun, readBudget } from '../index.ts';
import { readInput } from './input-files.ts';

/** A budget has a dozen lines. */
const BUDGET_BYTES_MAX = 2 ** 16;

export interface BudgetFile {
  readonly file: string;
  readonly budget: Budget;
}

/** Every limit, run by run. */
export interface CheckedBudget {
  readonly file: string;
  readonly runs: readonly { readonly folder: string; readonly checks: readonly Check[] }[];
}

/** The budget that `--budget` names; null where none is given. */
export async function readBudgetFile(file: string | null): Promise<BudgetFile | null> {
  return file === null ? null : { file, budget: await readBudget(await readInput(file, BUDGET_BYTES_MAX), file) };
}

export function checkRuns(given: BudgetFile | null, runs: readonly NamedRun[]): CheckedBudget | null {
  if (given === null) return null;
  return { file: given.file, runs: runs.map(({ folder, report }) => ({ folder, checks: checkBudget(given.budget, report) })) };
}

/** Throws `budget-exceeded` for each broken limit. To be called last: the run itself is sound, and its files are there to be looked at. */
export function refuseBroken(checked: CheckedBudget | null): void {
  if (checked === null) return;
  const broken = checked.runs.flatMap(({ folder, checks }) => brokenLimits(checks, checked.file, folder));
  if (broken.length > 0) throw new DiagnosticError(broken);
}
