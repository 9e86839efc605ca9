import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Packer, packSlices } from '../../../src/targets/mapping/pack.ts';
import type { Slice } from '../../../src/targets/mapping/slices.ts';

/** Cores of ten neurons. */
const TEN: Packer<number> = {
  open: (slice) => slice.count,
  add: (filled, slice) => (filled + slice.count <= 10 ? filled + slice.count : null),
  weight: (slice) => slice.count,
};

const pack = (counts: readonly number[], cores: number): number[][] => {
  const slices = counts.map((count, owner): Slice => ({ owner, first: 0, count }));
  return packSlices(slices, cores, TEN).map((core) => core.map(({ count }) => count));
};

describe('packSlices', () => {
  it('shares no core while there is one for each slice', () => {
    expect(pack([1, 2, 3], 3)).toEqual([[1], [2], [3]]);
  });

  it('fills cores first-fit where it has to, and says how many it needs', () => {
    expect(pack([6, 5, 4, 5], 2)).toEqual([
      [6, 4],
      [5, 5],
    ]);
    expect(pack([6, 6, 6], 2)).toHaveLength(3);
  });

  it('spreads slices over the cores that are left', () => {
    expect(pack([2, 2, 2, 2, 1], 3)).toEqual([[2, 2], [2, 1], [2]]);
  });

  it('loses no slice, overfills no core, and takes every core that spreading can use', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        (counts, cores) => {
          const packed = pack(counts, cores);
          expect(packed.flat().sort()).toEqual([...counts].sort());
          for (const core of packed) if (core.length > 1) expect(core.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10);
          const fewest = pack(counts, 1).length;
          if (fewest <= cores) expect(packed.length).toBe(Math.min(cores, counts.length));
          else expect(packed.length).toBeLessThanOrEqual(fewest);
        },
      ),
      { seed: 2 },
    );
  });
});
