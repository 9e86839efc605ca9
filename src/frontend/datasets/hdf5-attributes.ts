import type { H5Module } from './hdf5-library.ts';
import { decodeNumbers, isElementSize } from './numbers.ts';

// Class numbers of HDF5 (H5T_class_t).
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
/** Bytes of an attribute that says one thing. */
const BYTES_MAX = 4096;

/** A scalar attribute of a group or dataset; null: it has none of this name, or one that is no number and no text. Throws where it is damaged. */
export function readAttribute(h5: H5Module, file: bigint, path: string, name: string): string | number | null {
  if (!h5.get_attribute_names(file, path).includes(name)) return null;
  const { type, size, signed, vlen, total_size: count } = h5.get_attribute_metadata(file, path, name);
  if (count !== 1 || size > BYTES_MAX || (type !== STRING && type !== INTEGER && type !== FLOAT)) return null;
  const address = h5._malloc(size);
  if (address === 0) throw new Error(`no memory for the attribute ${name} of ${path}`);
  try {
    h5.HEAPU8.fill(0, address, address + size);
    if (h5.get_attribute_data(file, path, name, BigInt(address)) < 0) throw new Error(`${path} has a damaged attribute ${name}`);
    const bytes = h5.HEAPU8.slice(address, address + size);
    if (type !== STRING) {
      if (!isElementSize(size) || (type === FLOAT && size === 1)) return null;
      const value = new Float64Array(1);
      decodeNumbers(bytes, { kind: type === FLOAT ? 'float' : signed ? 'signed' : 'unsigned', bytes: size, littleEndian: true }, value);
      return value[0];
    }
    if (!vlen) return new TextDecoder().decode(bytes).replace(/\0.*$/s, '').trimEnd();
    const text = h5.UTF8ToString(new Uint32Array(bytes.buffer)[0]);
    h5.reclaim_vlen_memory(file, path, name, BigInt(address));
    return text;
  } finally {
    h5._free(address);
  }
}
