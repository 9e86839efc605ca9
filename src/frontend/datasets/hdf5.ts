import { withBoundedMemory } from './bound-memory.ts';
import { findEndlessHeap } from './check-heaps.ts';
import { readAttribute } from './hdf5-attributes.ts';
import { discardIfBroken, type H5Module, loadHdf5Library } from './hdf5-library.ts';
import { type ElementType, isElementSize } from './numbers.ts';

/** What a dataset of the file holds: `numbers`, `lists` of numbers (HDF5's variable length), `text`, or something not read here. */
export interface Hdf5Dataset {
  readonly path: string;
  readonly shape: readonly number[];
  readonly content: 'numbers' | 'lists' | 'text' | 'other';
  /** Of the numbers, in the file or in the lists. */
  readonly element: ElementType | null;
  /** Bytes of one element in memory. */
  readonly bytes: number;
  /** Text of variable length. */
  readonly pointers: boolean;
  /** Sizes of the parts that it is stored in; null: in one part. */
  readonly chunks: readonly number[] | null;
  /** Its values are in other datasets, of this file or of others. */
  readonly virtual: boolean;
}

/**
 * An HDF5 file in memory. All methods throw plain errors where the file is damaged; the caller says what that means.
 * h5wasm's own getters ignore the status of a failed read and cannot decode float16, so datasets are read here through its C functions.
 */
export interface Hdf5File {
  /** Bytes. */
  readonly size: number;
  /** Paths of all groups and datasets. */
  names(): string[];
  /** null: there is no dataset of this path. */
  describe(path: string): Hdf5Dataset | null;
  /** A scalar attribute of a group or dataset; null: there is none of this name that is text or a number. */
  attribute(path: string, name: string): string | number | null;
  /** Little-endian bytes of rows first .. first + count - 1 of a dataset of numbers. */
  readRows(dataset: Hdf5Dataset, first: number, count: number): Uint8Array;
  /** Calls `visit` with the little-endian bytes of the first `rows` rows of a one-dimensional dataset of lists, in order; the bytes are gone afterwards. */
  visitLists(dataset: Hdf5Dataset, rows: number, visit: (row: number, bytes: Uint8Array) => void): void;
  /** In row-major order. */
  readText(dataset: Hdf5Dataset): string[];
  close(): void;
}

/** HDF5's signature may stand behind a user block of 512, 1024, 2048, … bytes. */
export function isHdf5(bytes: Uint8Array): boolean {
  const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
  for (let start = 0; start + 8 <= bytes.length; start = start === 0 ? 512 : 2 * start) {
    if (signature.every((byte, i) => bytes[start + i] === byte)) return true;
  }
  return false;
}

// Class numbers of HDF5 (H5T_class_t).
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const ENUM = 8;
const LIST = 9;
/** Rows of lists read at once: few until their length is known, then more and more where they are short. */
const LIST_BATCH = { rows: 64, growth: 8, bytes: 2 ** 22 } as const;
/** A list in memory: its length and the address of its elements, 4 bytes each. */
const LIST_BYTES = 8;
/** For the library's own buffers; the file's bytes lie outside. A list or chunk may be as long as half of this. */
const HEAP_BYTES = 384 * 2 ** 20;

let opened = 0;

/** Opens the file in h5wasm's in-memory file system; nothing reaches a disk. */
export async function openHdf5(bytes: Uint8Array): Promise<Hdf5File> {
  const endless = findEndlessHeap(bytes);
  if (endless >= 0) throw new Error(`the global heap at byte ${endless} is damaged`);
  const h5 = await loadHdf5Library();
  const path = `/spikec-${opened++}.h5`;
  // The in-memory file system reads the caller's bytes where they are, and nothing here writes to them.
  const borrow = { flags: 'w', canOwn: true };
  h5.FS.writeFile(path, bytes, borrow);
  const bounded = <T>(work: () => T): T => discardIfBroken(() => withBoundedMemory(() => h5.HEAPU8.buffer, HEAP_BYTES, work));
  let file = -1n;
  try {
    file = bounded(() => h5.open(path, h5.H5F_ACC_RDONLY, false, -1, -1));
  } finally {
    if (file < 0n) h5.FS.unlink(path);
  }
  if (file < 0n) throw new Error('the HDF5 library cannot open it: truncated or damaged');
  return {
    size: bytes.length,
    names: () => bounded(() => orDamaged('/', () => h5.get_names(file, '/', true))),
    describe: (name) => bounded(() => describeDataset(h5, file, name)),
    attribute: (name, attribute) => bounded(() => orDamaged(name, () => readAttribute(h5, file, name, attribute))),
    readRows: (dataset, first, count) => bounded(() => readRows(h5, file, dataset, first, count)),
    visitLists: (dataset, rows, visit) => bounded(() => visitLists(h5, file, dataset, rows, visit)),
    readText: (dataset) => bounded(() => readText(h5, file, dataset)),
    close: () => {
      try {
        bounded(() => h5.close_file(file));
      } catch {
        // Whatever was wrong with the file has been said.
      }
      h5.FS.unlink(path);
    },
  };
}

