import { DiagnosticError, failure, type Place } from '../../diagnostics/index.ts';
import { DVS128_SENSOR, readAedat } from './aedat.ts';
import { chooseFraming } from './choose-framing.ts';
import { checkEvents } from './events.ts';
import { describeFrames, type Frames, type FramingRule, frameEvents } from './framing.ts';
import { loadMelFrontEnd, MEL, melFrames } from './mel.ts';
import { NMNIST_SENSOR, readNmnist } from './nmnist.ts';
import type { DatasetOptions } from './options.ts';
import { describeSensor, layoutOf, type SensorEvents, type SensorLayout, toChannels } from './sensor.ts';
import { loadWavReader } from './wav.ts';

/** Kinds of files that hold one recording each. */
export type RecordingKind = 'wav' | 'nmnist' | 'aedat';

/** A stretch of a recording, microseconds, both ends included; null: all of it. */
export type Span = { readonly fromUs: number; readonly toUs: number } | null;

/** Makes clips of the files of one kind. Both methods throw what is wrong with a file. */
export interface RecordingReader {
  /** In words, for the report. */
  readonly framing: string;
  /** Width of a frame. */
  readonly binMs: number;
  readonly realValued: boolean;
  check(bytes: Uint8Array, span: Span, place: Place): void;
  frames(bytes: Uint8Array, span: Span, place: Place): Frames;
}

export async function openReader(kind: RecordingKind, options: DatasetOptions): Promise<RecordingReader> {
  switch (kind) {
    case 'wav':
      return soundReader(options);
    case 'nmnist':
      return cameraReader(layoutOf(options.sensor ?? NMNIST_SENSOR, options.channels, options.file), readNmnist, options);
    case 'aedat':
      return cameraReader(layoutOf(options.sensor ?? DVS128_SENSOR, options.channels, options.file), readAedat, options);
  }
}

function cameraReader(
  layout: SensorLayout,
  read: (bytes: Uint8Array, place: Place) => SensorEvents,
  options: DatasetOptions,
): RecordingReader {
  const rule: FramingRule = chooseFraming({ ...options, units: options.channels });
  // Clips cut out of one recording follow each other.
  let last: { readonly bytes: Uint8Array; readonly events: SensorEvents } | null = null;
  const eventsOf = (bytes: Uint8Array, span: Span, place: Place) => {
    const events = last?.bytes === bytes ? last.events : read(bytes, place);
    last = { bytes, events };
    const { times, units } = toChannels(cut(events, span, place), layout, place);
    const problems = checkEvents({ count: 1, times: () => times, units: () => units }, rule, () => place);
    if (problems.length > 0) throw new DiagnosticError(problems);
    return { times, units };
  };
  return {
    framing: describeFrames(rule, describeSensor(layout)),
    binMs: rule.binMs,
    realValued: false,
    check: eventsOf,
    frames: (bytes, span, place) => {
      const { times, units } = eventsOf(bytes, span, place);
      return frameEvents(times, units, rule);
    },
  };
}

function cut(events: SensorEvents, span: Span, place: Place): SensorEvents {
  if (span === null) return events;
  const keep = Array.from(events.us.keys()).filter((j) => events.us[j] >= span.fromUs && events.us[j] <= span.toUs);
  if (keep.length === 0) throw failure('data-empty', `no event from ${span.fromUs} to ${span.toUs} µs`, { places: [place] });
  return {
    us: Float64Array.from(keep, (j) => events.us[j]),
    x: Uint16Array.from(keep, (j) => events.x[j]),
    y: Uint16Array.from(keep, (j) => events.y[j]),
    polarity: Uint8Array.from(keep, (j) => events.polarity[j]),
  };
}

/** Milliseconds between the frames that the front-end is published with. */
const PUBLISHED_HOP_MS = 10;

async function soundReader({ file, timesteps, channels, binMs }: DatasetOptions): Promise<RecordingReader> {
  const hopMs = binMs ?? PUBLISHED_HOP_MS;
  const hop = (hopMs * MEL.rate) / 1000;
  if (!Number.isInteger(hop) || hop < 1) {
    throw failure('bad-arguments', `frames of sound every ${hopMs} ms`, {
      places: [{ file }],
      notes: [`sounds have ${MEL.rate / 1000} samples a millisecond, and frames begin at whole samples`],
      help: `give --bin-ms a multiple of ${1000 / MEL.rate}`,
    });
  }
  if (melFrames(hop) !== timesteps) {
    const fitting = Math.floor((MEL.rate * MEL.seconds) / Math.max(1, timesteps - 1));
    throw failure('data-shape-mismatch', `a sound has ${melFrames(hop)} frames, and the model runs over ${timesteps} steps`, {
      places: [{ file }],
      notes: [`a second with a frame every ${hopMs} ms; nothing is padded or cut`],
      ...(fitting >= 1 && melFrames(fitting) === timesteps ? { help: `--bin-ms ${(1000 * fitting) / MEL.rate} gives as many frames` } : {}),
    });
  }
  const wav = await loadWavReader();
  const frontEnd = await loadMelFrontEnd(channels, hop);
  return {
    framing: `the first second of sound at ${MEL.rate / 1000} kHz (other rates resampled, shorter clips filled with silence), ${channels} mel bands from ${MEL.lowHz} Hz to ${MEL.highHz / 1000} kHz in decibels, a frame every ${hopMs} ms`,
    binMs: hopMs,
    realValued: true,
    check: (bytes, _, place) => wav.check(bytes, place),
    frames: (bytes, _, place) => ({ features: frontEnd(wav.read(bytes, place)), valid: new Uint8Array(timesteps).fill(1) }),
  };
}
