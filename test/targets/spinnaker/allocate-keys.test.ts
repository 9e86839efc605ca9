import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { randomBelow, seededRandom } from '../../../src/targets/mapping/random.ts';
import { allocateKeys, bitsFor, type KeyBlock } from '../../../src/targets/spinnaker/allocate-keys.ts';

const last = ({ key, mask }: KeyBlock): number => key + (2 ** 32 - 1 - mask);

/** Every block is aligned, slices lie in their population, and nothing overlaps. */
function expectSound(sizes: readonly (readonly number[])[]): void {
  const keys = allocateKeys(sizes) ?? [];
  expect(keys.length).toBe(sizes.length);
  const spans = (blocks: readonly KeyBlock[]): void => {
    const sorted = [...blocks].sort((a, b) => a.key - b.key);
    sorted.forEach((block, i) => {
      expect((block.key & block.mask) >>> 0).toBe(block.key);
      expect(last(block)).toBeLessThan(i + 1 < sorted.length ? sorted[i + 1].key : 2 ** 32);
    });
  };
  spans(keys);
  keys.forEach((population, p) => {
    spans(population.slices);
    expect(population.slices.length).toBe(sizes[p].length);
    population.slices.forEach((slice, s) => {
      expect((slice.key & population.mask) >>> 0).toBe(population.key);
      expect(last(slice) - slice.key + 1).toBeGreaterThanOrEqual(sizes[p][s]);
    });
  });
}

describe('keys', () => {
  it.each(['pr_conv_1board', 'pr_dense_1board', 'pr_mixed_3board'])('of %s are those that PACMAN gave', (name) => {
    const path = fileURLToPath(new URL(`../../golden/spinnaker/${name}.json`, import.meta.url));
    const { keys, populations_cores, atoms_per_core, app_edges } = JSON.parse(readFileSync(path, 'utf8'));
    // A population that sends nothing has no keys.
    const senders = populations_cores.filter((_: number, p: number) => app_edges.some(([from]: number[]) => from === p));
    const ours = allocateKeys(senders.map((cores: number) => new Array(cores).fill(atoms_per_core))) ?? [];
    const recorded = keys.filter((pair: unknown) => pair !== null);
    expect(ours.flatMap(({ slices }) => slices.map(({ key, mask }) => [key, mask]))).toEqual(recorded);
  });

  it('of a population are covered by one mask', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 50; i++) {
      expectSound(
        Array.from({ length: 1 + randomBelow(random, 20) }, () =>
          Array.from({ length: 1 + randomBelow(random, 9) }, () => 1 + randomBelow(random, 300)),
        ),
      );
    }
  });

  it('are split population by population where common fields are too wide', () => {
    // 4096 slices of one neuron and 5000 slices-of-2^20 populations: 12 + 20 bits each would be too many.
    expectSound([new Array(4096).fill(1), ...Array.from({ length: 5 }, () => [2 ** 20]), [3]]);
    expectSound([[2 ** 31], [2 ** 30], [1]]);
  });

  it('can run out', () => {
    expect(allocateKeys([[2 ** 31], [2 ** 31]])?.length).toBe(2);
    expect(allocateKeys([[2 ** 31], [2 ** 31], [1]])).toBeNull();
    expect(allocateKeys([])).toEqual([]);
  });

  it('need no bit for one thing', () => {
    expect([1, 2, 3, 4, 5, 256, 257].map(bitsFor)).toEqual([0, 1, 2, 2, 3, 8, 9]);
  });
});
