import { type Diagnostic, printable } from '../../index.ts';
import type { Style } from '../style.ts';

/** What a reviewer would ask about a network, a note after the other; nothing where there is none. */
export function printLints(lints: readonly Diagnostic[], style: Style): string {
  if (lints.length === 0) return '';
  const lines = lints.flatMap(({ code, message, notes }) => [
    `  ${style.warn(`note[${code}]`)} ${printable(message)}`,
    ...notes.map((note) => `    ${style.dim(printable(note))}`),
  ]);
  return `${['', style.bold('What a reviewer would ask'), ...lines].join('\n')}\n`;
}
