/** What the commands know of the world they print to. */
export interface Terminal {
  /** Standard output. */
  out(text: string): void;
  /** Standard error. */
  err(text: string): void;
  /** Columns of standard output; 100 where it is no terminal. */
  readonly columns: number;
  readonly colour: boolean;
  readonly errorColour: boolean;
  /** Progress is drawn only where somebody sees it. */
  readonly errorIsTerminal: boolean;
}

export function openTerminal(): Terminal {
  quietOnClosedPipe(process.stdout);
  quietOnClosedPipe(process.stderr);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    columns: process.stdout.columns ?? 100,
    colour: hasColour(process.stdout),
    errorColour: hasColour(process.stderr),
    errorIsTerminal: process.stderr.isTTY === true,
  };
}

/** NO_COLOR (no-color.org) wins; otherwise colour is for terminals. */
const hasColour = (stream: NodeJS.WriteStream): boolean =>
  (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb' && stream.isTTY === true;

/** `spikec … | head` closes the pipe early: that is how it should be, not a failure. */
function quietOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}
