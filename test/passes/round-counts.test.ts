import { describe, expect, it } from 'vitest';
import { countFieldOf, roundForCounts } from '../../src/passes/round-counts.ts';
import { seededRandom } from '../support/random.ts';

const [LOW, HIGH] = [-8, 7];

/** The expected squared error of a current, from the whole matrix of second moments. */
function expectedError(errors: readonly number[], taps: number): number {
  let sum = 0;
  errors.forEach((a, i) => {
    errors.forEach((b, j) => {
      const channels = Math.abs(Math.floor(i / taps) - Math.floor(j / taps));
      const steps = Math.abs((i % taps) - (j % taps));
      sum += a * b * (0.1 + 0.8 ** (channels + steps));
    });
  });
  return sum;
}

/** Errors of the weights of one target as [channel][tap]. */
function errorsOf(rounded: Float64Array, wanted: Float64Array, shape: { channels: number; taps: number; targets: number }, target: number) {
  return Array.from({ length: shape.channels * shape.taps }, (_, i) => {
    const at = ((i % shape.taps) * shape.channels + Math.floor(i / shape.taps)) * shape.targets + target;
    return rounded[at] - wanted[at];
  });
}

describe('rounding weights that read counts', () => {
  it('finds roundings that no single change betters', () => {
    const shape = { channels: 5, taps: 2, targets: 12 };
    const random = seededRandom(3);
    const wanted = Float64Array.from({ length: 120 }, () => random() * 12 - 6);
    const rounded = roundForCounts(wanted, shape, LOW, HIGH);
    let [found, nearest] = [0, 0];
    for (let target = 0; target < shape.targets; target++) {
      const errors = errorsOf(rounded, wanted, shape, target);
      const own = expectedError(errors, 2);
      errors.forEach((error, i) => {
        expect(Math.abs(error)).toBeLessThan(1);
        const other = errors.map((e, k) => (k === i ? error - Math.sign(error) : e));
        expect(expectedError(other, 2)).toBeGreaterThanOrEqual(own - 1e-6);
      });
      found += own;
      nearest += expectedError(errorsOf(wanted.map(Math.round), wanted, shape, target), 2);
    }
    expect(found).toBeLessThan(0.6 * nearest);
  });

  it('halves the error of currents that counts make, and more', () => {
    const shape = { channels: 60, taps: 3, targets: 4 };
    const random = seededRandom(5);
    const wanted = Float64Array.from({ length: 60 * 3 * 4 }, () => random() * 8 - 4);
    const rounded = roundForCounts(wanted, shape, LOW, HIGH);
    const sums = { joint: 0, nearest: 0 };
    for (let clip = 0; clip < 200; clip++) {
      // Counts under a bump that moves: alike in neighbours, silent elsewhere.
      const [centre, width] = [random() * 60, 4 + 8 * random()];
      const count = (i: number): number =>
        Math.round(6 * Math.exp(-(((Math.floor(i / 3) - centre) / width) ** 2)) * (1 - 0.2 * (i % 3)) + random() - 0.5);
      const counts = Array.from({ length: 180 }, (_, i) => count(i));
      for (let target = 0; target < 4; target++) {
        const joint = errorsOf(rounded, wanted, shape, target);
        const nearest = errorsOf(wanted.map(Math.round), wanted, shape, target);
        sums.joint += joint.reduce((sum, error, i) => sum + error * counts[i], 0) ** 2;
        sums.nearest += nearest.reduce((sum, error, i) => sum + error * counts[i], 0) ** 2;
      }
    }
    expect(Math.sqrt(sums.joint / sums.nearest)).toBeLessThan(0.5);
  });

  it('clips, and lets no neighbour make up for it', () => {
    const wanted = Float64Array.of(100, 2, 2, 2, -100);
    expect([...roundForCounts(wanted, { channels: 5, taps: 1, targets: 1 }, LOW, HIGH)]).toEqual([7, 2, 2, 2, -8]);
  });

  it('knows which synapses have neighbours to round with', () => {
    const weights = new Float32Array(24);
    const window = { sources: 4, targets: 2, taps: 3, firstOffset: -1, dilation: 1, weights };
    expect(countFieldOf({ kind: 'time-convolution', ...window, groups: 1 })).toEqual({ channels: 4, taps: 3, targets: 2 });
    expect(countFieldOf({ kind: 'time-convolution', ...window, groups: 2 })).toBeNull();
    expect(countFieldOf({ kind: 'dense', sources: 4, targets: 6, weights })).toEqual({ channels: 4, taps: 1, targets: 6 });
    expect(countFieldOf({ kind: 'one-to-one', sources: 4, targets: 4, weights: null })).toBeNull();
  });
});
