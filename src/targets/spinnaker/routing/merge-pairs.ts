import { join } from './pattern.ts';
import { byRoute, type Group, type Grouping, meetsAny, patternOf, type Sources } from './sources.ts';

/**
 * Pairwise merging in route order, the default of SpiNNaker's own tools (PACMAN pair_compressor.py). Routes are taken by rising frequency,
 * so that the commonest comes last in the table. Two entries of a route merge where the smallest pattern that contains both meets no
 * source of a later route; earlier routes win by their place.
 */
export function mergePairs(sources: Sources): Grouping {
  const classes = [...byRoute(sources)].sort((a, b) => a.length - b.length);
  const order = classes.flat();
  let later = 0;
  return classes.flatMap((members) => {
    later += members.length;
    return mergeClass(sources, members, order.slice(later));
  });
}

function mergeClass(sources: Sources, members: readonly number[], avoided: readonly number[]): readonly Group[] {
  const open: Group[] = members.map((source) => ({
    ...patternOf(sources, source),
    route: sources.route[source],
    members: [source],
  }));
  const done: Group[] = [];
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    const left = group;
    const partner = open.findIndex((right) => !meetsAny(sources, join(left, right), avoided));
    if (partner < 0) {
      done.push(left);
      continue;
    }
    const [right] = open.splice(partner, 1);
    open.push({ ...join(left, right), route: left.route, members: [...right.members, ...left.members] });
  }
  return done;
}
