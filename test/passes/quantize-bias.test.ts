import { describe, expect, it } from 'vitest';
import { biasPowerMax, quantizeBias } from '../../src/passes/quantize-bias.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';

const representable = (value: number): boolean => {
  for (let exponent = 0; exponent <= 7; exponent++) {
    if (value % 2 ** exponent === 0 && Math.abs(value / 2 ** exponent) <= 4095) return true;
  }
  return false;
};

describe('quantize-bias', () => {
  it('gives values that a mantissa and an exponent hold, off by at most half a step', () => {
    const bias = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i) * 7.9);
    const unit = 2 ** 16;
    const quantized = quantizeBias(bias, bias.length, unit, 0, LOIHI2) ?? new Int32Array(0);
    expect(quantized).toHaveLength(400);
    quantized.forEach((value, i) => {
      expect(representable(value)).toBe(true);
      const step = 2 ** Math.max(0, Math.ceil(Math.log2(Math.abs(bias[i] * unit) / 4095)));
      expect(Math.abs(value - bias[i] * unit)).toBeLessThanOrEqual(step / 2);
    });
  });

  it('adds exactly one unit where there is no bias', () => {
    expect(quantizeBias(null, 3, 2 ** 18, 1, LOIHI2)).toEqual(Int32Array.of(1, 1, 1));
    expect(quantizeBias(null, 3, 2 ** 18, 0, LOIHI2)).toBeNull();
  });

  it('knows the largest unit for a bias', () => {
    const power = biasPowerMax(Float32Array.of(0.5, -8), LOIHI2);
    expect(8 * 2 ** power).toBeLessThanOrEqual(4095 * 2 ** 7);
    expect(8 * 2 ** (power + 1)).toBeGreaterThan(4095 * 2 ** 7);
  });
});
