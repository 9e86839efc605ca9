import { join } from '../mutate-bytes.js';
import { altered, edit, encode, fieldAt, parseModel, sizeOf } from './wire-tree.js';

/**
 * Mutations that keep the wire format whole: one field is changed, and all lengths around it are made to fit again, so that the change
 * reaches the parts behind the decoder.
 */
export function mutateProtobuf(bytes, draw) {
  let fields = parseModel(bytes);
  if (fields === null) return bytes;
  for (let n = draw.pick([1, 1, 2, 4]); n > 0 && fields.length > 0; n--) {
    const all = fields;
    fields = edit(all, draw.below(sizeOf(all)), (list, at) => changed(list, at, draw, all));
  }
  return encode(fields);
}

const INTEGERS = [
  ...[0n, 1n, 2n, 3n, 7n, 11n, 16n, 127n, 1000n, 65536n, 2n ** 20n],
  ...[2n ** 31n - 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n, -1n, -2n, -(2n ** 63n)],
];
const FLOATS = [0, -0, 1, -1, 1e-45, 1e-38, 3.4e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
const TEXTS = ['', 'x', '__proto__', 'constructor', 'Loop', 'Scan', 'If', 'Expand', 'Tile', 'Range', 'MatMul', 'Conv', 'LIFNode'];

/** The list with the field at `at` changed; `all`: the whole file. */
function changed(list, at, draw, all) {
  const field = list[at];
  switch (draw.below(8)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(draw.below(list.length + 1), 0, field);
    case 2: {
      const other = fieldAt(all, draw.below(sizeOf(all)));
      return list.with(at, draw.chance(0.5) ? altered(other, { id: field.id }) : other);
    }
    case 3:
      return draw.chance(0.2) ? list.with(at, altered(field, { id: 1 + draw.below(30) })) : list.toReversed();
    default:
      return list.with(at, altered(field, newContent(field, draw)));
  }
}

function newContent({ id, wire, value, bytes, children }, draw) {
  if (wire === 0) return { value: draw.chance(0.3) ? value + draw.pick([1n, -1n, 8n]) : draw.pick(INTEGERS) };
  if (wire === 5 || wire === 1) return { bytes: number(wire === 5 ? 4 : 8, draw.pick(FLOATS)) };
  const body = children === undefined ? bytes : encode(children);
  if (draw.chance(0.05)) return { lie: draw.pick([0n, 1n, 2n ** 31n - 1n, 2n ** 32n - 1n, 2n ** 40n]) };
  if (draw.chance(0.04)) return { children: undefined, bytes: nest(id, body, draw) };
  return { children: undefined, bytes: draw.chance(0.4) ? changeNumbers(body, draw) : changeText(body, draw) };
}

function number(width, value) {
  const view = new DataView(new ArrayBuffer(width));
  if (width === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
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
function nest(id, bytes, draw) {
  let inner = bytes;
  for (let n = draw.pick([5, 60, 400]); n > 0 && inner.length < 50_000; n--) inner = encode([{ id, wire: 2, bytes: inner }]);
  return inner;
}