function describeDataset(h5: H5Module, file: bigint, path: string): Hdf5Dataset | null {
  if (h5.get_type(file, path) !== h5.H5G_DATASET) return null;
  const metadata = orDamaged(path, () => h5.get_dataset_metadata(file, path));
  const shape = metadata.shape ?? [];
  const { type, size, vlen } = metadata;
  const common = { path, shape, bytes: size, pointers: vlen, chunks: metadata.chunks, virtual: metadata.virtual_sources !== undefined };
  if (type === STRING) return { ...common, content: 'text', element: null };
  const list = metadata.vlen_type;
  const element = elementType(type === LIST && list ? list : metadata);
  if (element === null) return { ...common, content: 'other', element };
  return { ...common, content: type === LIST ? 'lists' : 'numbers', element };
}

/** h5wasm says that a name is not defined, whatever the reason. */
function orDamaged<T>(path: string, action: () => T): T {
  try {
    return discardIfBroken(action);
  } catch {
    throw new Error(`${path} cannot be opened: truncated or damaged`);
  }
}

/** Numbers arrive little-endian, the library turns them on reading; an enumeration (h5py's bool) is read as its integers. */
function elementType(metadata: { readonly type: number; readonly size: number; readonly signed: boolean }): ElementType | null {
  const { type, size, signed } = metadata;
  if (!isElementSize(size)) return null;
  if (type === FLOAT) return size === 1 ? null : { kind: 'float', bytes: size, littleEndian: true };
  if (type === INTEGER || type === ENUM) return { kind: signed ? 'signed' : 'unsigned', bytes: size, littleEndian: true };
  return null;
}

/** Runs `use` on the memory that rows first .. first + count - 1 were read into. */
function withRows<T>(h5: H5Module, file: bigint, dataset: Hdf5Dataset, first: number, count: number, use: (address: number) => T): T {
  // A scalar has no axis to choose rows of.
  const shape = dataset.shape.length === 0 ? [] : [count, ...dataset.shape.slice(1)];
  const total = shape.reduce((product, length) => product * length, 1) * dataset.bytes;
  const address = h5._malloc(Math.max(total, 1));
  if (address === 0) throw new Error(`no memory for ${total} bytes of ${dataset.path}`);
  try {
    h5.HEAPU8.fill(0, address, address + total);
    const offset = shape.map((_, axis) => BigInt(axis === 0 ? first : 0));
    const stride = shape.map(() => 1n);
    const status = h5.get_dataset_data(file, dataset.path, shape.map(BigInt), offset, stride, BigInt(address));
    if (status < 0) throw new Error(`${dataset.path} cannot be read: truncated or damaged`);
    try {
      return use(address);
    } finally {
      if (dataset.content === 'lists' || dataset.pointers) {
        h5.reclaim_vlen_memory_count(file, dataset.path, '', BigInt(address), shape.map(BigInt));
      }
    }
  } finally {
    h5._free(address);
  }
}

function readRows(h5: H5Module, file: bigint, dataset: Hdf5Dataset, first: number, count: number): Uint8Array {
  const rowBytes = dataset.shape.slice(1).reduce((product, length) => product * length, dataset.bytes);
  return withRows(h5, file, dataset, first, count, (address) => h5.HEAPU8.slice(address, address + count * rowBytes));
}

function visitLists(h5: H5Module, file: bigint, dataset: Hdf5Dataset, rows: number, visit: (row: number, bytes: Uint8Array) => void): void {
  const elementBytes = dataset.element?.bytes ?? 1;
  let bytes = 0;
  let count = 0;
  for (let first = 0; first < rows; first += count) {
    const fitting = Math.floor((LIST_BATCH.bytes * first) / Math.max(1, bytes));
    const wanted = first === 0 ? LIST_BATCH.rows : Math.max(1, Math.min(fitting, LIST_BATCH.growth * first));
    count = Math.min(wanted, rows - first);
    withRows(h5, file, dataset, first, count, (address) => {
      const lists = new Uint32Array(h5.HEAPU8.slice(address, address + count * LIST_BYTES).buffer);
      for (let i = 0; i < count; i++) {
        const start = lists[2 * i + 1];
        const end = start + lists[2 * i] * elementBytes;
        if (end > h5.HEAPU8.length) throw new Error(`${dataset.path} row ${first + i} is longer than the file`);
        bytes += end - start;
        visit(first + i, h5.HEAPU8.subarray(start, end));
      }
    });
  }
}

function readText(h5: H5Module, file: bigint, dataset: Hdf5Dataset): string[] {
  const count = dataset.shape.reduce((product, length) => product * length, 1);
  return withRows(h5, file, dataset, 0, dataset.shape[0] ?? 1, (address) => {
    const bytes = h5.HEAPU8.slice(address, address + count * dataset.bytes);
    if (dataset.pointers) return Array.from(new Uint32Array(bytes.buffer), (pointer) => h5.UTF8ToString(pointer));
    return Array.from({ length: count }, (_, i) => {
      const text = new TextDecoder().decode(bytes.subarray(i * dataset.bytes, (i + 1) * dataset.bytes));
      // Shorter texts are filled up with zeros or, in Fortran's manner, with blanks.
      return text.replace(/\0.*$/s, '').trimEnd();
    });
  });
}
