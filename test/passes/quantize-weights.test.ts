import { describe, expect, it } from 'vitest';
import { roundHalfEven } from '../../src/ir/round.ts';
import { chooseWeightPower, mantissaShift, quantizeSynapses, quantizeWeight, type Read } from '../../src/passes/quantize-weights.ts';

const grid = (weights: readonly number[], bits: number, power: number): number[] =>
  weights.map((w) => quantizeWeight(w, bits, power) * 2 ** -power);
const squaredError = (weights: readonly number[], bits: number, power: number): number =>
  grid(weights, bits, power).reduce((sum, q, i) => sum + (q - weights[i]) ** 2, 0);

describe('quantize-weights', () => {
  it('rounds halves to even', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4999, -3.51].map(roundHalfEven)).toEqual([0, 2, 2, 0, -2, 2, -4]);
  });

  it('finds the power with the least squared error among all powers', () => {
    const weights = Array.from({ length: 500 }, (_, i) => Math.sin(i * 12.9898) * Math.exp(-((i * 7) % 13) / 4));
    for (const bits of [3, 4, 6, 8]) {
      const best = Array.from({ length: 20 }, (_, p) => p - 4).reduce((a, b) =>
        squaredError(weights, bits, b) < squaredError(weights, bits, a) ? b : a,
      );
      expect(chooseWeightPower(weights, bits, 30)).toBe(best);
    }
  });

  it('never exceeds the power that the registers allow', () => {
    expect(chooseWeightPower([0.001, -0.002], 8, 9)).toBe(9);
    expect(chooseWeightPower([0, 0], 8, -3)).toBe(-3);
  });

  it('clips to the signed range', () => {
    expect(quantizeWeight(1, 8, 7)).toBe(127);
    expect(quantizeWeight(-1, 8, 7)).toBe(-128);
    expect(quantizeWeight(9, 4, 0)).toBe(7);
  });

  it('stores even mantissas, with the bits at the top of the field', () => {
    const weights = Float32Array.from({ length: 64 }, (_, i) => (i - 32) / 32);
    for (const bits of [2, 4, 8]) {
      const [{ synapses: quantized }, ...more] = quantizeSynapses(
        { kind: 'dense', sources: 8, targets: 8, weights },
        bits,
        bits - 1,
        'spikes',
      );
      if (quantized.kind !== 'dense') throw new Error('the kind changed');
      expect(more).toEqual([]);
      for (const mantissa of quantized.weights) {
        expect(mantissa % 2 ** mantissaShift(bits)).toBeCloseTo(0);
        expect(mantissa).toBeGreaterThanOrEqual(-256);
        expect(mantissa).toBeLessThanOrEqual(254);
      }
    }
  });

  it('takes two synapses for more bits than one holds, which add up to the weight on its grid', () => {
    const weights = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i) * 1.2);
    for (const bits of [9, 12, 16]) {
      const digits = quantizeSynapses({ kind: 'dense', sources: 8, targets: 8, weights }, bits, bits - 2, 'spikes');
      expect(digits.map(({ powerLost }) => powerLost)).toEqual([bits - 8, 0]);
      const sums = new Float64Array(64);
      for (const { synapses, powerLost } of digits) {
        if (synapses.kind !== 'dense') throw new Error('the kind changed');
        synapses.weights.forEach((mantissa, i) => {
          expect(Math.abs(mantissa)).toBeLessThanOrEqual(256);
          expect(mantissa % 2).toBeCloseTo(0);
          sums[i] += (mantissa / 2) * 2 ** powerLost;
        });
      }
      expect(Array.from(sums)).toEqual(Array.from(weights, (weight) => quantizeWeight(weight, bits, bits - 2)));
    }
    const small = quantizeSynapses({ kind: 'dense', sources: 1, targets: 2, weights: Float32Array.of(0.01, -0.02) }, 14, 12, 'spikes');
    expect(small.map(({ powerLost }) => powerLost)).toEqual([0]);
  });
});

describe('weights that read integers of both signs', () => {
  it('can be negated: the most negative mantissa, which has no opposite, is not used', () => {
    const weights = Float32Array.of(-1, -0.5, 0.25, 1);
    const of = (read: Read): readonly number[] => {
      const [{ synapses: made }] = quantizeSynapses({ kind: 'one-to-one', sources: 4, targets: 4, weights }, 8, 7, read);
      return made.kind === 'one-to-one' ? Array.from(made.weights ?? []) : [];
    };
    expect(of('counts')).toEqual([-256, -128, 64, 254]);
    expect(of('signed')).toEqual([-254, -128, 64, 254]);
    for (const bits of [12, 16]) {
      const grid = Float32Array.from({ length: 2 ** 12 }, (_, i) => i / 2 ** 11 - 1);
      for (const { synapses } of quantizeSynapses(
        { kind: 'one-to-one', sources: 2 ** 12, targets: 2 ** 12, weights: grid },
        bits,
        bits - 1,
        'signed',
      )) {
        expect(synapses.kind === 'one-to-one' && Array.from(synapses.weights ?? []).every((mantissa) => Math.abs(mantissa) <= 254)).toBe(
          true,
        );
      }
    }
  });
});
