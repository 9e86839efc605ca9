import { zipSync } from 'fflate';

type Values = readonly number[] | Int32Array | Float32Array;

/** A `.npz` of int32 arrays, or of float32 ones where they are that, as numpy.savez lays it out. */
export function npzOf(arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Values }>>): Uint8Array {
  const entries = Object.entries(arrays).map(([name, { shape, values }]) => {
    const real = values instanceof Float32Array;
    const head = `{'descr': '${real ? '<f4' : '<i4'}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(117);
    const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0);
    const data = new Uint8Array((real ? values.slice() : Int32Array.from(values)).buffer);
    return [`${name}.npy`, Uint8Array.from([...magic, ...new TextEncoder().encode(`${head}\n`), ...data])] as const;
  });
  return zipSync(Object.fromEntries(entries));
}
