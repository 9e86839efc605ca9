import { countBits, join, type Pattern } from './pattern.ts';
import { byRoute, type Group, type Grouping, groupOf, meetsAny, patternOf, type Sources } from './sources.ts';

/** Sources of a route from which a group is grown; the largest is taken. */
const SEEDS = 6;

/**
 * Builds the table from its last entry up. A group must not match sources of other routes below it, while those above it do not matter: the
 * last entry is free to match anything, and takes in a whole route. So each round takes, of all routes, the largest group that keeps off
 * what is already placed.
 */
export function coverFromBelow(sources: Sources): Grouping {
  const left = byRoute(sources).map((members) => ({ members, most: members.length }));
  const placed: number[] = [];
  const groups: Group[] = [];
  while (left.length > 0) {
    let best: { readonly from: (typeof left)[number]; readonly members: readonly number[] } | null = null;
    // A route's largest group only shrinks as more is placed: those whose last one was no larger than the best need no look.
    for (const from of left.sort((a, b) => b.most - a.most)) {
      if (best !== null && from.most <= best.members.length) break;
      const members = largestGroup(sources, from.members, placed);
      from.most = members.length;
      if (best === null || members.length > best.members.length) best = { from, members };
    }
    if (best === null) break;
    const { from, members } = best;
    const taken = new Set(members);
    from.members = from.members.filter((source) => !taken.has(source));
    from.most = Math.min(from.most, from.members.length);
    if (from.members.length === 0) left.splice(left.indexOf(from), 1);
    placed.push(...members);
    groups.push(groupOf(sources, members));
  }
  return groups.reverse();
}

function largestGroup(sources: Sources, members: readonly number[], placed: readonly number[]): readonly number[] {
  const whole = groupOf(sources, members);
  const avoided = placed.filter((source) => sources.route[source] !== whole.route && meetsAny(sources, whole, [source]));
  if (avoided.length === 0) return members;
  const seeds = Math.min(SEEDS, members.length);
  let largest: readonly number[] = [];
  for (let i = 0; i < seeds; i++) {
    const grown = growGroup(sources, members[Math.floor((i * members.length) / seeds)], members, avoided);
    if (grown.length > largest.length) largest = grown;
  }
  return largest;
}

/** Takes in, one after the other, the candidate that opens fewest bits of the pattern and keeps it off the avoided sources. */
function growGroup(sources: Sources, seed: number, candidates: readonly number[], avoided: readonly number[]): readonly number[] {
  const members = [seed];
  let pattern = patternOf(sources, seed);
  let open = candidates.filter((source) => source !== seed);
  for (;;) {
    let nearest: Pattern | null = null;
    const next: number[] = [];
    for (const source of open) {
      const joined = join(pattern, patternOf(sources, source));
      if (joined.mask === pattern.mask) {
        members.push(source);
        continue;
      }
      const nearer = nearest === null || countBits(joined.mask) > countBits(nearest.mask);
      // What is in the way now stays in the way of every larger pattern.
      if (nearer && meetsAny(sources, joined, avoided)) continue;
      if (nearer) nearest = joined;
      next.push(source);
    }
    if (nearest === null) return members;
    pattern = nearest;
    open = next;
  }
}
