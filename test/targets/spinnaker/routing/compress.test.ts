import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findEntry, type RoutingEntry } from '../../../../src/ir/spinnaker-routing.ts';
import { randomBelow, seededRandom } from '../../../../src/targets/mapping/random.ts';
import { compressTable } from '../../../../src/targets/spinnaker/routing/compress-table.ts';
import { coverFromBelow } from '../../../../src/targets/spinnaker/routing/cover-from-below.ts';
import { dropDefaults } from '../../../../src/targets/spinnaker/routing/drop-defaults.ts';
import { findMisrouted } from '../../../../src/targets/spinnaker/routing/find-misrouted.ts';
import { mergePairs } from '../../../../src/targets/spinnaker/routing/merge-pairs.ts';
import { orderedCovering } from '../../../../src/targets/spinnaker/routing/ordered-covering.ts';
import { rearrange } from '../../../../src/targets/spinnaker/routing/rearrange.ts';
import {
  findOverlap,
  type Grouping,
  groupOf,
  type SourceEntry,
  type Sources,
  toEntries,
  toSources,
} from '../../../../src/targets/spinnaker/routing/sources.ts';
import { keysOf, randomTable } from './tables.ts';

const GOLDEN = fileURLToPath(new URL('../../../golden/spinnaker', import.meta.url));
const VECTORS = readdirSync(GOLDEN).filter((name) => name.startsWith('rt_'));
const BITS = 8;

type Row = readonly [number, number, number, number];
const readVector = (
  name: string,
): {
  readonly original: readonly SourceEntry[];
  readonly results: Record<string, { readonly size: number; readonly table?: readonly Row[] }>;
} => {
  const { input_table, results } = JSON.parse(readFileSync(`${GOLDEN}/${name}`, 'utf8'));
  return {
    original: input_table.map(([key, mask, route, defaultable]: Row) => ({ key, mask, route, defaultable: defaultable === 1 })),
    results,
  };
};

/** The definition, key by key: what an original sends somewhere goes there still, or is left to default routing where that does the same. */
function misroutedByListing(original: readonly SourceEntry[], table: readonly RoutingEntry[]): number | null {
  for (const entry of original) {
    for (const key of keysOf(entry, BITS)) {
      const found = findEntry(table, key);
      if (found < 0 ? !entry.defaultable : table[found].route !== entry.route) return key;
    }
  }
  return null;
}

const METHODS: readonly [string, tables: number, (sources: Sources) => Grouping][] = [
  ['pairs', 40, mergePairs],
  ['ordered covering', 40, orderedCovering],
  ['from below', 40, coverFromBelow],
  ['annealing', 5, (sources) => rearrange(sources, dropDefaults(sources, coverFromBelow(sources)), 1)],
  [
    'annealing alone',
    5,
    (sources) =>
      rearrange(
        sources,
        Array.from({ length: sources.size }, (_, i) => groupOf(sources, [i])),
        2,
      ),
  ],
];

