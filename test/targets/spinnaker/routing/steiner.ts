import { LINKS } from '../../../../src/ir/spinnaker-machine.ts';

/**
 * Links of the smallest tree over all terminals, by dynamic programming over their subsets (Dreyfus and Wagner 1971): best[S][v] is the
 * smallest tree over S and v. Exponential in the terminals.
 */
export function smallestTree(links: Int32Array, terminals: readonly number[]): number {
  const chips = links.length / LINKS;
  const [root, ...rest] = terminals;
  const full = (1 << rest.length) - 1;
  const best = Array.from({ length: full + 1 }, () => new Float64Array(chips).fill(Number.POSITIVE_INFINITY));
  for (let set = 1; set <= full; set++) {
    const cost = best[set];
    rest.forEach((terminal, i) => {
      if (set === 1 << i) cost[terminal] = 0;
    });
    for (let part = (set - 1) & set; part > 0; part = (part - 1) & set) {
      for (let v = 0; v < chips; v++) cost[v] = Math.min(cost[v], best[part][v] + best[set ^ part][v]);
    }
    relax(links, cost);
  }
  return rest.length === 0 ? 0 : best[full][root];
}

/** Lets every chip be reached over links of length 1. */
function relax(links: Int32Array, cost: Float64Array): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < links.length; i++) {
      const v = Math.floor(i / LINKS);
      if (links[i] >= 0 && cost[v] + 1 < cost[links[i]]) {
        cost[links[i]] = cost[v] + 1;
        changed = true;
      }
    }
  }
}
