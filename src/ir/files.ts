/** A file to be written: the library makes them, the command line writes them. */
export interface EmittedFile {
  /** Relative to the output folder, with forward slashes. */
  readonly path: string;
  readonly content: Uint8Array | string;
}
