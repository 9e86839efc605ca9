/**
 * Writes small HDF5 files for tests, by the format specification: superblock 0, version-1 object headers, link messages, contiguous data,
 * global heaps for lists. h5wasm cannot write lists of numbers or float16, and a writer of our own can also tell lies (`declared`).
 */
export type Number = 'float16' | 'float32' | 'float64' | 'uint8' | 'uint16' | 'int16' | 'int32' | 'int64' | 'uint64';

export type Item =
  | { readonly group: Readonly<Record<string, Item>> }
  | {
      readonly numbers: readonly number[];
      readonly type: Number;
      readonly shape: readonly number[];
      readonly bigEndian?: boolean;
      readonly declared?: readonly number[];
    }
  | {
      readonly lists: readonly (readonly number[])[];
      readonly type: Number;
      readonly bigEndian?: boolean;
      readonly declaredLength?: number;
      /** Rows that all say the first list. */
      readonly sameFor?: number;
    }
  | { readonly texts: readonly string[]; readonly size: number };

const UNDEFINED = 0xffff_ffff_ffff_ffffn;

class Bytes {
  parts: number[] = [];

  u8(...values: number[]): this {
    this.parts.push(...values);
    return this;
  }

  int(value: number | bigint, size: number): this {
    for (let i = 0, rest = BigInt(value); i < size; i++, rest >>= 8n) this.parts.push(Number(rest & 255n));
    return this;
  }

  bytes(values: Iterable<number>): this {
    for (const value of values) this.parts.push(value);
    return this;
  }

  pad(multiple: number): this {
    while (this.parts.length % multiple !== 0) this.parts.push(0);
    return this;
  }
}

export function writeHdf5(root: Readonly<Record<string, Item>>): Uint8Array {
  const file = new Bytes().u8(...new Array<number>(96).fill(0));
  const rootAddress = writeItem(file, { group: root });
  const superblock = new Bytes()
    .u8(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a)
    .u8(0, 0, 0, 0, 0, 8, 8, 0)
    .int(4, 2)
    .int(16, 2)
    .int(0, 4)
    .int(0, 8)
    .int(UNDEFINED, 8)
    .int(file.parts.length, 8)
    .int(UNDEFINED, 8)
    .int(0, 8)
    .int(rootAddress, 8)
    .int(0, 24);
  superblock.parts.forEach((byte, i) => {
    file.parts[i] = byte;
  });
  return Uint8Array.from(file.parts);
}

/** Returns the address of the item's object header. */
function writeItem(file: Bytes, item: Item): number {
  if ('group' in item) {
    const links = Object.entries(item.group).map(([name, child]) => [name, writeItem(file, child)] as const);
    const messages: [number, Bytes][] = [
      [0x02, new Bytes().u8(0, 0).int(UNDEFINED, 8).int(UNDEFINED, 8)],
      [0x0a, new Bytes().u8(0, 0)],
    ];
    for (const [name, address] of links) {
      const text = new TextEncoder().encode(name);
      messages.push([0x06, new Bytes().u8(1, 0, text.length).bytes(text).int(address, 8)]);
    }
    return writeHeader(file, messages);
  }
  if ('texts' in item) {
    const data = new Bytes();
    for (const text of item.texts) data.bytes(new TextEncoder().encode(text.padEnd(item.size, '\0')));
    return writeDataset(file, [item.texts.length], new Bytes().u8(0x13, 0, 0, 0).int(item.size, 4), data);
  }
  const type = typeMessage(item.type, item.bigEndian ?? false);
  if ('numbers' in item) {
    return writeDataset(file, item.declared ?? item.shape, type, encodeNumbers(item.numbers, item.type, item.bigEndian ?? false));
  }
  const heap = writeHeap(
    file,
    item.lists.map((list) => encodeNumbers(list, item.type, item.bigEndian ?? false)),
  );
  const data = new Bytes();
  const rows = item.sameFor === undefined ? item.lists : new Array<readonly number[]>(item.sameFor).fill(item.lists[0]);
  rows.forEach((list, i) => {
    data
      .int(item.declaredLength ?? list.length, 4)
      .int(list.length === 0 ? 0 : heap, 8)
      .int(list.length === 0 ? 0 : item.sameFor === undefined ? i + 1 : 1, 4);
  });
  return writeDataset(file, [rows.length], new Bytes().u8(0x19, 0, 0, 0).int(16, 4).bytes(type.parts), data);
}

