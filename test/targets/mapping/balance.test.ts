import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceSlices, type Work } from '../../../src/targets/mapping/balance.ts';

const free = (): number => 0;
const work = (owner: number, seconds: number, more: Partial<Work> = {}): Work => ({
  segment: 0,
  start: 0,
  steps: 10,
  owner,
  on: 'shared',
  seconds,
  ...more,
});

describe('balanceSlices', () => {
  it('cuts the population that the others wait for, until the next is as busy', () => {
    expect(balanceSlices([1, 1, 1], [256, 256, 256], 6, [work(0, 4), work(1, 1), work(2, 1)], free)).toEqual([4, 1, 1]);
    expect(balanceSlices([1, 1], [256, 256], 100, [work(0, 3), work(1, 2)], free)[0]).toBeGreaterThan(1);
  });

  it('cuts populations that are busy together, though one cut alone wins nothing', () => {
    expect(balanceSlices([1, 1, 1], [64, 64, 64], 100, [work(0, 4), work(1, 4), work(2, 2)], free)).toEqual([2, 2, 1]);
  });

  it('keeps to the cores there are, to what has to be, and to slices of 32 neurons', () => {
    expect(balanceSlices([1, 2], [1000, 1000], 5, [work(0, 9), work(1, 1)], free)).toEqual([3, 2]);
    expect(balanceSlices([1, 1], [95, 1000], 100, [work(0, 9), work(1, 0.1)], free)).toEqual([2, 1]);
  });

  it('leaves alone what cannot win: work of each slice, waits for the host, and barriers', () => {
    expect(balanceSlices([1], [1000], 100, [work(0, 5, { on: 'each' })], free)).toEqual([1]);
    expect(balanceSlices([1], [1000], 100, [work(0, 1), work(0, 2, { on: 'host' })], free)).toEqual([1]);
    // Two slices halve 10 seconds a step and cost the host one more; a third would wait for it.
    expect(balanceSlices([1], [1000], 100, [work(0, 10), work(0, 2, { on: 'sent' })], free)).toEqual([2]);
    expect(balanceSlices([1], [1000], 100, [work(0, 1)], (cores) => 20 * cores)).toEqual([1]);
  });

  it('counts waiting only while windows overlap', () => {
    const apart = [work(0, 4, { steps: 5 }), work(1, 4, { start: 5, steps: 5 })];
    expect(balanceSlices([1, 1], [128, 128], 3, apart, free)).toEqual([2, 1]);
    // One long step and a hundred short ones.
    expect(balanceSlices([1, 1], [128, 128], 3, [work(0, 4, { segment: 1, steps: 1 }), work(1, 1, { steps: 100 })], free)).toEqual([1, 2]);
  });

  it('is never slower than what it began with, by the sum over all steps', () => {
    const items = fc.array(
      fc.record({
        segment: fc.nat(1),
        start: fc.nat(6),
        steps: fc.integer({ min: 1, max: 6 }),
        owner: fc.nat(3),
        on: fc.constantFrom('shared', 'each', 'host', 'sent'),
        seconds: fc.nat(20),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(items, (all: readonly Work[]) => {
        const least = [1, 2, 1, 1];
        const parts = balanceSlices(least, [500, 500, 500, 40], 12, all, (cores) => cores / 10);
        expect(parts.every((count, owner) => count >= least[owner])).toBe(true);
        expect(parts[3]).toBe(1);
        const cores = parts.reduce((sum, count) => sum + count, 0);
        expect(cores).toBeLessThanOrEqual(12);
        expect(stepByStep(all, parts) + cores / 10).toBeLessThanOrEqual(stepByStep(all, least) + 5 / 10 + 1e-9);
      }),
      { seed: 1 },
    );
  });
});

/** The time of all steps, one after the other. */
function stepByStep(all: readonly Work[], parts: readonly number[]): number {
  let total = 0;
  for (const segment of [0, 1]) {
    for (let step = 0; step < 12; step++) {
      const now = all.filter((item) => item.segment === segment && item.start <= step && step < item.start + item.steps);
      const busy = parts.map((count, owner) =>
        now.reduce((sum, item) => {
          if (item.owner !== owner) return sum;
          return sum + (item.on === 'shared' ? item.seconds / count : item.on === 'each' ? item.seconds : 0);
        }, 0),
      );
      const host = now.reduce(
        (sum, item) => sum + (item.on === 'host' ? item.seconds : item.on === 'sent' ? item.seconds * parts[item.owner] : 0),
        0,
      );
      total += Math.max(host, ...busy);
    }
  }
  return total;
}
