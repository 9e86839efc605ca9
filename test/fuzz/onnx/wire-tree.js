import { isMessage, MESSAGES } from '../../../dist/frontend/onnx/proto/descriptor.js';
import { join } from '../mutate-bytes.js';

/**
 * A protobuf file as fields inside fields: { id, wire, value | bytes | children, type, raw }. Fields are never changed in place; `raw` is a
 * field as the file holds it, and what was not changed is written from there. Messages are told by the ONNX schema.
 */
const SCHEMA = new Map(Object.entries(MESSAGES).map(([name, fields]) => [name, new Map(fields.map((field) => [field.id, field.type]))]));
const parsed = new WeakMap();

/** The fields of an ONNX model, parsed once for each array; null where the bytes are no message. */
export function parseModel(bytes) {
  if (!parsed.has(bytes)) parsed.set(bytes, parse(bytes, 'Model', 0));
  return parsed.get(bytes);
}

function parse(bytes, type, depth) {
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
    const first = at;
    const tag = varint();
    if (tag === null || tag >> 3n === 0n || tag >> 3n > 200n) return null;
    const field = { id: Number(tag >> 3n), wire: Number(tag & 7n) };
    if (field.wire === 0) {
      field.value = varint();
      if (field.value === null) return null;
    } else if (field.wire === 1 || field.wire === 5 || field.wire === 2) {
      const length = field.wire === 2 ? varint() : field.wire === 1 ? 8n : 4n;
      if (length === null || BigInt(at) + length > BigInt(bytes.length)) return null;
      field.bytes = bytes.subarray(at, at + Number(length));
      at += Number(length);
      const inner = SCHEMA.get(type)?.get(field.id);
      if (field.wire === 2 && inner !== undefined && isMessage(inner) && depth < 12) {
        field.type = inner;
        field.children = parse(field.bytes, inner, depth + 1) ?? undefined;
      }
    } else return null;
    field.raw = bytes.subarray(first, at);
    fields.push(field);
  }
  return fields;
}

export function encode(fields) {
  const parts = [];
  for (const field of fields) {
    if (field.raw !== undefined) {
      parts.push(field.raw);
      continue;
    }
    parts.push(encodeVarint(BigInt(field.id * 8 + field.wire)));
    if (field.wire === 0) {
      parts.push(encodeVarint(field.value));
      continue;
    }
    const body = field.children === undefined ? field.bytes : encode(field.children);
    // `lie`: a length other than that of the content.
    if (field.wire === 2) parts.push(encodeVarint(field.lie ?? BigInt(body.length)));
    parts.push(body);
  }
  return join(...parts);
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

/** A field with other content. */
export const altered = ({ raw: _, ...field }, change) => ({ ...field, ...change });

const sizes = new WeakMap();

/** Fields in these fields, themselves counted in. */
export function sizeOf(fields) {
  const known = sizes.get(fields);
  if (known !== undefined) return known;
  const size = fields.reduce((sum, { children }) => sum + 1 + (children === undefined ? 0 : sizeOf(children)), 0);
  sizes.set(fields, size);
  return size;
}

/** Field `index` of all, counted depth first. */
export function fieldAt(fields, index) {
  let rest = index;
  for (const field of fields) {
    if (rest === 0) return field;
    rest--;
    const inner = field.children === undefined ? 0 : sizeOf(field.children);
    if (rest < inner) return fieldAt(field.children, rest);
    rest -= inner;
  }
  return fields[0];
}

/** The fields with the list in which field `index` stands replaced by `change(list, position in it)`. */
export function edit(fields, index, change) {
  let rest = index;
  for (let at = 0; at < fields.length; at++) {
    if (rest === 0) return change(fields, at);
    rest--;
    const { children } = fields[at];
    const inner = children === undefined ? 0 : sizeOf(children);
    if (rest < inner) {
      return fields.with(at, altered(fields[at], { children: edit(children, rest, change) }));
    }
    rest -= inner;
  }
  return fields;
}
