import { main } from '../../src/cli/main.ts';
import type { CliResult } from './run-cli.ts';

/** Runs the command line in this process, from source: faster than one of its own, and without worker threads. */
export async function inProcess(args: readonly string[]): Promise<CliResult> {
  const written = { out: '', err: '' };
  const { stdout, stderr } = process;
  const saved = [stdout.write, stderr.write];
  // Each run listens for pipes that close.
  for (const stream of [stdout, stderr]) stream.removeAllListeners('error');
  stdout.write = (text: string | Uint8Array): boolean => {
    written.out += String(text);
    return true;
  };
  stderr.write = (text: string | Uint8Array): boolean => {
    written.err += String(text);
    return true;
  };
  try {
    return { code: await main(args), ...written };
  } finally {
    [stdout.write, stderr.write] = saved;
  }
}
