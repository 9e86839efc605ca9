import { isHdf5 } from '../../frontend/datasets/hdf5.ts';
import { MalformedVector } from '../json.ts';

/** A dataset of a `.net` file as numbers, or text. */
interface Entry {
  readonly shape: readonly number[];
  readonly numbers: Float64Array | null;
  readonly text: string | null;
}

/** One layer of a lava-dl network file: its datasets by path inside the layer. */
export class NetLayer {
  readonly name: string;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(name: string, entries: ReadonlyMap<string, Entry>) {
    this.name = name;
    this.#entries = entries;
  }

  has(key: string): boolean {
    return this.#entries.has(key) || [...this.#entries.keys()].some((path) => path.startsWith(`${key}/`));
  }

  text(key: string): string {
    return this.#entries.get(key)?.text ?? this.fail(`has no text ${key}`);
  }

  /** Fractions are cut off, as the importer of lava-dl does. */
  integers(key: string): { readonly shape: readonly number[]; readonly values: Float64Array } {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.numbers === null) return this.fail(`has no numbers ${key}`);
    if (entry.numbers.some((x) => !(Math.abs(x) <= 2 ** 31))) this.fail(`${key} holds numbers beyond 32 bits`);
    return { shape: entry.shape, values: entry.numbers.map(Math.trunc) };
  }

  integer(key: string, least: number, most: number): number {
    const { values } = this.integers(key);
    if (values.length !== 1 || values[0] < least || values[0] > most) this.fail(`${key} is not a number in ${least}..${most}`);
    return values[0];
  }

  fail(what: string): never {
    throw new MalformedVector(`the network, ${this.name}: ${what}`);
  }
}

const BYTES_MAX = 2 ** 28;
const LAYERS_MAX = 1000;
let opened = 0;

/** Layers of a lava-dl `.net` file (HDF5), in order. */
export async function readNetFile(bytes: Uint8Array): Promise<NetLayer[]> {
  if (!isHdf5(bytes)) throw new MalformedVector('the network cannot be read: it is not an HDF5 file');
  const h5wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const path = `/conformance-${opened++}.net`;
  FS.writeFile(path, bytes);
  try {
    const file = new h5wasm.File(path, 'r');
    try {
      return layersOf(h5wasm, file);
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof MalformedVector) throw error;
    throw new MalformedVector(`the network cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    FS.unlink(path);
  }
}

type H5 = typeof import('h5wasm');
type H5Group = import('h5wasm').Group;

function layersOf(h5wasm: H5, file: H5Group): NetLayer[] {
  const root = file.get('layer');
  if (!(root instanceof h5wasm.Group)) throw new MalformedVector('the network has no group `layer`');
  const count = root.keys().length;
  if (count > LAYERS_MAX) throw new MalformedVector(`the network has ${count} layers`);
  return Array.from({ length: count }, (_, index) => {
    const group = root.get(`${index}`);
    if (!(group instanceof h5wasm.Group)) throw new MalformedVector(`the network has ${count} layers, but none of number ${index}`);
    return new NetLayer(`layer ${index}`, new Map([...entriesOf(h5wasm, group, '', 0)]));
  });
}

function* entriesOf(h5wasm: H5, group: H5Group, prefix: string, depth: number): Generator<[string, Entry]> {
  for (const key of group.keys()) {
    const found = group.get(key);
    // Groups may be linked in circles.
    if (found instanceof h5wasm.Group && depth < 3) yield* entriesOf(h5wasm, found, `${prefix}${key}/`, depth + 1);
    if (found instanceof h5wasm.Dataset) yield [`${prefix}${key}`, readEntry(found, `${prefix}${key}`)];
  }
}

function readEntry(dataset: import('h5wasm').Dataset, name: string): Entry {
  const shape = dataset.shape ?? [];
  const { size } = dataset.metadata;
  if (shape.reduce((product, length) => product * length, size) > BYTES_MAX) throw new MalformedVector(`the network: ${name} is too large`);
  const value: unknown = dataset.value;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string') return { shape, numbers: null, text: first };
  if (typeof first === 'boolean') return { shape, numbers: Float64Array.of(first ? 1 : 0), text: null };
  if (typeof first === 'number' || typeof first === 'bigint') return { shape, numbers: Float64Array.of(Number(first)), text: null };
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return { shape, numbers: Float64Array.from(value as unknown as ArrayLike<number | bigint>, Number), text: null };
  }
  return { shape, numbers: null, text: null };
}
