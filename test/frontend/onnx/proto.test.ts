import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { importOnnx } from '../../../src/frontend/onnx/index.ts';
import { DECODE_LIMITS, decodeModel, encodeModel } from '../../../src/frontend/onnx/proto/index.ts';

const loop = new Uint8Array(readFileSync(new URL('../../../models/spikescr-t40/loop.onnx', import.meta.url)));

function codeOf(bytes: Uint8Array): string {
  try {
    decodeModel(bytes, 'some.onnx');
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0].code;
    throw error;
  }
  return 'none';
}

/** Protobuf: a length-delimited field. */
function field(id: number, content: Uint8Array): Uint8Array {
  const head = [...varint((id << 3) | 2), ...varint(content.length)];
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);

describe('decoding and encoding', () => {
  it('keeps everything a model says', () => {
    const model = decodeModel(loop, 'loop.onnx');
    expect(model.graph.nodes).toHaveLength(623);
    expect(model.producerName).toBe('pytorch');
    expect(decodeModel(encodeModel(model), 'again.onnx')).toEqual(model);
    expect(encodeModel(decodeModel(encodeModel(model), 'again.onnx'))).toEqual(encodeModel(model));
  });

  it('keeps integers exact, and the ends of int64', () => {
    const base = decodeModel(loop, 'loop.onnx');
    const values = [0, -1, 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 31, -(2 ** 40), Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const [first] = base.graph.initializers;
    const model = { ...base, graph: { ...base.graph, initializers: [{ ...first, int64Data: values }] } };
    expect(decodeModel(encodeModel(model), 'again.onnx').graph.initializers[0].int64Data).toEqual(values);
  });

  it('refuses an integer that no double holds', () => {
    // Tensor.int64Data = 2^60 in a graph's initializer.
    const number = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10);
    expect(codeOf(field(7, field(5, field(7, number))))).toBe('onnx-malformed');
  });
});

describe('bytes that are no model', () => {
  it.each([
    ['nothing', new Uint8Array(0)],
    ['zeros', new Uint8Array(64)],
    ['text', new TextEncoder().encode('this is not a model, it is a sentence')],
    ['HDF5', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0)],
    ['a length of gigabytes', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x07)],
    ['a model cut in the middle', loop.subarray(0, loop.length >> 1)],
    ['a model without its last byte', loop.subarray(0, loop.length - 1)],
  ])('%s', (_, bytes) => {
    expect(codeOf(bytes)).toBe('onnx-malformed');
  });

  it('refuses nesting without end', () => {
    let type: Uint8Array = new Uint8Array(0);
    for (let depth = 0; depth < 2 * DECODE_LIMITS.depth; depth++) type = field(depth % 2 === 0 ? 1 : 4, type);
    expect(codeOf(field(7, field(11, field(2, type))))).toBe('onnx-too-large');
  });

  it('refuses lists beyond any model', () => {
    const list = field(7, field(5, field(7, new Uint8Array(DECODE_LIMITS.values + 1))));
    expect(codeOf(list)).toBe('onnx-too-large');
  });

  it('never fails in another way, whatever is flipped or cut', () => {
    const bytes = new Uint8Array(readFileSync(new URL('../../../models/spikescr-t40/custom.onnx', import.meta.url)));
    const damage = fc.record({
      at: fc.integer({ min: 0, max: bytes.length - 1 }),
      byte: fc.integer({ min: 0, max: 255 }),
      keep: fc.integer({ min: 0, max: bytes.length }),
    });
    fc.assert(
      fc.property(damage, fc.boolean(), ({ at, byte, keep }, cut) => {
        const broken = cut ? bytes.slice(0, keep) : bytes.slice();
        if (!cut) broken[at] = byte;
        try {
          importOnnx(broken, { file: 'broken.onnx', report: () => undefined });
        } catch (error) {
          expect(error).toBeInstanceOf(DiagnosticError);
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});