describe('compression', () => {
  it.each(METHODS)('by %s keeps every key of random tables', (_, tables, compress) => {
    for (let seed = 0; seed < tables; seed++) {
      const original = randomTable(seededRandom(seed), BITS, 2 + (seed % 9));
      const sources = toSources(original);
      const compressed = compress(sources);
      for (const groups of [compressed, dropDefaults(sources, compressed)]) {
        const table = toEntries(groups);
        expect(misroutedByListing(original, table), `seed ${seed}`).toBeNull();
        expect(table.length).toBeLessThanOrEqual(original.length);
      }
    }
  });

  it.each(VECTORS)('%s: ordered covering has as many entries as rig, and every method keeps every key', (name) => {
    const { original, results } = readVector(name);
    const sources = toSources(original);
    expect(dropDefaults(sources, orderedCovering(sources)).length).toBe(results.rig_ordered_covering_min.size);
    for (const [, , compress] of METHODS.slice(0, 3))
      expect(findMisrouted(original, toEntries(dropDefaults(sources, compress(sources))))).toBeNull();
    // Pair merging depends on the order of equals; PACMAN's is that of its quicksort.
    expect(Math.abs(mergePairs(sources).length / results.pair_ordered.size - 1)).toBeLessThan(0.05);
    for (const { table } of Object.values(results)) {
      if (table !== undefined)
        expect(
          findMisrouted(
            original,
            table.map(([key, mask, route]) => ({ key, mask, route })),
          ),
        ).toBeNull();
    }
  });

  it('is the smallest there is where that can be said', () => {
    // All of one route: one entry, or none where default routing does it.
    const all = Array.from({ length: 8 }, (_, i): SourceEntry => ({ key: i * 16, mask: 0xfffffff0, route: 1, defaultable: i !== 3 }));
    expect(compressTable(all, { seed: 1, smallest: true }).entries).toEqual([{ key: 0, mask: 0xffffff80, route: 1 }]);
    expect(
      compressTable(
        all.filter(({ defaultable }) => defaultable),
        { seed: 1 },
      ).entries,
    ).toEqual([]);
    expect(compressTable([], { seed: 1, smallest: true }).entries).toEqual([]);
    // Every key has a route of its own: nothing merges.
    const own = all.map((entry, i) => ({ ...entry, route: 64 << i, defaultable: false }));
    expect(compressTable(own, { seed: 1, smallest: true }).entries.length).toBe(8);
  });

  it('anneals only where asked to or in need', () => {
    const { original } = readVector('rt_synth_a.json');
    const quick = compressTable(original, { seed: 1 });
    const smallest = compressTable(original, { seed: 1, smallest: true });
    expect([quick.method, smallest.method]).toEqual(['cover-from-below', 'rearrange']);
    expect(smallest.entries.length).toBeLessThan(quick.entries.length);
    expect(compressTable(original, { seed: 1, entriesMax: quick.entries.length - 1 })).toEqual(smallest);
    expect(compressTable(original, { seed: 1, entriesMax: quick.entries.length })).toEqual(quick);
  });

  it('handles all 32 bits', () => {
    const edge: readonly SourceEntry[] = [
      { key: 0x80000000, mask: 0xc0000000, route: 2, defaultable: false },
      { key: 0xc0000000, mask: 0xffffffff, route: 1 << 23, defaultable: false },
      { key: 0xffffffff, mask: 0xffffffff, route: 2, defaultable: false },
      { key: 0, mask: 0x80000000, route: 5, defaultable: false },
    ];
    const { entries } = compressTable(edge, { seed: 1, smallest: true });
    expect(findMisrouted(edge, entries)).toBeNull();
    expect(entries.every(({ key, mask, route }) => key >= 0 && mask >= 0 && route > 0)).toBe(true);
  });
});

describe('the check of every key', () => {
  it('agrees with listing the keys, on right and on mutated tables', () => {
    let wrong = 0;
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const original = randomTable(random, BITS, 4);
      const table = [...compressTable(original, { seed }).entries];
      if (table.length < 2) continue;
      const at = randomBelow(random, table.length);
      const other = randomBelow(random, table.length);
      const mutants: readonly (readonly RoutingEntry[])[] = [
        table,
        table.filter((_, i) => i !== at),
        table.map((entry, i) => (i === at ? table[other] : i === other ? table[at] : entry)),
        table.map((entry, i) => (i === at ? { ...entry, route: entry.route ^ 1 } : entry)),
        table.map((entry, i) => (i === at ? { ...entry, mask: (entry.mask | 1) >>> 0 } : entry)),
        table.map((entry, i) => (i === at ? { ...entry, key: (entry.key & ~2) >>> 0, mask: (entry.mask & ~2) >>> 0 } : entry)),
        table.map((entry, i) => (i === at ? { ...entry, key: (entry.key | 4) >>> 0 } : entry)),
        table.slice().reverse(),
      ];
      for (const mutant of mutants) {
        const found = findMisrouted(original, mutant);
        expect(found === null, `seed ${seed}`).toBe(misroutedByListing(original, mutant) === null);
        if (found === null) continue;
        wrong++;
        // The key that is named is one of the entry's, and does go where it says.
        const { key, source } = found;
        expect((key & original[source].mask) >>> 0).toBe(original[source].key);
        const entry = findEntry(mutant, key);
        expect(entry < 0 ? null : mutant[entry].route).toBe(found.found);
      }
    }
    expect(wrong).toBeGreaterThan(150);
  });

  it('finds overlaps of different routes', () => {
    const at = (key: number, mask: number, route: number): SourceEntry => ({ key, mask, route, defaultable: false });
    expect(findOverlap(toSources([at(0, 12, 1), at(4, 12, 2), at(0, 8, 1)]))).toEqual([1, 2]);
    expect(findOverlap(toSources([at(0, 12, 1), at(4, 12, 2), at(0, 14, 1)]))).toBeNull();
  });
});
