import protobuf from 'protobufjs/minimal.js';
import { type Field, isMessage, MESSAGES, type MessageName, type ScalarType, wireTypeOf } from './descriptor.ts';
import type { OnnxModel } from './messages.ts';

/** The model as an ONNX file. Same model, same bytes. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = new protobuf.Writer();
  writeMessage(writer, 'Model', model);
  return writer.finish();
}

function writeMessage(writer: protobuf.Writer, name: MessageName, message: object): void {
  const values = new Map<string, unknown>(Object.entries(message));
  for (const field of MESSAGES[name]) {
    const value = values.get(field.key);
    if (value === undefined) continue;
    if (field.repeated) writeList(writer, field, value as readonly unknown[]);
    else {
      writer.uint32((field.id << 3) | wireTypeOf(field.type));
      writeValue(writer, field.type, value);
    }
  }
}

/** Lists of numbers are packed: readers of protobuf accept that everywhere. */
function writeList(writer: protobuf.Writer, field: Field, list: readonly unknown[]): void {
  if (list.length === 0) return;
  const wire = wireTypeOf(field.type);
  if (wire === 2) {
    for (const value of list) {
      writer.uint32((field.id << 3) | 2);
      writeValue(writer, field.type, value);
    }
    return;
  }
  writer.uint32((field.id << 3) | 2).fork();
  for (const value of list) writeValue(writer, field.type, value);
  writer.ldelim();
}

function writeValue(writer: protobuf.Writer, type: Field['type'], value: unknown): void {
  if (isMessage(type)) {
    writer.fork();
    writeMessage(writer, type, value as object);
    writer.ldelim();
  } else writeScalar(writer, type, value);
}

function writeScalar(writer: protobuf.Writer, type: ScalarType, value: unknown): void {
  switch (type) {
    case 'int32':
      writer.int32(value as number);
      return;
    case 'int64':
      writer.int64(int64Of(value as number));
      return;
    case 'float':
      writer.float(value as number);
      return;
    case 'double':
      writer.double(value as number);
      return;
    case 'string':
      writer.string(value as string);
      return;
    case 'bytes':
      writer.bytes(value as Uint8Array);
      return;
  }
}

/** +-Infinity stand for the ends of int64. */
function int64Of(value: number): number | string {
  if (value === Number.POSITIVE_INFINITY) return '9223372036854775807';
  return value === Number.NEGATIVE_INFINITY ? '-9223372036854775808' : value;
}
