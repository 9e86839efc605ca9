import { readFile } from 'node:fs/promises';
import { CODES, failure } from '../../index.ts';
import { findClosest } from '../closest.ts';
import { createContext } from '../command-context.ts';
import type { RawOptions } from '../read-options.ts';
import type { Style } from '../style.ts';
import type { Terminal } from '../terminal.ts';

/** `spikec explain [code]` */
export async function explainCommand(text: string | undefined, raw: RawOptions, terminal: Terminal): Promise<void> {
  const { style } = createContext(raw, terminal);
  const codes = Object.keys(CODES);
  if (text === undefined) {
    const lines = Object.entries(CODES).map(([code, entry]) => `${style.bold(code.padEnd(24))} ${entry.help}`);
    terminal.out(`${lines.join('\n')}\n`);
    return;
  }
  // people paste what they see
  const code = text.replace(/^(?:error|warning)\[(.*)\]:?$/, '$1');
  if (!Object.hasOwn(CODES, code)) throw unknownCode(code, codes);
  const page = await readFile(new URL(`../../../docs/diagnostics/${code}.md`, import.meta.url), 'utf8');
  terminal.out(`${highlight(page, style)}\n`);
}

function unknownCode(code: string, codes: readonly string[]) {
  const close = findClosest(code, codes);
  return failure('bad-arguments', `there is no diagnostic \`${code}\``, {
    notes: close.length > 0 ? [`did you mean ${close.join(', ')}?`] : [`codes: ${codes.join(', ')}`],
    help: '`spikec explain` lists all of them',
  });
}

/** Markdown as it is, headings in bold. */
const highlight = (page: string, style: Style): string =>
  page
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('#') ? style.bold(line.replace(/^#+ /, '')) : line))
    .join('\n');
