import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paretoFront } from '../../src/report/comparison/pareto.ts';

describe('paretoFront', () => {
  it('keeps those that nobody beats, equal ones together', () => {
    const choices = [
      { quality: 0.9, cost: 4 },
      { quality: 0.9, cost: 5 },
      { quality: 0.8, cost: 2 },
      { quality: 0.8, cost: 2 },
      { quality: 0.7, cost: 3 },
      { quality: 0.95, cost: 9 },
    ];
    expect(paretoFront(choices)).toEqual([true, false, true, true, false, true]);
  });

  it('is what a sweep from the cheapest on finds', () => {
    const choice = fc.record({ quality: fc.integer({ min: 0, max: 5 }), cost: fc.integer({ min: 0, max: 5 }) });
    fc.assert(
      fc.property(fc.array(choice, { minLength: 1, maxLength: 12 }), (choices) => {
        const best = new Map<number, number>();
        for (const { quality, cost } of choices) best.set(cost, Math.max(best.get(cost) ?? -1, quality));
        let record = -1;
        const front = new Set<string>();
        for (const cost of [...best.keys()].sort((a, b) => a - b)) {
          const quality = best.get(cost) ?? -1;
          if (quality > record) front.add(`${quality} ${cost}`);
          record = Math.max(record, quality);
        }
        expect(paretoFront(choices)).toEqual(choices.map(({ quality, cost }) => front.has(`${quality} ${cost}`)));
      }),
    );
  });
});
