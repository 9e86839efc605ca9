import type { EmittedFile } from '../files.ts';
import type { ChipProgram, Mapping } from '../mapping.ts';
import { formatJson } from './format-json.ts';
import { encodeTyped, type TypedArray } from './typed-fields.ts';

export const PROGRAM_FILE = 'program.json';
export const ARRAYS_FILE = 'program.bin';

/** Arrays begin at multiples of this, so that readers of any language can view them in place. */
export const ALIGNMENT = 4;

/**
 * The mapping without loss: program.json is the object itself, with each typed array replaced by { type, offset, length } into
 * program.bin (little-endian; offset in bytes, length in elements).
 */
export function saveMapping(mapping: Mapping<ChipProgram>): readonly EmittedFile[] {
  const chunks: { readonly offset: number; readonly array: TypedArray }[] = [];
  let size = 0;
  const json = encodeTyped(mapping, (array) => {
    const offset = size;
    chunks.push({ offset, array });
    size += Math.ceil(array.byteLength / ALIGNMENT) * ALIGNMENT;
    return { type: typeName(array), offset, length: array.length };
  });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const { offset, array } of chunks) {
    const short = array instanceof Int16Array;
    for (let i = 0; i < array.length; i++) {
      if (short) view.setInt16(offset + 2 * i, array[i], true);
      else view.setUint32(offset + 4 * i, array[i], true);
    }
  }
  return [
    { path: PROGRAM_FILE, content: formatJson(json) },
    { path: ARRAYS_FILE, content: bytes },
  ];
}

function typeName(array: TypedArray): 'int16' | 'int32' | 'uint32' {
  if (array instanceof Int16Array) return 'int16';
  return array instanceof Uint32Array ? 'uint32' : 'int32';
}
