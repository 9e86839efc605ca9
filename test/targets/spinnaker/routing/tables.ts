import { type Random, randomBelow } from '../../../../src/targets/mapping/random.ts';
import type { SourceEntry } from '../../../../src/targets/spinnaker/routing/sources.ts';

/** All bits above the lowest `bits` are fixed to 0. */
const high = (bits: number): number => (-1 << bits) >>> 0;

/**
 * Entries over keys of a few bits that never overlap: the keys are split at random bits, and what is left in the end becomes an entry or
 * stays unused.
 */
export function randomTable(random: Random, bits: number, routes: number): readonly SourceEntry[] {
  const entries: SourceEntry[] = [];
  const split = (key: number, mask: number, depth: number): void => {
    const open = Array.from({ length: bits }, (_, bit) => 1 << bit).filter((bit) => (mask & bit) === 0);
    if (open.length === 0 || (depth > 2 && randomBelow(random, 4) === 0)) {
      if (randomBelow(random, 5) === 0) return;
      // Links and cores; the single links first.
      const route = randomBelow(random, 2) === 0 ? 1 << randomBelow(random, Math.min(6, routes)) : 1 + randomBelow(random, routes);
      entries.push({ key, mask, route, defaultable: (route & (route - 1)) === 0 && randomBelow(random, 2) === 0 });
      return;
    }
    const bit = open[randomBelow(random, open.length)];
    split(key, (mask | bit) >>> 0, depth + 1);
    split(key | bit, (mask | bit) >>> 0, depth + 1);
  };
  split(0, high(bits), 0);
  return entries;
}

/** Every key that an entry matches; `bits` as above. */
export function keysOf({ key, mask }: { readonly key: number; readonly mask: number }, bits: number): number[] {
  return Array.from({ length: 1 << bits }, (_, k) => k).filter((k) => (k & mask) >>> 0 === key);
}
