import { join } from './mutate-bytes.js';

/**
 * Mutations that keep the wire format whole: the file is taken apart into fields, one field is changed, and all lengths around it are made
 * to fit again, so that the change reaches the parts behind the decoder.
 */
export function mutateProtobuf(bytes, draw, others) {
  const tree = parse(bytes, 0);
  if (tree === null) return bytes;
  for (let n = draw.pick([1, 1, 2, 4]); n > 0; n--) {
    const places = [];
    collect(tree, places);
    if (places.length === 0) break;
    change(draw.pick(places), draw, others, places);
  }
  return encode(tree);
}

/** Fields [{ id, wire, value | bytes | children }], or null where the bytes are no message. */
function parse(bytes, depth) {
  const fields = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) return null;
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return null;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === null || tag >> 3n === 0n || tag >> 3n > 200n) return null;
    const field = { id: Number(tag >> 3n), wire: Number(tag & 7n) };
    if (field.wire === 0) {
      field.value = varint();
      if (field.value === null) return null;
    } else if (field.wire === 1 || field.wire === 5 || field.wire === 2) {
      const length = field.wire === 2 ? varint() : field.wire === 1 ? 8n : 4n;
      if (length === null || BigInt(at) + length > BigInt(bytes.length)) return null;
      field.bytes = bytes.slice(at, at + Number(length));
      at += Number(length);
      if (field.wire === 2 && field.bytes.length > 1 && depth < 12) field.children = parse(field.bytes, depth + 1) ?? undefined;
    } else return null;
    fields.push(field);
  }
  return fields;
}

function encode(fields) {
  return join(
    ...fields.flatMap((field) => {
      const tag = encodeVarint(BigInt(field.id * 8 + field.wire));
      if (field.wire === 0) return [tag, encodeVarint(field.value)];
      const body = field.children === undefined ? field.bytes : encode(field.children);
      return field.wire === 2 ? [tag, encodeVarint(field.lie ?? BigInt(body.length)), body] : [tag, body];
    }),
  );
}

function encodeVarint(value) {
  const out = [];
  let rest = BigInt.asUintN(64, value);
  do {
    out.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(out);
}

/** Every field of the tree with the list that it stands in. */
function collect(fields, places) {
  fields.forEach((field, index) => {
    places.push({ list: fields, index });
    if (field.children !== undefined) collect(field.children, places);
  });
}

const INTEGERS = [
  0n,
  1n,
  2n,
  3n,
  7n,
  11n,
  16n,
  127n,
  1000n,
  65536n,
  2n ** 20n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 53n,
  2n ** 63n - 1n,
  -1n,
  -2n,
];
const FLOATS = [0, -0, 1, -1, 1e-45, 1e-38, 3.4e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
const TEXTS = [
  '',
  'x',
  '__proto__',
  'constructor',
  'Loop',
  'Scan',
  'If',
  'Expand',
  'Tile',
  'Range',
  'ConstantOfShape',
  'MatMul',
  'Conv',
  'LIFNode',
];

function change(place, draw, others, places) {
  const { list, index } = place;
  const field = list[index];
  switch (draw.below(8)) {
    case 0:
      list.splice(index, 1);
      return;
    case 1:
      list.splice(draw.below(list.length + 1), 0, structuredClone(field));
      return;
    case 2: {
      const other = draw.pick(places);
      const copy = structuredClone(other.list[other.index]);
      list[index] = draw.chance(0.5) ? { ...copy, id: field.id } : copy;
      return;
    }
    case 3:
      if (draw.chance(0.2)) field.id = 1 + draw.below(30);
      else list.reverse();
      return;
    default:
      changeValue(field, draw, others);
  }
}

function changeValue(field, draw, others) {
  if (field.wire === 0) field.value = draw.chance(0.3) ? field.value + draw.pick([1n, -1n, 8n]) : draw.pick(INTEGERS);
  else if (field.wire === 5) new DataView(field.bytes.buffer).setFloat32(0, draw.pick(FLOATS), true);
  else if (field.wire === 1) new DataView(field.bytes.buffer).setFloat64(0, draw.pick(FLOATS), true);
  else if (draw.chance(0.05)) field.lie = draw.pick([0n, 1n, 2n ** 31n - 1n, 2n ** 32n - 1n, 2n ** 40n]);
  else if (draw.chance(0.04)) nest(field, draw);
  else {
    field.children = undefined;
    field.bytes = draw.chance(0.4) ? changeNumbers(field.bytes, draw) : changeText(field.bytes, draw, others);
  }
}

/** Weights and packed integers. */
function changeNumbers(bytes, draw) {
  const result = bytes.slice();
  if (result.length < 4) return Uint8Array.of(draw.below(256));
  const view = new DataView(result.buffer);
  const at = 4 * draw.below(Math.floor(result.length / 4));
  if (draw.chance(0.5)) view.setFloat32(at, draw.pick(FLOATS), true);
  else view.setInt32(at, Number(BigInt.asIntN(32, draw.pick(INTEGERS))), true);
  return result;
}

function changeText(bytes, draw) {
  switch (draw.below(4)) {
    case 0:
      return new TextEncoder().encode(draw.pick(TEXTS));
    case 1:
      return bytes.slice(0, draw.below(bytes.length + 1));
    case 2:
      return join(bytes, bytes);
    default:
      return new TextEncoder().encode('n'.repeat(draw.pick([300, 70_000])));
  }
}

/** A message inside itself, again and again. */
function nest(field, draw) {
  let inner = field.bytes;
  for (let n = draw.pick([5, 60, 400]); n > 0 && inner.length < 50_000; n--) {
    inner = encode([{ id: field.id, wire: 2, bytes: inner }]);
  }
  field.children = undefined;
  field.bytes = inner;
}
