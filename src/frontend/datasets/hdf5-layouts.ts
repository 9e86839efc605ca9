import { DiagnosticError, diagnostic, failure, printable } from '../../diagnostics/index.ts';
import type { ClipSource } from '../../ir/clip.ts';
import { chooseFraming } from './choose-framing.ts';
import { checkDenseShape, denseSource } from './dense.ts';
import { checkEvents, type EventClips } from './events.ts';
import { describeFraming, type FramingRule, frameEvents } from './framing.ts';
import { type Hdf5Dataset, type Hdf5File, openHdf5 } from './hdf5.ts';
import { checkChunks, rowsAtOnce } from './hdf5-chunks.ts';
import { checkLabels } from './labels.ts';
import { isNirData, nirDataSteps, readNirData } from './nir-data.ts';
import { decodeNumbers, type ElementType, elementName } from './numbers.ts';
import { DATA_LIMITS, type DatasetOptions } from './options.ts';
import { PackedLists } from './packed-lists.ts';
import { choosePositions } from './selection.ts';

/**
 * Clips of an HDF5 file in the SHD layout, with dense `features`, or of NIRData. A file with both of the first two is read as events; of
 * those, only the chosen clips are read, and can be asked for.
 */
export const readHdf5 = (bytes: Uint8Array, options: DatasetOptions): Promise<ClipSource> =>
  reading(bytes, options.file, (file) => {
    if (isNirData(file)) return readNirData(file, readLabels(file, options.file), options);
    const times = file.describe('/spikes/times');
    const units = file.describe('/spikes/units');
    if (times && units) return readEvents(file, times, units, chooseFraming(options), options);
    const features = file.describe('/features');
    if (features) return readDense(file, features, options);
    throw foreign(file, options.file);
  });

/** Steps that dense `features` [clip, step, channel] have; null for anything else. */
export const denseSteps = (bytes: Uint8Array, name: string): Promise<number | null> =>
  reading(bytes, name, (file) => {
    if (isNirData(file)) return nirDataSteps(file);
    return file.describe('/spikes/times') ? null : (file.describe('/features')?.shape[1] ?? null);
  });

