import { type Random, randomBelow, randomExponential } from '../../mapping/random.ts';
import { spanningLinks } from './chip-distances.ts';
import type { LoadNet } from './chip-loads.ts';

/** Sweeps of one swap per load, and the factor on the temperature after each: it ends at 0.2 % of its start. */
const SWEEPS = 200;
const COOLING = 0.97;

/** Distances looked up in all; fewer sweeps where they would be more. */
const WORK_MAX = 2e9;

/** Packet-weighted links: of each net the smallest tree over its chips. */
export const linksOf = (nets: readonly LoadNet[], distances: Uint16Array, chipOf: readonly number[]): number =>
  nets.reduce((sum, net) => sum + netLinks(net, distances, chipOf), 0);

const netLinks = ({ loads, packets }: LoadNet, distances: Uint16Array, chipOf: readonly number[]): number =>
  packets *
  spanningLinks(
    distances,
    loads.map((load) => chipOf[load]),
  );

/**
 * Simulated annealing over swaps of the chips of two loads (Kirkpatrick et al. 1983), as `mapping/anneal.ts` does for cores: the first
 * temperature is the mean cost of a load. Returns the best chips met, `start` itself where nothing better was found. `fits`: whether a load
 * may stand on a chip.
 */
export function annealLoads(
  nets: readonly LoadNet[],
  distances: Uint16Array,
  start: readonly number[],
  fits: (load: number, chip: number) => boolean,
  random: Random,
): readonly number[] {
  const netsOf: number[][] = start.map(() => []);
  nets.forEach(({ loads }, net) => {
    for (const load of loads) netsOf[load].push(net);
  });
  const chipOf = [...start];
  const costs = nets.map((net) => netLinks(net, distances, chipOf));
  let cost = costs.reduce((sum, links) => sum + links, 0);
  let best: readonly number[] = start;
  let least = cost;
  let temperature = cost / start.length;
  const perSweep = nets.reduce((sum, { loads }) => sum + 2 * loads.length ** 3, 0);
  const skip = Math.max(1, Math.ceil((SWEEPS * perSweep) / WORK_MAX));
  for (let sweep = 0; sweep < SWEEPS && start.length > 1; sweep++, temperature *= COOLING) {
    if (sweep % skip !== 0) continue;
    for (let i = 0; i < start.length; i++) {
      const a = randomBelow(random, start.length);
      const b = (a + 1 + randomBelow(random, start.length - 1)) % start.length;
      if (!fits(a, chipOf[b]) || !fits(b, chipOf[a])) continue;
      swap(chipOf, a, b);
      const touched = [...new Set([...netsOf[a], ...netsOf[b]])];
      const after = touched.map((net) => netLinks(nets[net], distances, chipOf));
      const rise = touched.reduce((sum, net, k) => sum + after[k] - costs[net], 0);
      if (rise >= temperature * randomExponential(random)) {
        swap(chipOf, a, b);
        continue;
      }
      touched.forEach((net, k) => {
        costs[net] = after[k];
      });
    }
    // Recomputed, so that rounding of the differences cannot add up.
    cost = costs.reduce((sum, links) => sum + links, 0);
    if (cost < least) [best, least] = [[...chipOf], cost];
  }
  return best;
}

function swap(chipOf: number[], a: number, b: number): void {
  const chip = chipOf[a];
  chipOf[a] = chipOf[b];
  chipOf[b] = chip;
}
