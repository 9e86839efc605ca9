import { describe, expect, it } from 'vitest';
import { independentInterval, mcnemarExact, type PairedCounts, pairedInterval } from '../../src/report/statistics.ts';

/** All ways n paired trials can come out. */
function* outcomes(n: number): Generator<PairedCounts> {
  for (let both = 0; both <= n; both++)
    for (let first = 0; first <= n - both; first++)
      for (let second = 0; second <= n - both - first; second++) yield { both, first, second, neither: n - both - first - second };
}

const logFactorial = (n: number): number => (n < 2 ? 0 : Math.log(n) + logFactorial(n - 1));

describe('independentInterval', () => {
  it('is the published example: 56 of 70 against 48 of 80 (Newcombe 1998, table II, method 10)', () => {
    const [low, high] = independentInterval(48 / 80, 80, 56 / 70, 70);
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.0524', '0.3339']);
  });
});

describe('pairedInterval', () => {
  it('is the one for independent samples where the two are as independent as can be', () => {
    // 6 * 6 = 9 * 4: no correlation
    const [low, high] = pairedInterval({ both: 6, first: 9, second: 4, neither: 6 });
    const [otherLow, otherHigh] = independentInterval(15 / 25, 25, 10 / 25, 25);
    expect([low, high]).toEqual([expect.closeTo(otherLow, 12), expect.closeTo(otherHigh, 12)]);
  });

  it('turns around with the runs, and holds the difference', () => {
    for (const counts of outcomes(9)) {
      const [low, high] = pairedInterval(counts);
      const [otherLow, otherHigh] = pairedInterval({ ...counts, first: counts.second, second: counts.first });
      expect([low, high]).toEqual([expect.closeTo(-otherHigh, 12), expect.closeTo(-otherLow, 12)]);
      const difference = (counts.second - counts.first) / 9;
      expect(low).toBeLessThanOrEqual(difference + 1e-12);
      expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
    }
  });

  it('covers the truth in about 95 of 100 experiments, counted over all of them', () => {
    for (const truth of [
      { both: 0.8, first: 0.06, second: 0.03, neither: 0.11 },
      { both: 0.5, first: 0.1, second: 0.2, neither: 0.2 },
      { both: 0.25, first: 0.25, second: 0.25, neither: 0.25 },
    ]) {
      const n = 40;
      let covered = 0;
      for (const counts of outcomes(n)) {
        const names = ['both', 'first', 'second', 'neither'] as const;
        const log = names.reduce((sum, name) => sum + counts[name] * Math.log(truth[name]) - logFactorial(counts[name]), logFactorial(n));
        const [low, high] = pairedInterval(counts);
        const difference = truth.second - truth.first;
        if (low <= difference && difference <= high) covered += Math.exp(log);
      }
      expect(covered).toBeGreaterThan(0.935);
      expect(covered).toBeLessThan(0.99);
    }
  });
});

describe('mcnemarExact', () => {
  /** The tail of a fair coin in whole numbers. */
  function exact(first: number, second: number): number {
    const n = BigInt(first + second);
    let tail = 0n;
    let choose = 1n;
    for (let k = 0n; k <= BigInt(Math.min(first, second)); k++) {
      tail += choose;
      choose = (choose * (n - k)) / (k + 1n);
    }
    return Math.min(1, Number((2n * tail * 10n ** 18n) / 2n ** n) / 1e18);
  }

  it.each([
    [0, 0],
    [1, 0],
    [5, 5],
    [3, 11],
    [40, 62],
    [700, 800],
    [2000, 2100],
  ])('is the exact tail for %i and %i clips', (first, second) => {
    const p = mcnemarExact({ both: 12, first, second, neither: 3 });
    expect(p).toBeCloseTo(exact(first, second), 10);
    expect(mcnemarExact({ both: 0, first: second, second: first, neither: 0 })).toBe(p);
  });
});
