/** One recording, framed for a network of `steps` timesteps. */
export interface Clip {
  readonly steps: number;
  readonly channels: number;
  /** [steps, channels]: event counts, or real features. */
  readonly features: Float32Array;
  /** 1 for the clip's own steps, 0 for padding. */
  readonly valid: Uint8Array;
  /** Class index; null where the file has no labels. */
  readonly label: number | null;
}

/** Clips of a file, framed on demand. */
export interface ClipSource {
  readonly file: string;
  readonly count: number;
  readonly channels: number;
  /** null where the file names no classes. */
  readonly classNames: readonly string[] | null;
  /** How recordings became frames, in words for the report; null for dense data, which are frames already. */
  readonly framing: string | null;
  /** Width of a frame, milliseconds; left out: as the options say. */
  readonly binMs?: number;
  /** Features are real numbers, although made of recordings: spectra of sounds. */
  readonly realValued?: boolean;
  /** Of a folder: the files that the clips are in, without the folder's own path. */
  readonly files?: readonly string[];
  clip(index: number): Clip;
}
