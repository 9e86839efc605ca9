import type { Diagnostic } from '../index.ts';
import { printDiagnostic } from './failure.ts';
import { createProgress } from './progress.ts';
import { OptionReader, type RawOptions } from './read-options.ts';
import { createStyle, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';

/** What every command needs: its options, where to print, and what to hand to the library. */
export interface CommandContext {
  readonly options: OptionReader;
  readonly terminal: Terminal;
  readonly style: Style;
  readonly report: (diagnostic: Diagnostic) => void;
  readonly progress: (stage: string, done: number, total: number) => void;
  /** To be called before anything is printed. */
  readonly clearProgress: () => void;
  /** Prints `value` as JSON with --json, and otherwise what `text` makes. */
  print(value: unknown, text: () => string): void;
}

export function createContext(raw: RawOptions, terminal: Terminal): CommandContext {
  const options = new OptionReader(raw);
  const json = options.flag('json');
  const progress = createProgress(terminal, options.flag('quiet'));
  return {
    options,
    terminal,
    style: createStyle(terminal.colour),
    report: (diagnostic) => {
      // Notes are the same in every run of a model: the report has them, and `inspect`.
      if (diagnostic.severity === 'note') return;
      progress.clear();
      printDiagnostic(diagnostic, terminal);
    },
    progress: progress.update,
    clearProgress: progress.clear,
    print: (value, text) => {
      progress.clear();
      terminal.out(json ? `${JSON.stringify(value, null, 2)}\n` : text());
    },
  };
}

/** Runs `work` and takes the progress bar away whether it succeeds or not. */
export async function withProgress<T>(context: CommandContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    context.clearProgress();
  }
}
