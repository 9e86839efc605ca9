import { DiagnosticError, failure, printable } from '../../diagnostics/index.ts';
import type { ClipSource } from '../../ir/clip.ts';
import { chooseFraming } from './choose-framing.ts';
import { type CsvClips, readCsv } from './csv-events.ts';
import { checkEvents, type EventClips } from './events.ts';
import { describeFrames, describeFraming, frameEvents } from './framing.ts';
import { checkLabels } from './labels.ts';
import type { DatasetOptions } from './options.ts';
import { describeSensor, layoutOf, type SensorLayout, toChannels } from './sensor.ts';

/** Clips of a CSV file of events. Throws as readCsv does, and what is wrong with the events for this model. */
export function csvSource(bytes: Uint8Array, options: DatasetOptions): ClipSource {
  const { file, channels } = options;
  const csv = readCsv(bytes, file);
  const layout = csv.kind === 'units' ? null : sensorLayout(csv, options);
  const rule = chooseFraming(layout === null ? options : { ...options, units: channels });
  const clips: EventClips = layout === null ? unitsOf(csv) : pixelsOf(csv, layout, file);
  const labels = csv.labels === null ? null : Float64Array.from(csv.labels, (label) => labelIndex(label, options));
  const errors = [
    ...checkEvents(clips, rule, (clip) => ({ file, item: `clip ${clip}` })),
    ...checkLabels(labels, { ...options, clips: clips.count }),
  ];
  if (errors.length > 0) throw new DiagnosticError(errors);
  return {
    file,
    count: clips.count,
    channels,
    classNames: null,
    framing: layout === null ? describeFraming(rule) : describeFrames(rule, describeSensor(layout)),
    clip: (index) => ({
      steps: rule.steps,
      channels,
      ...frameEvents(clips.times(index), clips.units(index), rule),
      label: labels === null ? null : labels[index],
    }),
  };
}

/** A class index, or the place of a name among those that were given. */
function labelIndex(label: string, { file, classNames }: DatasetOptions): number {
  const named = classNames?.indexOf(label) ?? -1;
  if (named >= 0) return named;
  if (/^\d{1,9}$/.test(label)) return Number(label);
  throw failure('data-label-range', `the label ${printable(label, 40) || '(empty)'}`, {
    places: [{ file }],
    notes: ['allowed: class indices from 0, or names that --class-names gives in order'],
  });
}

const unitsOf = ({ times, units }: CsvClips): EventClips => ({
  count: times.length,
  times: (clip) => times[clip],
  units: (clip) => units[clip],
});

/** The size of a sensor stands nowhere in the file. */
function sensorLayout({ polarity }: CsvClips, { sensor, channels, file }: DatasetOptions): SensorLayout {
  if (sensor == null) {
    throw failure('bad-arguments', 'the events have x and y, and the size of the sensor is not given', {
      places: [{ file }],
      help: 'give --sensor WIDTHxHEIGHT, as in --sensor 128x128',
    });
  }
  return layoutOf(polarity.length === 0 ? { ...sensor, polarities: 1 } : sensor, channels, file);
}

function pixelsOf({ times, x, y, polarity }: CsvClips, layout: SensorLayout, file: string): EventClips {
  const clips = times.map((seconds, clip) =>
    toChannels(
      {
        us: seconds.map((time) => 1e6 * time),
        x: Uint16Array.from(x[clip]),
        y: Uint16Array.from(y[clip]),
        polarity: Uint8Array.from(polarity[clip] ?? new Float64Array(seconds.length)),
      },
      layout,
      { file, item: `clip ${clip}` },
    ),
  );
  return { count: clips.length, times: (clip) => clips[clip].times, units: (clip) => clips[clip].units };
}
