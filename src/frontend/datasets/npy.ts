import { failure } from '../../diagnostics/index.ts';
import { type ElementType, isElementSize } from './numbers.ts';

/** An array of a .npy file: shape, element type, and the bytes of its elements in C order. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly element: ElementType;
  readonly data: Uint8Array;
}

const MAX_RANK = 8;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * Reads NumPy's .npy format, versions 1 to 3 (numpy.lib.format), in either order. Throws `data-malformed` for anything but a whole array of
 * numbers; `place` names the array in messages.
 */
export function readNpy(bytes: Uint8Array, place: { readonly file: string; readonly item: string }): NpyArray {
  const refuse = (message: string, note: string) => failure('data-malformed', message, { places: [place], notes: [note] });
  const notAnArray = (message: string) => refuse(message, 'expected: an array as numpy.savez writes it');
  if (bytes.length < 12 || !isNpy(bytes)) throw notAnArray('it does not begin as a .npy array');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = bytes[6];
  if (version < 1 || version > 3) throw notAnArray(`.npy version ${version} is not known`);
  const start = version === 1 ? 10 : 12;
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) throw notAnArray('its header is cut off');
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr'\s*:\s*'([<>|=])([a-zA-Z])(\d+)'/.exec(header);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header);
  const dims = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header);
  if (!order || !dims) throw notAnArray('its header cannot be read');
  const element = descr === null ? null : elementOf(descr[1], descr[2], Number(descr[3]));
  if (element === null) throw refuse('its elements are not plain numbers', 'expected: float, integer or bool of up to 64 bits');
  const shape = (dims[1].match(/\d+/g) ?? []).map(Number);
  if (shape.length > MAX_RANK) throw notAnArray(`it has ${shape.length} dimensions`);
  const size = shape.reduce((product, length) => product * length, element.bytes);
  if (bytes.length - end !== size) {
    throw notAnArray(`its shape [${shape.join(', ')}] takes ${size} bytes, and ${bytes.length - end} are there`);
  }
  const data = bytes.subarray(end);
  return { shape, element, data: order[1] === 'True' && shape.length > 1 ? inRowOrder(data, shape, element.bytes) : data };
}

/** Elements stored with the first axis fastest (`fortran_order`), with the last one fastest. */
function inRowOrder(data: Uint8Array, shape: readonly number[], bytes: number): Uint8Array {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, bytes));
  const rows = new Uint8Array(data.length);
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < rows.length; to += bytes) {
    for (let b = 0; b < bytes; b++) rows[to + b] = data[from + b];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      from += strides[axis];
      if (index[axis] < shape[axis]) break;
      from -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return rows;
}

function elementOf(order: string, letter: string, bytes: number): ElementType | null {
  const kinds: Readonly<Record<string, ElementType['kind']>> = { f: 'float', i: 'signed', u: 'unsigned', b: 'unsigned' };
  const kind = Object.hasOwn(kinds, letter) ? kinds[letter] : null;
  if (kind === null || !isElementSize(bytes) || (kind === 'float' && bytes === 1) || (letter === 'b' && bytes !== 1)) return null;
  return { kind, bytes, littleEndian: order !== '>' };
}
