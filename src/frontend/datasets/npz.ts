import { DiagnosticError, failure, printable } from '../../diagnostics/index.ts';
import type { ClipSource } from '../../ir/clip.ts';
import { checkDenseShape, denseSource } from './dense.ts';
import { type NpyArray, readNpy } from './npy.ts';
import { decodeNumbers } from './numbers.ts';
import { DATA_LIMITS, type DatasetShape } from './options.ts';

/** Room for a .npy header beside the elements. */
const HEADER_BYTES = 2 ** 17;
const MOST_BYTES = { 'features.npy': 8 * DATA_LIMITS.denseValues, 'labels.npy': 8 * DATA_LIMITS.clips } as const;
/** Deflate cannot do better than 1032 to 1: a declared size beyond that is made up. */
const MOST_INFLATION = 1032;

/** A ZIP archive begins with a local file header; an empty one with its directory's end. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));

/** Clips of a .npz file with `features` [clip, step, channel] and, optionally, `labels` [clip]. */
export async function readNpz(bytes: Uint8Array, options: DatasetShape): Promise<ClipSource> {
  const entries = await unzip(bytes, options.file);
  const features = entries.get('features.npy');
  if (!features) {
    const names = [...entries.keys()].slice(0, 20).map((name) => printable(name, 60));
    throw failure('data-foreign', 'this archive has no array `features`', {
      places: [{ file: options.file }],
      notes: [`found: ${names.length === 0 ? 'nothing' : names.join(', ')}`, 'written by numpy.savez(file, features=…, labels=…)'],
    });
  }
  const array = readNpy(features, { file: options.file, item: 'features' });
  checkDenseShape(array.shape, options);
  const labels = entries.get('labels.npy');
  const labelArray = labels ? readNpy(labels, { file: options.file, item: 'labels' }) : null;
  return denseSource(decodeFloat32(array), labelArray === null ? null : decodeLabels(labelArray, options.file), options);
}

/** Clips of a lone .npy array, `features` [clip, step, channel]: they have no labels. */
export function readNpyFile(bytes: Uint8Array, options: DatasetShape): ClipSource {
  const array = readNpy(bytes, { file: options.file, item: 'array' });
  checkDenseShape(array.shape, options);
  return denseSource(decodeFloat32(array), null, options);
}

/** As npzSteps. */
export const npySteps = (bytes: Uint8Array, file: string): number | null => readNpy(bytes, { file, item: 'array' }).shape[1] ?? null;

/** Steps that `features` [clip, step, channel] have; null where there is no such array. Throws as readNpz does. */
export async function npzSteps(bytes: Uint8Array, file: string): Promise<number | null> {
  const features = (await unzip(bytes, file)).get('features.npy');
  return features === undefined ? null : (readNpy(features, { file, item: 'features' }).shape[1] ?? null);
}

/** The two arrays inflated, the names of other entries with empty contents. */
async function unzip(bytes: Uint8Array, file: string): Promise<Map<string, Uint8Array>> {
  const { unzipSync } = await import('fflate');
  const entries = new Map<string, Uint8Array>();
  try {
    const inflated = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        entries.set(name, new Uint8Array(0));
        const most = name === 'features.npy' || name === 'labels.npy' ? MOST_BYTES[name] + HEADER_BYTES : 0;
        if (most > 0 && (originalSize > most || originalSize > MOST_INFLATION * (size + 1))) {
          throw failure('data-too-large', `${name} claims ${originalSize} bytes`, {
            places: [{ file, item: name }],
            notes: [`at most ${most} bytes are read`],
          });
        }
        return most > 0;
      },
    });
    for (const [name, content] of Object.entries(inflated)) entries.set(name, content);
    return entries;
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    throw failure('data-malformed', `not a readable .npz archive: ${error instanceof Error ? error.message : String(error)}`, {
      places: [{ file }],
    });
  }
}

function decodeFloat32(array: NpyArray): Float32Array {
  const values = new Float32Array(array.data.length / array.element.bytes);
  decodeNumbers(array.data, array.element, values);
  return values;
}

function decodeLabels(array: NpyArray, file: string): Float64Array {
  if (array.shape.length !== 1) {
    throw failure('data-labels-mismatch', `labels is [${array.shape.join(', ')}]`, {
      places: [{ file, item: 'labels' }],
      notes: ['expected: one class index for each clip, [clip]'],
    });
  }
  const values = new Float64Array(array.shape[0]);
  decodeNumbers(array.data, array.element, values);
  return values;
}
