/**
 * Data in a folder: its files are listed, and read one at a time, so that a hundred thousand clips take no more memory than one. Reading is
 * synchronous, as clips are made on demand.
 */
export interface DataFolder {
  /** Paths below the folder, with forward slashes, ascending. */
  readonly files: readonly string[];
  /** The whole file. Throws a DiagnosticError where it cannot be read. */
  read(path: string): Uint8Array;
}

/** Data as a command is given them: one file, or a folder. */
export type DataInput = Uint8Array | DataFolder;
