import { describe, expect, it } from 'vitest';
import { decodeNumbers, type ElementType } from '../../../src/frontend/datasets/numbers.ts';

const decode = (bytes: number[], kind: ElementType['kind'], size: ElementType['bytes'], littleEndian = true): number[] => {
  const out = new Float64Array(bytes.length / size);
  decodeNumbers(Uint8Array.from(bytes), { kind, bytes: size, littleEndian }, out);
  return [...out];
};

describe('decodeNumbers', () => {
  it('reads float16: zero, one, the least subnormal, the greatest number, infinity, NaN', () => {
    const words = [0x0000, 0x3c00, 0x0001, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0xb800];
    const bytes = words.flatMap((word) => [word & 255, word >> 8]);
    expect(decode(bytes, 'float', 2)).toEqual([0, 1, 2 ** -24, 65504, Infinity, -Infinity, Number.NaN, -0.5]);
  });

  it('reads both byte orders', () => {
    expect(decode([1, 2], 'unsigned', 2)).toEqual([513]);
    expect(decode([1, 2], 'unsigned', 2, false)).toEqual([258]);
    expect(decode([0x3f, 0x80, 0, 0], 'float', 4, false)).toEqual([1]);
    expect(decode([0x3f, 0xf0, 0, 0, 0, 0, 0, 0], 'float', 8, false)).toEqual([1]);
  });

  it('reads integers of every width', () => {
    expect(decode([255], 'signed', 1)).toEqual([-1]);
    expect(decode([255], 'unsigned', 1)).toEqual([255]);
    expect(decode([254, 255], 'signed', 2)).toEqual([-2]);
    expect(decode([254, 255, 255, 255], 'signed', 4)).toEqual([-2]);
    expect(decode([254, 255, 255, 255], 'unsigned', 4)).toEqual([4294967294]);
    expect(decode([254, 255, 255, 255, 255, 255, 255, 255], 'signed', 8)).toEqual([-2]);
    expect(decode([7, 0, 0, 0, 1, 0, 0, 0], 'unsigned', 8)).toEqual([4294967303]);
  });

  it('reads from any alignment, and writes from the offset on', () => {
    const out = new Float32Array(3);
    decodeNumbers(Uint8Array.of(9, 1, 0, 2, 0).subarray(1), { kind: 'unsigned', bytes: 2, littleEndian: true }, out, 1);
    expect([...out]).toEqual([0, 1, 2]);
  });
});
