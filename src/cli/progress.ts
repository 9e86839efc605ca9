import type { Terminal } from './terminal.ts';

export interface Progress {
  update(stage: string, done: number, total: number): void;
  /** Removes the bar, so that something else can be printed. */
  clear(): void;
}

const WIDTH = 28;
const REDRAW_MS = 60;
const ERASE_LINE = '\r\u001b[2K';

/** One line on standard error, redrawn in place; nothing at all where that is not a terminal, or with --quiet. */
export function createProgress(terminal: Terminal, quiet: boolean): Progress {
  if (quiet || !terminal.errorIsTerminal) return { update: () => {}, clear: () => {} };
  let drawn = false;
  let drawnAt = 0;
  let drawnStage = '';
  return {
    update(stage, done, total) {
      const now = Date.now();
      if (stage === drawnStage && now - drawnAt < REDRAW_MS && done < total) return;
      const filled = total > 0 ? Math.round((WIDTH * done) / total) : 0;
      terminal.err(`${ERASE_LINE}${'━'.repeat(filled)}${'╌'.repeat(WIDTH - filled)} ${stage} ${done}/${total}`);
      drawn = true;
      drawnAt = now;
      drawnStage = stage;
    },
    clear() {
      if (drawn) terminal.err(ERASE_LINE);
      drawn = false;
      drawnStage = '';
    },
  };
}
