import protobuf from 'protobufjs/minimal.js';
import { DiagnosticError, failure } from '../../../diagnostics/index.ts';
import { type Field, isMessage, MESSAGES, type MessageName, type ScalarType, wireTypeOf } from './descriptor.ts';
import type { OnnxModel } from './messages.ts';

/** What a file may hold at most: far above any network that fits a chip, far below what would exhaust the machine. */
export const DECODE_LIMITS = { bytes: 256 * 2 ** 20, messages: 2_000_000, values: 16_000_000, depth: 48 } as const;

type Message = Record<string, unknown>;

interface State {
  readonly reader: protobuf.Reader;
  readonly file: string;
  messages: number;
  values: number;
}

/**
 * The model in an ONNX file. Raw tensor data are views into `bytes`, so memory grows with the file only.
 * Throws `onnx-malformed` for bytes that are no ONNX model, `onnx-too-large` beyond DECODE_LIMITS.
 */
export function decodeModel(bytes: Uint8Array, file: string): OnnxModel {
  if (bytes.length > DECODE_LIMITS.bytes) throw tooLarge(file, `${bytes.length} bytes`, `up to ${DECODE_LIMITS.bytes} bytes`);
  // A plain Uint8Array view: Buffers would take another, copying reader.
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const state: State = { reader: new protobuf.Reader(view), file, messages: 0, values: 0 };
  try {
    const model = readMessage(state, 'Model', view.length, 0);
    if (model.graph === undefined) throw malformed(file, 'it holds no graph');
    return model as unknown as OnnxModel;
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    throw malformed(file, `${error instanceof Error ? error.message : String(error)} (at byte ${state.reader.pos})`);
  }
}

const malformed = (file: string, reason: string): DiagnosticError =>
  failure('onnx-malformed', `not an ONNX model: ${reason}`, {
    places: [{ file }],
    notes: ['an ONNX model is a ModelProto in protobuf wire format'],
  });

const tooLarge = (file: string, found: string, allowed: string): DiagnosticError =>
  failure('onnx-too-large', `the ONNX file is too large: ${found}`, { places: [{ file }], notes: [`accepted here: ${allowed}`] });

const fieldsById: ReadonlyMap<MessageName, ReadonlyMap<number, Field>> = new Map(
  (Object.keys(MESSAGES) as MessageName[]).map((name) => [name, new Map(MESSAGES[name].map((field) => [field.id, field]))]),
);

/** One empty list for all: most of a file's lists are empty, and a large graph has a million of them. */
const NONE: readonly unknown[] = Object.freeze([]);

function readMessage(state: State, name: MessageName, end: number, depth: number): Message {
  const { reader, file } = state;
  if (depth > DECODE_LIMITS.depth)
    throw tooLarge(file, `messages nested more than ${depth - 1} deep`, `up to ${DECODE_LIMITS.depth} levels`);
  count(state, 'messages', 1);
  const message: Message = {};
  for (const field of MESSAGES[name]) if (field.repeated) message[field.key] = NONE;
  const fields = fieldsById.get(name);
  while (reader.pos < end) {
    const tag = reader.uint32();
    const wire = tag & 7;
    const field = fields?.get(tag >>> 3);
    if (field === undefined) reader.skipType(wire, depth, tag >>> 3);
    else readField(state, message, field, wire, depth);
    if (reader.pos > end) throw malformed(file, `a ${name} message runs past its end at byte ${end}`);
  }
  return message;
}

function readField(state: State, message: Message, field: Field, wire: number, depth: number): void {
  const { reader } = state;
  const expected = wireTypeOf(field.type);
  if (field.repeated) {
    if (message[field.key] === NONE) message[field.key] = [];
    const list = message[field.key] as unknown[];
    if (wire === 2 && expected !== 2) {
      const end = readEnd(state);
      count(state, 'values', end - reader.pos);
      while (reader.pos < end) list.push(readScalar(state, field.type as ScalarType));
      if (reader.pos > end) throw malformed(state.file, `the list ${field.key} runs past its end at byte ${end}`);
      return;
    }
    count(state, 'values', 1);
    if (wire === expected) list.push(readValue(state, field, depth));
  } else if (wire === expected) message[field.key] = readValue(state, field, depth);
  if (wire !== expected) throw malformed(state.file, `field ${field.key} has wire type ${wire} instead of ${expected}`);
}

function readValue(state: State, field: Field, depth: number): unknown {
  if (!isMessage(field.type)) return readScalar(state, field.type);
  return readMessage(state, field.type, readEnd(state), depth + 1);
}

/** Reads a length, and where what it measures ends: inside the file, or this is no such file. */
function readEnd(state: State): number {
  const length = state.reader.uint32();
  const end = state.reader.pos + length;
  if (end > state.reader.len)
    throw malformed(state.file, `${length} bytes are announced and ${state.reader.len - state.reader.pos} are left`);
  return end;
}

function readScalar(state: State, type: ScalarType): number | string | Uint8Array {
  const { reader } = state;
  switch (type) {
    case 'int32':
      return reader.int32();
    case 'int64':
      return readInt64(state);
    case 'float':
      return reader.float();
    case 'double':
      return reader.double();
    case 'string':
      return reader.string();
    case 'bytes':
      return reader.bytes();
  }
}

function readInt64(state: State): number {
  const long = state.reader.int64();
  if (typeof long === 'number') return long;
  const value = exactInteger(long.high * 2 ** 32 + (long.low >>> 0));
  if (value === null) throw malformed(state.file, `the integer ${long.toString()} is outside +-(2^53 - 1)`);
  return value;
}

/** `value` (rounded to double) as an exact integer: +-Infinity for the ends of int64, null for what a double cannot hold. */
export function exactInteger(value: number): number | null {
  if (Number.isSafeInteger(value)) return value;
  if (value >= 2 ** 63) return Number.POSITIVE_INFINITY;
  return value <= -(2 ** 63) ? Number.NEGATIVE_INFINITY : null;
}

function count(state: State, what: 'messages' | 'values', amount: number): void {
  state[what] += amount;
  if (state[what] > DECODE_LIMITS[what])
    throw tooLarge(state.file, `more than ${DECODE_LIMITS[what]} ${what}`, `up to ${DECODE_LIMITS[what]} ${what}`);
}
