import { type Diagnostic, DiagnosticError, diagnostic, failure, printable } from '../../diagnostics/index.ts';
import type { ClipSource } from '../../ir/clip.ts';
import { checkDenseShape, denseSource } from './dense.ts';
import type { Hdf5Dataset, Hdf5File } from './hdf5.ts';
import { checkChunks, rowsAtOnce } from './hdf5-chunks.ts';
import { decodeNumbers } from './numbers.ts';
import { DATA_LIMITS, type DatasetOptions } from './options.ts';

/** What a node was seen to do: /nodes/<node>/observables/<observable>. */
interface Observable {
  readonly path: string;
  readonly kind: 'TimeGriddedData' | 'EventData' | 'ValuedEventData';
}

/** How far an event may lie before the border of its step, in steps: times are products of the timestep. */
const TOLERANCE = 1e-6;
const OBSERVABLE = /^\/?nodes\/[^/]+\/observables\/[^/]+$/;
const KINDS = ['TimeGriddedData', 'EventData', 'ValuedEventData'] as const;

/** NIRData (nir 1.0.7, `nir.write_data`): a graph of recordings instead of a graph of nodes. */
export const isNirData = (file: Hdf5File): boolean => file.attribute('/', '__type__') === 'NIRGraphData';

/**
 * Clips of the recording that fits the model: of the node `input`, or the only one with as many neurons as the model has channels. Steps of
 * TimeGriddedData are the model's; events are put into the steps that t_max is cut into.
 */
export function readNirData(file: Hdf5File, labels: Float64Array | null, options: DatasetOptions): ClipSource {
  const observable = chooseObservable(file, options);
  const features = observable.kind === 'TimeGriddedData' ? readGrid(file, observable, options) : readEvents(file, observable, options);
  return denseSource(features, labels, options);
}

/** Steps of a clip; null where the recordings do not agree or hold events. */
export function nirDataSteps(file: Hdf5File): number | null {
  const steps = new Set(observablesOf(file).map(({ path }) => file.describe(`${path}/data`)?.shape[1] ?? null));
  const [only] = steps;
  return steps.size === 1 ? only : null;
}

const observablesOf = (file: Hdf5File): readonly Observable[] =>
  file.names().flatMap((path) => {
    if (!OBSERVABLE.test(path)) return [];
    const type = file.attribute(path, '__type__');
    const kind = KINDS.find((known) => known === type);
    return kind === undefined ? [] : [{ path: path.startsWith('/') ? path : `/${path}`, kind }];
  });

function chooseObservable(file: Hdf5File, options: DatasetOptions): Observable {
  const all = observablesOf(file);
  const places = [{ file: options.file }];
  if (all.length === 0) {
    throw failure('data-empty', 'the NIRData file holds no recording', {
      places,
      notes: [`expected: nodes/<node>/observables/<name>, one of ${KINDS.join(', ')}`],
    });
  }
  if (all.length === 1) return all[0];
  const inputs = all.filter(({ path }) => path.startsWith('/nodes/input/'));
  const fitting = all.filter((observable) => neuronsOf(file, observable) === options.channels);
  const [chosen, other] = inputs.length > 0 ? inputs : fitting;
  if (chosen !== undefined && other === undefined) return chosen;
  const listed = all.slice(0, 10).map((one) => `${printable(one.path, 80)} (${one.kind}, ${neuronsOf(file, one)} neurons)`);
  throw failure('data-foreign', `the NIRData file holds ${all.length} recordings, and it is not clear which one the model reads`, {
    places,
    notes: [`expected: one of the node \`input\`, or one with ${options.channels} neurons`, `found: ${listed.join(', ')}`],
  });
}

const neuronsOf = (file: Hdf5File, { path, kind }: Observable): unknown =>
  kind === 'TimeGriddedData' ? file.describe(`${path}/data`)?.shape[2] : file.attribute(path, 'n_neurons');

function readGrid(file: Hdf5File, { path }: Observable, options: DatasetOptions): Float32Array {
  const data = numbersAt(file, `${path}/data`, options);
  checkDenseShape(data.shape, options);
  const values = new Float32Array(data.shape[0] * options.timesteps * options.channels);
  readInto(file, data, values);
  return values;
}

