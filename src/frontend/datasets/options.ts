import type { Report } from '../../diagnostics/index.ts';
import type { CountRule, TimeOrigin } from './framing.ts';
import type { Selection } from './selection.ts';
import type { Sensor } from './sensor.ts';

/** What the model expects of its data. */
export interface DatasetShape {
  /** Name of the data file, for messages. */
  readonly file: string;
  readonly timesteps: number;
  readonly channels: number;
  readonly classes: number;
}

/** How event data become frames; dense data are frames already. */
export interface FramingOptions {
  /** Width of a frame in milliseconds; null or absent: round(1000 / timesteps). */
  readonly binMs?: number | null;
  /** Default `first-event`. */
  readonly origin?: TimeOrigin;
  /** Default `integer`. */
  readonly counts?: CountRule;
  /** Units of a recording that is no camera's; null or absent: 700, as in SHD. */
  readonly units?: number | null;
  /** Of camera events; null or absent: what the format says. */
  readonly sensor?: Sensor | null;
}

export interface DatasetOptions extends DatasetShape, FramingOptions, Selection {
  /** Of the model's outputs, in order; null or absent: as the data have them. */
  readonly classNames?: readonly string[] | null;
  /** Takes warnings. */
  readonly report: Report;
}

/** Ceilings on what a file may declare, checked before memory is taken for it. */
export const DATA_LIMITS = {
  /** As float32 256 MiB: 12,000 clips of 140 mel bands and 40 steps. Zeros compress so well that a small file may hold as many. */
  denseValues: 2 ** 26,
  /** Of all clips together; the training part of SHD has 65 million, the test part of SSC some 150 million. */
  events: 2 ** 28,
  clips: 2 ** 20,
  /** Parts of a chunked HDF5 dataset; one a clip is common. */
  chunks: 2 ** 17,
  /** Of one such part, inflated. */
  chunkBytes: 2 ** 27,
  /** Of the class names together. */
  nameBytes: 2 ** 20,
} as const;
