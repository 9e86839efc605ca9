import { File as H5File, ready } from 'h5wasm';

/** A file that the HDF5 library itself writes. */
export async function writeWithH5wasm(fill: (file: H5File) => void): Promise<Uint8Array> {
  const h5 = await ready;
  const file = new H5File('/fixture.h5', 'w');
  fill(file);
  file.close();
  const bytes = h5.FS.readFile('/fixture.h5').slice();
  h5.FS.unlink('/fixture.h5');
  return bytes;
}
