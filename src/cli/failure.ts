import { CommanderError } from 'commander';
import { type Diagnostic, DiagnosticError, diagnostic, formatDiagnostic } from '../index.ts';
import { createStyle } from './style.ts';
import type { Terminal } from './terminal.ts';

/** Prints whatever was thrown as diagnostics and returns the exit code: 1 the user can mend it, 2 our bug. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  const diagnostics = diagnosticsOf(error);
  for (const item of diagnostics) printDiagnostic(item, terminal);
  return diagnostics.some((item) => item.kind === 'bug') ? 2 : 1;
}

/** `error[code]` in colour where there is any. */
export function printDiagnostic(item: Diagnostic, terminal: Terminal): void {
  const style = createStyle(terminal.errorColour);
  const head = `${item.severity}[${item.code}]`;
  const paint = item.severity === 'error' ? style.bad : style.warn;
  const text = formatDiagnostic(item);
  terminal.err(`${paint(style.bold(head))}${text.slice(head.length)}\n`);
}

function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (error instanceof CommanderError) return [badArguments(error)];
  return [
    diagnostic('internal-error', error instanceof Error ? `${error.name}: ${error.message}` : String(error), { notes: traceOf(error) }),
  ];
}

/** Commander's `error: unknown option '--foo'\n(Did you mean --force?)` as a diagnostic of ours. */
function badArguments(error: CommanderError): Diagnostic {
  const [message, ...hints] = error.message.replace(/^error: /, '').split('\n');
  return diagnostic('bad-arguments', message, {
    notes: hints.map((hint) => hint.replace(/^\((.*)\)$/, '$1')).filter((hint) => hint !== ''),
  });
}

/** The first frames are enough to find the place; the whole stack would hide the message. */
function traceOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  return error.stack
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 5)
    .map((line) => line.trim());
}