function writeDataset(file: Bytes, shape: readonly number[], type: Bytes, data: Bytes): number {
  const address = append(file, data);
  const space = new Bytes().u8(1, shape.length, 0, 0).int(0, 4);
  for (const length of shape) space.int(length, 8);
  const layout = new Bytes()
    .u8(3, 1)
    .int(data.parts.length === 0 ? UNDEFINED : address, 8)
    .int(data.parts.length, 8);
  return writeHeader(file, [
    [0x01, space],
    [0x03, type],
    [0x05, new Bytes().u8(2, 2, 2, 0)],
    [0x08, layout],
  ]);
}

function writeHeader(file: Bytes, messages: readonly (readonly [number, Bytes])[]): number {
  const body = new Bytes();
  for (const [type, content] of messages) {
    content.pad(8);
    body.int(type, 2).int(content.parts.length, 2).u8(0, 0, 0, 0).bytes(content.parts);
  }
  return append(file, new Bytes().u8(1, 0).int(messages.length, 2).int(1, 4).int(body.parts.length, 4).int(0, 4).bytes(body.parts));
}

function writeHeap(file: Bytes, objects: readonly Bytes[]): number {
  const body = new Bytes();
  objects.forEach((object, i) => {
    body
      .int(i + 1, 2)
      .int(1, 2)
      .int(0, 4)
      .int(object.parts.length, 8)
      .bytes(object.parts)
      .pad(8);
  });
  const size = Math.max(4096, 16 + body.parts.length + 16);
  const rest = size - 16 - body.parts.length;
  const heap = new Bytes().bytes(new TextEncoder().encode('GCOL')).u8(1, 0, 0, 0).int(size, 8).bytes(body.parts);
  heap
    .int(0, 8)
    .int(rest, 8)
    .bytes(new Uint8Array(rest - 16));
  return append(file, heap);
}

function append(file: Bytes, content: Bytes): number {
  file.pad(8);
  const address = file.parts.length;
  file.bytes(content.parts);
  return address;
}

function typeMessage(type: Number, bigEndian: boolean): Bytes {
  const bits = Number.parseInt(type.replace(/\D+/, ''), 10);
  const order = bigEndian ? 1 : 0;
  if (!type.startsWith('float')) {
    return new Bytes()
      .u8(0x10, order | (type.startsWith('int') ? 8 : 0), 0, 0)
      .int(bits / 8, 4)
      .int(0, 2)
      .int(bits, 2);
  }
  const [exponent, bias] = { 16: [5, 15], 32: [8, 127], 64: [11, 1023] }[bits] ?? [0, 0];
  const mantissa = bits - 1 - exponent;
  return new Bytes()
    .u8(0x11, 0x20 | order, bits - 1, 0)
    .int(bits / 8, 4)
    .int(0, 2)
    .int(bits, 2)
    .u8(mantissa, exponent, 0, mantissa)
    .int(bias, 4);
}

function encodeNumbers(values: readonly number[], type: Number, bigEndian: boolean): Bytes {
  const bits = Number.parseInt(type.replace(/\D+/, ''), 10);
  const out = new Bytes();
  for (const value of values) {
    const word = type.startsWith('float') ? floatWord(value, bits) : BigInt.asUintN(64, BigInt(value));
    const bytes = new Bytes().int(word, bits / 8).parts;
    out.bytes(bigEndian ? bytes.reverse() : bytes);
  }
  return out;
}

function floatWord(value: number, bits: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (bits === 16) return BigInt(halfWord(value));
  if (bits === 32) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return view.getBigUint64(0, true);
}

/** binary16 of a number that it can hold exactly; NaN for the rest. */
function halfWord(value: number): number {
  if (value === 0) return 0;
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const scaled = (size / 2 ** exponent) * 1024;
  if (!Number.isInteger(scaled) || exponent > 15) return 0x7e00;
  return sign | (scaled < 1024 ? scaled : ((exponent + 15) << 10) | (scaled - 1024));
}
