import { DiagnosticError, failure } from '../../diagnostics/index.ts';
import { type Hdf5Dataset, type Hdf5File, openHdf5 } from '../datasets/hdf5.ts';
import { decodeNumbers } from '../datasets/numbers.ts';

/** Ceilings on what a file may declare, checked before memory is taken for it. */
export const LAVA_NET_LIMITS = { layers: 1000, paths: 2 ** 16, values: 2 ** 26, neurons: 2 ** 24, chunks: 2 ** 17 } as const;

/** A dataset of a layer: numbers, or the first of its texts. */
export interface RawDataset {
  readonly shape: readonly number[];
  readonly numbers: Float64Array | null;
  readonly text: string | null;
}

/** Datasets of a layer by their path under `layer/<index>`. */
export type RawLayer = ReadonlyMap<string, RawDataset>;

/**
 * The layers of a lava-dl network file (HDF5), in order. Throws `lava-net-malformed` for a file that is damaged or lacks a part,
 * `lava-net-too-large` beyond the ceilings.
 */
export async function readRawLayers(bytes: Uint8Array, file: string): Promise<readonly RawLayer[]> {
  try {
    const hdf5 = await openHdf5(bytes);
    try {
      return layersOf(hdf5, file);
    } finally {
      hdf5.close();
    }
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    throw malformed(file, (error instanceof Error ? error.message : String(error)).split('\n')[0]);
  }
}

const malformed = (file: string, reason: string): DiagnosticError =>
  failure('lava-net-malformed', `not a readable lava-dl network: ${reason}`, { places: [{ file }] });

const tooLarge = (file: string, found: string, allowed: string): DiagnosticError =>
  failure('lava-net-too-large', `the lava-dl network declares ${found}`, { places: [{ file }], notes: [`accepted here: ${allowed}`] });

function layersOf(hdf5: Hdf5File, file: string): readonly RawLayer[] {
  const paths = hdf5.names();
  if (paths.length > LAVA_NET_LIMITS.paths) throw tooLarge(file, `${paths.length} groups and datasets`, `up to ${LAVA_NET_LIMITS.paths}`);
  const layers = new Map<string, Map<string, RawDataset>>();
  let values = 0;
  for (const path of paths) {
    const match = /^\/?layer\/([^/]+)(?:\/(.+))?$/.exec(path);
    if (match === null) continue;
    const [, index, name] = match;
    const layer = layers.get(index) ?? new Map<string, RawDataset>();
    layers.set(index, layer);
    const dataset = name === undefined ? null : hdf5.describe(path);
    if (dataset === null) continue;
    const count = dataset.shape.reduce((product, length) => product * length, 1);
    values += count;
    if (!(values <= LAVA_NET_LIMITS.values)) throw tooLarge(file, `${values} numbers`, `up to ${LAVA_NET_LIMITS.values}`);
    const chunks = chunksOf(dataset);
    if (chunks > LAVA_NET_LIMITS.chunks) throw tooLarge(file, `${chunks} parts of ${path}`, `up to ${LAVA_NET_LIMITS.chunks}`);
    if (dataset.virtual) throw malformed(file, `the values of ${path} are in another file`);
    layer.set(name, { shape: dataset.shape, ...contentOf(hdf5, dataset, count) });
  }
  if (layers.size === 0) throw malformed(file, 'there are no groups layer/0, layer/1, …');
  if (layers.size > LAVA_NET_LIMITS.layers) throw tooLarge(file, `${layers.size} layers`, `up to ${LAVA_NET_LIMITS.layers}`);
  return Array.from({ length: layers.size }, (_, index) => {
    const layer = layers.get(`${index}`);
    if (layer === undefined) throw malformed(file, `of ${layers.size} layers there is no layer/${index}`);
    return layer;
  });
}

/** Parts that a dataset is stored in; each is looked for, whether it is in the file or not. */
const chunksOf = ({ shape, chunks }: Hdf5Dataset): number =>
  chunks === null ? 1 : shape.reduce((product, length, axis) => product * Math.ceil(length / chunks[axis]), 1);

function contentOf(hdf5: Hdf5File, dataset: Hdf5Dataset, count: number): Pick<RawDataset, 'numbers' | 'text'> {
  if (dataset.content === 'text') return { numbers: null, text: hdf5.readText(dataset)[0] ?? '' };
  if (dataset.content !== 'numbers' || dataset.element === null) return { numbers: null, text: null };
  const numbers = new Float64Array(count);
  if (count > 0) decodeNumbers(hdf5.readRows(dataset, 0, dataset.shape[0] ?? 1), dataset.element, numbers);
  return { numbers, text: null };
}