/** Opens a file for `use`; whatever is wrong with it is `data-malformed`. */
async function reading<T>(bytes: Uint8Array, name: string, use: (file: Hdf5File) => T): Promise<T> {
  try {
    const file = await openHdf5(bytes);
    try {
      return use(file);
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    // The library reports damage by status, by exception and, at worst, by an abort of its WebAssembly: all the same to the user.
    throw failure('data-malformed', `not a readable HDF5 file: ${firstLine(error)}`, { places: [{ file: name }] });
  }
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0];

function foreign(file: Hdf5File, name: string): DiagnosticError {
  const names = file.names();
  const shown = names.slice(0, 20).map((path) => printable(path, 60));
  const found =
    names.length === 0 ? 'nothing' : `${shown.join(', ')}${names.length > shown.length ? `, and ${names.length - shown.length} more` : ''}`;
  return failure('data-foreign', 'this HDF5 file has neither spikes/times and spikes/units nor features', {
    places: [{ file: name }],
    notes: [`found: ${found}`],
  });
}

function readEvents(file: Hdf5File, times: Hdf5Dataset, units: Hdf5Dataset, rule: FramingRule, options: DatasetOptions): ClipSource {
  requireContent(times, 'lists', ['float'], 'one variable-length list of floats a clip', options.file);
  requireContent(units, 'lists', ['signed', 'unsigned'], 'one variable-length list of integers a clip', options.file);
  const count = times.shape[0];
  if (count === 0) throw failure('data-empty', 'spikes/times holds no clip', { places: [{ file: options.file }] });
  if (units.shape[0] !== count) {
    throw failure('data-malformed', `spikes/times has ${count} clips and spikes/units has ${units.shape[0]}`, {
      places: [{ file: options.file }],
    });
  }
  const rows = choosePositions(count, options);
  const placeOf = placesOf(rows);
  const clips: EventClips = {
    count: rows.length,
    times: readLists(file, times, placeOf, options.file),
    units: readLists(file, units, placeOf, options.file),
  };
  const labels = readLabels(file, options.file);
  const errors = [
    ...checkEvents(clips, rule, (clip) => ({ file: options.file, item: `clip ${rows[clip]}` })),
    ...checkLabels(labels, { ...options, clips: count }),
  ];
  if (errors.length > 0) throw new DiagnosticError(errors);
  return {
    file: options.file,
    count,
    channels: rule.channels,
    classNames: readClassNames(file, options),
    framing: describeFraming(rule),
    clip: (index) => ({
      steps: rule.steps,
      channels: rule.channels,
      ...frameEvents(clips.times(placeOf[index]), clips.units(placeOf[index]), rule),
      label: labels === null ? null : labels[index],
    }),
  };
}

function readDense(file: Hdf5File, features: Hdf5Dataset, options: DatasetOptions): ClipSource {
  requireContent(features, 'numbers', ['float', 'signed', 'unsigned'], 'numbers [clip, step, channel]', options.file);
  checkDenseShape(features.shape, options);
  const values = new Float32Array(features.shape[0] * options.timesteps * options.channels);
  readNumbers(file, features, values);
  return denseSource(values, readLabels(file, options.file), options);
}

/** Place of each row in `rows`, up to the last of them; -1: it is not there. */
function placesOf(rows: readonly number[]): Int32Array {
  const placeOf = new Int32Array(rows.reduce((most, row) => Math.max(most, row + 1), 0)).fill(-1);
  rows.forEach((row, place) => {
    placeOf[row] = place;
  });
  return placeOf;
}

/**
 * The lists of the rows that have a place, by place. They are kept as the file has them, 4 bytes an event of SHD, and decoded on demand: the
 * test part of SSC has 20,000 of them.
 */
function readLists(file: Hdf5File, dataset: Hdf5Dataset, placeOf: Int32Array, name: string): EventClips['times'] {
  const { element, path } = dataset;
  if (element === null) throw new Error(`${path} holds no numbers`);
  const lists = new PackedLists(placeOf.length);
  let total = 0;
  file.visitLists(dataset, placeOf.length, (row, bytes) => {
    if (placeOf[row] < 0) return;
    total += bytes.length / element.bytes;
    if (total > DATA_LIMITS.events) {
      throw failure('data-too-large', `${path} holds more than ${DATA_LIMITS.events} events`, { places: [{ file: name, item: path }] });
    }
    // Lists are not compressed, whatever the filters: a file that is shorter says the same list many times.
    if (total * element.bytes > file.size) {
      throw failure('data-malformed', `${path} holds more bytes than the file`, {
        places: [{ file: name, item: path }],
        notes: ['expected: a list of its own for every clip'],
      });
    }
    lists.set(placeOf[row], bytes);
  });
  return (clip) => {
    const bytes = lists.get(clip);
    const length = bytes.length / element.bytes;
    const list = element.bytes === 8 ? new Float64Array(length) : new Float32Array(length);
    decodeNumbers(bytes, element, list);
    return list;
  };
}

/** null: the file has no labels. */
function readLabels(file: Hdf5File, name: string): Float64Array | null {
  const labels = file.describe('/labels');
  if (labels === null) return null;
  requireContent(labels, 'numbers', ['float', 'signed', 'unsigned'], 'one number a clip', name);
  const values = new Float64Array(labels.shape[0]);
  readNumbers(file, labels, values);
  return values;
}

/** All numbers of a dataset, some rows at a time. */
function readNumbers(file: Hdf5File, dataset: Hdf5Dataset, out: Float32Array | Float64Array): void {
  const [rows] = dataset.shape;
  const batch = rowsAtOnce(dataset);
  for (let first = 0; first < rows && dataset.element !== null; first += batch) {
    const bytes = file.readRows(dataset, first, Math.min(batch, rows - first));
    decodeNumbers(bytes, dataset.element, out, (out.length / rows) * first);
  }
}

/** SHD names its classes in extra/keys. Names that do not fit the model's classes are left out, with a warning. */
function readClassNames(file: Hdf5File, options: DatasetOptions): string[] | null {
  const keys = file.describe('/extra/keys');
  if (keys?.content !== 'text' || keys.shape.length !== 1 || keys.virtual) return null;
  if (keys.shape[0] === options.classes && keys.shape[0] * keys.bytes <= DATA_LIMITS.nameBytes) {
    return file.readText(keys).map((text) => printable(text, 60));
  }
  options.report(
    diagnostic('data-class-names', `extra/keys names ${keys.shape[0]} classes, and the model has ${options.classes}`, {
      places: [{ file: options.file, item: 'extra/keys' }],
    }),
  );
  return null;
}

/** Refuses a dataset of another kind than `wanted`, or with more rows than are ever read. */
function requireContent(
  dataset: Hdf5Dataset,
  content: 'lists' | 'numbers',
  kinds: readonly ElementType['kind'][],
  wanted: string,
  file: string,
): void {
  const { path, shape, element } = dataset;
  const places = [{ file, item: path }];
  const oneAxis = shape.length === 1 || path === '/features';
  if (dataset.content !== content || element === null || !kinds.includes(element.kind) || !oneAxis) {
    const type = element === null ? dataset.content : `${dataset.content === 'lists' ? 'lists of ' : ''}${elementName(element)}`;
    throw failure('data-foreign', `${path} holds ${type} [${shape.join(', ')}]`, { places, notes: [`expected: ${wanted}`] });
  }
  if (dataset.virtual) {
    throw failure('data-foreign', `${path} is a virtual dataset: its values are in other files`, {
      places,
      notes: ['expected: the values themselves'],
      help: 'copy it into a file of its own, as h5py does with `target[name] = source[name][...]`',
    });
  }
  if (shape[0] > DATA_LIMITS.clips) {
    throw failure('data-too-large', `${path} has ${shape[0]} rows`, { places, notes: [`at most ${DATA_LIMITS.clips} clips are read`] });
  }
  checkChunks(dataset, file);
}
