import type { ArrayType } from './network-schema.ts';

export type NumberArray = Float32Array | Float64Array | Int16Array | Int32Array;

/** A typed array in a JSON file. */
export interface ArrayText {
  readonly type: ArrayType;
  readonly length: number;
  /** Its bytes, little-endian. */
  readonly base64: string;
}

const TYPES = { float32: Float32Array, float64: Float64Array, int16: Int16Array, int32: Int32Array } as const;

export const isNumberArray = (value: unknown): value is NumberArray => Object.values(TYPES).some((Type) => value instanceof Type);

/** The array, bit for bit. */
export const encodeArray = (array: NumberArray): ArrayText => ({
  type: arrayType(array),
  length: array.length,
  base64: toBase64(bytesOf(array)),
});

/** The array again; null where the text does not hold `length` elements. */
export function decodeArray({ type, length, base64 }: ArrayText): NumberArray | null {
  const Type = TYPES[type];
  const width = Type.BYTES_PER_ELEMENT;
  if (base64.length !== 4 * Math.ceil((length * width) / 3)) return null;
  const bytes = fromBase64(base64);
  return bytes === null || bytes.length !== length * width ? null : new Type(littleEndian(bytes, width).buffer);
}

export function arrayType(array: NumberArray): ArrayType {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  return array instanceof Int16Array ? 'int16' : 'int32';
}

/** Its elements, little-endian. */
export const bytesOf = (array: NumberArray | Uint32Array): Uint8Array =>
  littleEndian(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), array.BYTES_PER_ELEMENT);

/** The 32-bit integers that little-endian bytes stand for; their number is a multiple of 4. */
export const integersOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(littleEndian(bytes, 4).buffer);

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A copy of the bytes from the host's order to little-endian, or back. */
function littleEndian(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  if (!HOST_IS_LITTLE_ENDIAN) for (let i = 0; i < copy.length; i += width) copy.subarray(i, i + width).reverse();
  return copy;
}

const DIGITS = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAD = 0x3d;

/** `btoa` wants the bytes as a string first, which takes longer than all the rest. */
export function toBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(PAD);
  const whole = bytes.length - (bytes.length % 3);
  let at = 0;
  for (let i = 0; i < whole; i += 3) {
    const three = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
    text[at++] = DIGITS[three >> 18];
    text[at++] = DIGITS[(three >> 12) & 63];
    text[at++] = DIGITS[(three >> 6) & 63];
    text[at++] = DIGITS[three & 63];
  }
  if (whole < bytes.length) {
    const rest = (bytes[whole] << 16) | ((bytes[whole + 1] ?? 0) << 8);
    text[at++] = DIGITS[rest >> 18];
    text[at++] = DIGITS[(rest >> 12) & 63];
    if (whole + 1 < bytes.length) text[at++] = DIGITS[(rest >> 6) & 63];
  }
  return new TextDecoder().decode(text);
}

/** null where the text is no base64. */
export function fromBase64(text: string): Uint8Array | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