/** [samples, events] of neurons (-1: none), times in seconds (infinite: none) and values; frames [samples, steps, channels]. */
function readEvents(file: Hdf5File, { path, kind }: Observable, options: DatasetOptions): Float32Array {
  const { timesteps, channels } = options;
  const places = [{ file: options.file, item: path }];
  const [neurons, seconds] = ['n_neurons', 't_max'].map((name) => file.attribute(path, name));
  if (typeof neurons !== 'number' || typeof seconds !== 'number' || !(seconds > 0 && Number.isFinite(seconds)))
    throw failure('data-malformed', `${path} has n_neurons ${neurons} and t_max ${seconds}`, {
      places,
      notes: ['expected: two numbers above 0'],
    });
  if (neurons !== channels)
    throw failure('data-shape-mismatch', `${path} is of ${neurons} neurons, and the model reads ${channels} channels`, { places });
  const names = kind === 'EventData' ? ['idx', 'time'] : ['idx', 'time', 'value'];
  const [idx, time, value] = names.map((name) => numbersAt(file, `${path}/${name}`, options));
  const [samples, events] = idx.shape;
  if ([idx, time, value ?? idx].some(({ shape }) => shape.length !== 2 || shape[0] !== samples || shape[1] !== events))
    throw failure(
      'data-malformed',
      `${path} has ${names.map((name, k) => `${name} [${[idx, time, value][k].shape.join(', ')}]`).join(', ')}`,
      {
        places,
        notes: ['expected: [samples, events], the same for all'],
      },
    );
  checkDenseShape([samples, timesteps, channels], options);
  if (samples * events > DATA_LIMITS.events)
    throw failure('data-too-large', `${path} has room for ${samples * events} events`, { places, notes: [`up to ${DATA_LIMITS.events}`] });
  const read = (dataset: Hdf5Dataset): Float64Array => readInto(file, dataset, new Float64Array(samples * events));
  const [neuron, at, amount] = [read(idx), read(time), value === undefined ? null : read(value)];
  const features = new Float32Array(samples * timesteps * channels);
  const problems: Diagnostic[] = [];
  for (let k = 0; k < neuron.length && problems.length < 5; k++) {
    if (neuron[k] === -1) continue;
    const step = Math.min(Math.floor((at[k] / seconds) * timesteps + TOLERANCE), timesteps - 1);
    if (!(Number.isInteger(neuron[k]) && neuron[k] >= 0 && neuron[k] < neurons && at[k] >= 0 && at[k] <= seconds)) {
      problems.push(
        diagnostic('data-malformed', `event ${k % events} is of neuron ${neuron[k]} at ${at[k]} s`, {
          places: [{ file: options.file, item: `${path}, sample ${Math.floor(k / events)}` }],
          notes: [`allowed: neurons 0 to ${neurons - 1}, from 0 to ${seconds} s; -1 for no event`],
        }),
      );
      continue;
    }
    const cell = (Math.floor(k / events) * timesteps + step) * channels + neuron[k];
    features[cell] = options.counts === 'binary' ? 1 : features[cell] + (amount?.[k] ?? 1);
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
  return features;
}

function numbersAt(file: Hdf5File, path: string, { file: name }: DatasetOptions): Hdf5Dataset {
  const dataset = file.describe(path);
  const places = [{ file: name, item: path }];
  if (dataset === null) throw failure('data-malformed', `there is no dataset ${path}`, { places });
  if (dataset.content !== 'numbers' || dataset.virtual)
    throw failure('data-foreign', `${path} holds ${dataset.virtual ? 'values of other files' : dataset.content}`, {
      places,
      notes: ['expected: numbers'],
    });
  checkChunks(dataset, name);
  return dataset;
}

/** All numbers of a dataset, some rows at a time. */
function readInto<Values extends Float32Array | Float64Array>(file: Hdf5File, dataset: Hdf5Dataset, out: Values): Values {
  const [rows] = dataset.shape;
  const batch = rowsAtOnce(dataset);
  for (let first = 0; first < rows && dataset.element !== null; first += batch)
    decodeNumbers(file.readRows(dataset, first, Math.min(batch, rows - first)), dataset.element, out, (out.length / rows) * first);
  return out;
}
