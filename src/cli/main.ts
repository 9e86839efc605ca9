import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Exit code of the command line `args` (without node and script): 0 done, 1 the user can mend it, 2 our bug. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  try {
    const program = createProgram(readVersion(), terminal);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return await explainFailure(error, terminal);
  }
}

/** Diagnostics are loaded only now: help and version must start as fast as bare node does. */
async function explainFailure(error: unknown, terminal: Terminal): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const { reportFailure } = await import('./failure.ts');
  return reportFailure(error, terminal);
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
