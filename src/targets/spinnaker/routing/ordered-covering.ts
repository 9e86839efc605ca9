import { contains, countBits, intersects, join, type Pattern } from './pattern.ts';
import { type Group, type Grouping, patternOf, type Sources } from './sources.ts';

/**
 * Ordered covering (Mundy, Heathcote, Garside 2016; project-rig/rig ordered_covering.py). The table stays sorted by the number of open bits.
 * Each round takes, of all routes, the merge of most entries that hides no source: first all entries of the route, then without those
 * that stand in the way. Ends when no merge is left.
 */
export function orderedCovering(sources: Sources): Grouping {
  let table: readonly Group[] = Array.from({ length: sources.size }, (_, i) => ({
    ...patternOf(sources, i),
    route: sources.route[i],
    members: [i],
  })).sort((a, b) => countBits(b.mask) - countBits(a.mask));
  for (;;) {
    const merge = bestMerge(sources, table);
    if (merge === null) return table;
    const merged = new Set(merge.entries);
    const at = insertionIndex(table, merge);
    const group: Group = {
      key: merge.key,
      mask: merge.mask,
      route: table[merge.entries[0]].route,
      members: merge.entries.flatMap((i) => table[i].members),
    };
    const rest = (entry: Group, i: number): readonly Group[] => (merged.has(i) ? [] : [entry]);
    table = [...table.slice(0, at).flatMap(rest), group, ...table.slice(at).flatMap((entry, i) => rest(entry, at + i))];
  }
}

/** Entries of one route, as ascending indices in the table, and the smallest pattern that contains them. */
interface Merge extends Pattern {
  readonly entries: readonly number[];
}

const mergeOf = (table: readonly Group[], entries: readonly number[]): Merge => ({
  ...entries.reduce((pattern: Pattern, i) => join(pattern, table[i]), table[entries[0]]),
  entries,
});

/** Before the entries that have as many open bits. */
function insertionIndex(table: readonly Group[], { mask }: Pattern): number {
  const fixed = countBits(mask);
  let [low, high] = [0, table.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (countBits(table[middle].mask) > fixed) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bestMerge(sources: Sources, table: readonly Group[]): Merge | null {
  const routes = new Map<number, number[]>();
  table.forEach(({ route }, i) => {
    const entries = routes.get(route);
    if (entries === undefined) routes.set(route, [i]);
    else entries.push(i);
  });
  let best: Merge | null = null;
  for (const entries of routes.values()) {
    const least: number = best === null ? 2 : best.entries.length + 1;
    if (entries.length >= least) best = refine(sources, table, mergeOf(table, entries), least) ?? best;
  }
  return best;
}

/** The merge without entries that forbid it; null where fewer than `least` are left. */
function refine(sources: Sources, table: readonly Group[], whole: Merge, least: number): Merge | null {
  const below = keepLowerVisible(sources, table, whole, least);
  if (below === null) return null;
  const above = keepMembersVisible(table, below, least);
  // A smaller merge moves up, where more entries lie below it; none above it can be in the way then.
  return above === null || above === below ? above : keepLowerVisible(sources, table, above, least);
}

/** Takes out each entry that the merge would move below another that matches its keys. */
function keepMembersVisible(table: readonly Group[], whole: Merge, least: number): Merge | null {
  let merge = whole;
  for (const i of [...whole.entries].reverse()) {
    const to = insertionIndex(table, merge);
    let hidden = false;
    for (let j = i + 1; j < to && !hidden; j++) hidden = intersects(table[i], table[j]);
    if (!hidden) continue;
    if (merge.entries.length === least) return null;
    merge = mergeOf(
      table,
      merge.entries.filter((entry) => entry !== i),
    );
  }
  return merge;
}

/**
 * While the merge matches sources below it: fixes one of its open bits to the value that the hardest of them lacks, the one with fewest
 * bits to choose from. Of the choices the one that takes out fewest entries is made, then the highest bit.
 */
function keepLowerVisible(sources: Sources, table: readonly Group[], whole: Merge, least: number): Merge | null {
  let merge = whole;
  while (merge.entries.length >= least) {
    const choices = hardestChoices(sources, table, merge);
    if (choices === null) return merge;
    let most: readonly number[] = [];
    for (const fixed of choices) {
      const kept = merge.entries.filter((i) => contains(fixed, table[i]));
      if (kept.length > most.length) most = kept;
    }
    if (most.length < least) return null;
    merge = mergeOf(table, most);
  }
  return null;
}

/**
 * Bits fixed one at a time, the highest first, that keep the merge off the sources that leave fewest to choose from; null: it is off all
 * of them; none: off one of them it cannot be kept.
 */
function hardestChoices(sources: Sources, table: readonly Group[], merge: Merge): readonly Pattern[] | null {
  let fewest = Number.POSITIVE_INFINITY;
  // Bits that may be set, because a source has 0 there, and cleared, because one has 1.
  let set = 0;
  let clear = 0;
  for (let below = insertionIndex(table, merge); below < table.length; below++) {
    if (!intersects(table[below], merge)) continue;
    for (const source of table[below].members) {
      const [key, mask] = [sources.key[source], sources.mask[source]];
      if (((key ^ merge.key) & mask & merge.mask) !== 0) continue;
      const bits = mask & ~merge.mask;
      const count = countBits(bits);
      if (count > fewest) continue;
      if (count < fewest) [fewest, set, clear] = [count, 0, 0];
      set |= bits & ~key;
      clear |= bits & key;
    }
  }
  if (fewest === Number.POSITIVE_INFINITY) return null;
  const choices: Pattern[] = [];
  for (let mask = 1 << 31; mask !== 0; mask >>>= 1) {
    if ((set & mask) !== 0) choices.push({ key: mask, mask });
    if ((clear & mask) !== 0) choices.push({ key: 0, mask });
  }
  return choices;
}
