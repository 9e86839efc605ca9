import type { Comparison } from '../../index.ts';
import type { Style } from '../style.ts';
import { describeWritten, layOutTransposed, type Written } from './layout.ts';

/** Runs side by side, ratios to the first. */
export function printComparison({ table, sentences }: Comparison, written: Written | null, style: Style): string {
  const lines = [
    style.bold(table.title),
    `  ${style.dim(table.caption)}`,
    ...layOutTransposed(table, style),
    ...(sentences.length === 0 ? [] : ['', ...sentences]),
    ...(written === null ? [] : ['', describeWritten(written, style)]),
  ];
  return `${lines.join('\n')}\n`;
}
