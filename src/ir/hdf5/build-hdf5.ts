import { clearTimes } from './clear-times.ts';

export type Hdf5Group = import('h5wasm').Group;

let built = 0;

/** An HDF5 file in memory, as `fill` fills its root group. Same contents, same bytes. */
export async function buildHdf5(fill: (root: Hdf5Group) => void): Promise<Uint8Array> {
  const h5wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const path = `/built-${built++}.h5`;
  const file = new h5wasm.File(path, 'w');
  try {
    fill(file);
  } finally {
    file.close();
  }
  const bytes: Uint8Array = FS.readFile(path).slice();
  FS.unlink(path);
  return clearTimes(bytes);
}
