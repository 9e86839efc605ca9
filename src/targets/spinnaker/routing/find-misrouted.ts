import type { RoutingEntry } from '../../../ir/spinnaker-routing.ts';
import { contains, intersects, type Pattern } from './pattern.ts';
import type { SourceEntry } from './sources.ts';

/** A key that a compressed table sends elsewhere than the original; `found` is its route there, null: no entry matches. */
export interface Misrouted {
  readonly key: number;
  readonly source: number;
  readonly found: number | null;
}

/**
 * Compares a compressed table with its original for every key that an original entry matches; other keys never occur. The route must be
 * the same; a key of a defaultable entry may match nothing. Exact and without listing keys: what is left of an original entry is carried
 * down the table as patterns, and an entry that matches a part of one splits off the rest. Returns the first difference, null: none.
 */
export function findMisrouted(sources: readonly SourceEntry[], table: readonly RoutingEntry[]): Misrouted | null {
  for (const [source, entry] of sources.entries()) {
    const misrouted = misroutedIn({ key: entry.key & entry.mask, mask: entry.mask | 0 }, 0, entry, table);
    if (misrouted !== null) return { ...misrouted, source };
  }
  return null;
}

function misroutedIn(
  left: Pattern,
  from: number,
  original: Pick<SourceEntry, 'route' | 'defaultable'>,
  table: readonly RoutingEntry[],
): Pick<Misrouted, 'key' | 'found'> | null {
  for (let i = from; i < table.length; i++) {
    const entry = table[i];
    const never = (entry.key & ~entry.mask) !== 0;
    if (never || !intersects(entry, left)) continue;
    if (entry.route !== original.route) return { key: (left.key | (entry.key & ~left.mask)) >>> 0, found: entry.route };
    if (contains(entry, left)) return null;
    for (const rest of subtract(left, entry)) {
      const misrouted = misroutedIn(rest, i + 1, original, table);
      if (misrouted !== null) return misrouted;
    }
    return null;
  }
  return original.defaultable ? null : { key: left.key >>> 0, found: null };
}

/** The keys of `from` that `taken` does not match, as disjoint patterns: one for each bit that only `taken` fixes. */
function subtract(from: Pattern, taken: Pattern): readonly Pattern[] {
  const rest: Pattern[] = [];
  let { key, mask } = from;
  for (let bit = 1; bit !== 0; bit <<= 1) {
    if ((taken.mask & ~from.mask & bit) === 0) continue;
    mask |= bit;
    rest.push({ key: key | (~taken.key & bit), mask });
    key |= taken.key & bit;
  }
  return rest;
}
