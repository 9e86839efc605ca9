import { printable } from '../../index.ts';
import type { CheckedBudget } from '../budget.ts';
import type { Style } from '../style.ts';

/** Every limit of a budget, kept or broken; nothing without a budget. */
export function printBudget(checked: CheckedBudget | null, style: Style): string {
  if (checked === null) return '';
  const lines = checked.runs.flatMap(({ folder, checks }) =>
    checks.map(({ kept, text }) => `  ${kept ? style.good('kept  ') : style.bad('broken')}  ${printable(`${folder}: ${text}`)}`),
  );
  return `\n${style.bold('Budget')} ${style.accent(printable(checked.file))}\n${lines.join('\n')}\n`;
}
