import type { RoutingEntry } from '../../../ir/spinnaker-routing.ts';
import { coverFromBelow } from './cover-from-below.ts';
import { dropDefaults } from './drop-defaults.ts';
import { mergePairs } from './merge-pairs.ts';
import { orderedCovering } from './ordered-covering.ts';
import { rearrange } from './rearrange.ts';
import { type Grouping, type SourceEntry, type Sources, toEntries, toSources } from './sources.ts';

/** Entries of a router that applications may use; one of its 1024 is the system's (SpiNNMachine n_router_entries). */
export const ROUTER_ENTRIES = 1023;

export type CompressionMethod = 'merge-pairs' | 'ordered-covering' | 'cover-from-below' | 'rearrange';

export interface CompressedTable {
  readonly entries: readonly RoutingEntry[];
  readonly method: CompressionMethod;
}

export interface CompressionOptions {
  /** Of the annealing. */
  readonly seed: number;
  /** Anneal in any case, not only where the table would be longer than this otherwise. */
  readonly smallest?: boolean;
  readonly entriesMax?: number;
}

/** Ordered covering compares all routes again after each merge: minutes for a table twice as long, which it has never compressed best. */
const ORDERED_COVERING_MAX = 4096;

interface Method {
  readonly name: CompressionMethod;
  readonly sourcesMax: number;
  readonly compress: (sources: Sources) => Grouping;
}

const METHODS: readonly Method[] = [
  { name: 'merge-pairs', sourcesMax: Number.POSITIVE_INFINITY, compress: mergePairs },
  { name: 'ordered-covering', sourcesMax: ORDERED_COVERING_MAX, compress: orderedCovering },
  { name: 'cover-from-below', sourcesMax: Number.POSITIVE_INFINITY, compress: coverFromBelow },
];

/**
 * A table that sends every key of the original to the same places (see `findMisrouted`), by the method that needs fewest entries. The
 * original may be in any order; where entries of different routes overlap (`findOverlap`) the result means nothing.
 */
export function compressTable(original: readonly SourceEntry[], options: CompressionOptions): CompressedTable {
  const { seed, smallest = false, entriesMax = ROUTER_ENTRIES } = options;
  const sources = toSources(original);
  const tried = METHODS.filter(({ sourcesMax }) => sources.size <= sourcesMax).map(({ name, compress }) => ({
    method: name,
    groups: dropDefaults(sources, compress(sources)),
  }));
  const best = tried.reduce((least, next) => (next.groups.length < least.groups.length ? next : least));
  if (!smallest && best.groups.length <= entriesMax) return { entries: toEntries(best.groups), method: best.method };
  const groups = rearrange(sources, best.groups, seed);
  if (groups.length < best.groups.length) return { entries: toEntries(groups), method: 'rearrange' };
  return { entries: toEntries(best.groups), method: best.method };
}
