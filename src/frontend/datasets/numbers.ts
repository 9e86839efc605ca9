/** How a number lies in a file. */
export interface ElementType {
  readonly kind: 'float' | 'signed' | 'unsigned';
  readonly bytes: 1 | 2 | 4 | 8;
  readonly littleEndian: boolean;
}

export function isElementSize(bytes: number): bytes is ElementType['bytes'] {
  return bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8;
}

/** `float16`, `uint8`, …, as NumPy names them. */
export function elementName(type: ElementType): string {
  const stem = { float: 'float', signed: 'int', unsigned: 'uint' }[type.kind];
  return `${stem}${8 * type.bytes}`;
}

/**
 * Decodes `bytes` (whole elements) into `out` from `offset` on. 64-bit integers beyond 2^53 lose their last digits, which no label,
 * count or feature needs.
 */
export function decodeNumbers(bytes: Uint8Array, type: ElementType, out: Float32Array | Float64Array, offset = 0): void {
  const { buffer, byteOffset, length } = type.littleEndian && bytes.byteOffset % type.bytes === 0 ? bytes : copyAligned(bytes, type);
  const count = length / type.bytes;
  if (type.kind === 'float' && type.bytes === 2) {
    const table = halfFloatTable();
    const words = new Uint16Array(buffer, byteOffset, count);
    for (let i = 0; i < words.length; i++) out[offset + i] = table[words[i]];
  } else if (type.bytes === 8 && type.kind !== 'float') {
    const words = type.kind === 'signed' ? new BigInt64Array(buffer, byteOffset, count) : new BigUint64Array(buffer, byteOffset, count);
    for (let i = 0; i < words.length; i++) out[offset + i] = Number(words[i]);
  } else {
    out.set(viewNumbers(buffer, byteOffset, count, type), offset);
  }
}

/** A copy is aligned, whatever the bytes were cut out of. */
function copyAligned(bytes: Uint8Array, type: ElementType): Uint8Array {
  const copy = bytes.slice();
  if (!type.littleEndian) reverseElements(copy, type.bytes);
  return copy;
}

function viewNumbers(buffer: ArrayBufferLike, at: number, count: number, { kind, bytes }: ElementType): ArrayLike<number> {
  switch (kind) {
    case 'float':
      return bytes === 8 ? new Float64Array(buffer, at, count) : new Float32Array(buffer, at, count);
    case 'signed':
      if (bytes === 1) return new Int8Array(buffer, at, count);
      return bytes === 2 ? new Int16Array(buffer, at, count) : new Int32Array(buffer, at, count);
    case 'unsigned':
      if (bytes === 1) return new Uint8Array(buffer, at, count);
      return bytes === 2 ? new Uint16Array(buffer, at, count) : new Uint32Array(buffer, at, count);
  }
}

function reverseElements(bytes: Uint8Array, size: number): void {
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
}

let halfFloats: Float32Array | null = null;

/** The value of each of the 65,536 words of IEEE 754 binary16; all are exact in float32. */
function halfFloatTable(): Float32Array {
  if (halfFloats !== null) return halfFloats;
  const table = new Float32Array(65536);
  for (let word = 0; word < 65536; word++) {
    const sign = word & 0x8000 ? -1 : 1;
    const exponent = (word >> 10) & 31;
    const fraction = word & 1023;
    if (exponent === 31) table[word] = fraction === 0 ? sign * Infinity : Number.NaN;
    else if (exponent === 0) table[word] = sign * fraction * 2 ** -24;
    else table[word] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  halfFloats = table;
  return table;
}
