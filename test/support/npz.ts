import { zipSync } from 'fflate';

/** A `.npz` of int32 arrays, as numpy.savez lays it out. */
export function npzOf(
  arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>>,
): Uint8Array {
  const entries = Object.entries(arrays).map(([name, { shape, values }]) => {
    const head = `{'descr': '<i4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(117);
    const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0);
    const data = new Uint8Array(Int32Array.from(values).buffer);
    return [`${name}.npy`, Uint8Array.from([...magic, ...new TextEncoder().encode(`${head}\n`), ...data])] as const;
  });
  return zipSync(Object.fromEntries(entries));
}
