import { failure } from '../../diagnostics/index.ts';
import type { Hdf5Dataset } from './hdf5.ts';
import { DATA_LIMITS } from './options.ts';

/** Bytes read at once, and where a chunk is larger than that. */
const BATCH_BYTES = { usual: 2 ** 24, most: DATA_LIMITS.chunkBytes } as const;
/** The library takes some thousand bytes for each chunk that a reading touches. */
const BATCH_CHUNKS = 2 ** 13;

/** A list in the file: its length, and where its elements are. */
const LIST_BYTES = 16;

/** Refuses a dataset in more or larger parts than are ever read: a part may be declared, and looked for, without being in the file. */
export function checkChunks({ path, shape, chunks, bytes, content }: Hdf5Dataset, file: string): void {
  if (chunks === null) return;
  const count = shape.reduce((product, length, axis) => product * Math.ceil(length / chunks[axis]), 1);
  const size = chunks.reduce((product, length) => product * length, content === 'lists' ? LIST_BYTES : bytes);
  if (count <= DATA_LIMITS.chunks && size <= DATA_LIMITS.chunkBytes) return;
  throw failure('data-too-large', `${path} is stored in ${count} chunks of [${chunks.join(', ')}], ${size} bytes each`, {
    places: [{ file, item: path }],
    notes: [`at most ${DATA_LIMITS.chunks} chunks of ${DATA_LIMITS.chunkBytes} bytes are read`],
    help: 'write the file with chunks of some clips each, or without any',
  });
}

/** Rows of a dataset of numbers to be read at once: whole chunks, for a chunk is inflated whenever a part of it is asked for. */
export function rowsAtOnce({ shape, bytes, chunks }: Hdf5Dataset): number {
  const rowBytes = shape.slice(1).reduce((product, length) => product * length, bytes);
  const [chunkRows, ...rest] = chunks ?? [1];
  const chunksAcross = rest.reduce((product, length, axis) => product * Math.ceil(shape[axis + 1] / length), 1);
  const layers = Math.min(BATCH_BYTES.usual / (rowBytes * chunkRows), BATCH_CHUNKS / chunksAcross);
  return Math.max(1, Math.min(Math.max(1, Math.floor(layers)) * chunkRows, Math.floor(BATCH_BYTES.most / rowBytes)));
}
