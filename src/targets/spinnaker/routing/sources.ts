import type { RoutingEntry } from '../../../ir/spinnaker-routing.ts';
import { join, type Pattern } from './pattern.ts';

/** An entry of a table that is to be compressed. */
export interface SourceEntry extends RoutingEntry {
  /** Its packets come in by the link opposite to its one output: a router without an entry for them does the same. */
  readonly defaultable: boolean;
}

/**
 * A table to compress, as columns. Its entries must not overlap where their routes differ, so their order means nothing; `findOverlap`
 * finds out.
 */
export interface Sources {
  readonly size: number;
  readonly key: Int32Array;
  readonly mask: Int32Array;
  readonly route: Int32Array;
  readonly defaultable: Uint8Array;
}

/** Sources that one entry of the compressed table stands for, all of one route; its pattern is the smallest that contains them. */
export interface Group extends Pattern {
  readonly route: number;
  readonly members: readonly number[];
}

/**
 * A compressed table in the making: no source is matched by a group of another route above its own. Sources of no group are left to default
 * routing, and no group matches them unless with their route.
 */
export type Grouping = readonly Group[];

export function toSources(entries: readonly SourceEntry[]): Sources {
  return {
    size: entries.length,
    key: Int32Array.from(entries, ({ key, mask }) => key & mask),
    mask: Int32Array.from(entries, ({ mask }) => mask),
    route: Int32Array.from(entries, ({ route }) => route),
    defaultable: Uint8Array.from(entries, ({ defaultable }) => Number(defaultable)),
  };
}

/** The first two entries of different routes that match a common key; null: none. */
export function findOverlap({ size, key, mask, route }: Sources): readonly [number, number] | null {
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) if (((key[i] ^ key[j]) & mask[i] & mask[j]) === 0 && route[i] !== route[j]) return [i, j];
  }
  return null;
}

export const patternOf = ({ key, mask }: Sources, source: number): Pattern => ({ key: key[source], mask: mask[source] });

/** Throws a RangeError for no members. */
export function groupOf(sources: Sources, members: readonly number[]): Group {
  const [first, ...rest] = members;
  if (first === undefined) throw new RangeError('a group needs a member');
  const { key, mask } = rest.reduce((pattern: Pattern, member) => join(pattern, patternOf(sources, member)), patternOf(sources, first));
  return { key, mask, route: sources.route[first], members };
}

export const toEntries = (groups: Grouping): readonly RoutingEntry[] =>
  groups.map(({ key, mask, route }) => ({ key: key >>> 0, mask: mask >>> 0, route: route >>> 0 }));

/** Sources of each route, both in order of first appearance. */
export function byRoute({ size, route }: Sources): readonly (readonly number[])[] {
  const classes = new Map<number, number[]>();
  for (let i = 0; i < size; i++) {
    const members = classes.get(route[i]);
    if (members === undefined) classes.set(route[i], [i]);
    else members.push(i);
  }
  return [...classes.values()];
}

/** Whether a pattern matches a key of any of the listed sources. */
export function meetsAny({ key, mask }: Sources, pattern: Pattern, listed: readonly number[]): boolean {
  for (const i of listed) if (((pattern.key ^ key[i]) & pattern.mask & mask[i]) === 0) return true;
  return false;
}
