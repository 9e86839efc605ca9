import type { ChipModel } from '../../ir/chip-model.ts';
import { anneal } from './anneal.ts';
import { placementCost, siteDistances } from './cost.ts';
import { placeGreedily } from './greedy.ts';
import { randomPermutation, seededRandom } from './random.ts';
import { type Site, usedSites } from './sites.ts';
import type { Traffic } from './traffic.ts';

export interface Placement {
  /** Site of each core. */
  readonly sites: readonly Site[];
  /** Spike-weighted hops per clip of this placement, of the greedy one it started from, and the mean of random ones. */
  readonly hops: number;
  readonly greedyHops: number;
  readonly randomHops: number;
}

const RANDOM_PLACEMENTS = 100;

/**
 * Places cores where estimated packets travel the fewest hops: greedily, then by simulated annealing, which never ends above its start.
 * All placements compared use the same set of sites. Deterministic for a seed.
 */
export function place(traffic: Traffic, geometry: ChipModel['geometry'], seed: number): Placement {
  const sites = usedSites(traffic.cores, geometry);
  const distances = siteDistances(sites, geometry);
  const random = seededRandom(seed);
  let total = 0;
  for (let i = 0; i < RANDOM_PLACEMENTS; i++) total += placementCost(traffic, distances, randomPermutation(random, sites.length));
  const greedy = placeGreedily(traffic, distances);
  const chosen = anneal(traffic, distances, greedy, random);
  return {
    sites: Array.from(chosen, (site) => sites[site]),
    hops: placementCost(traffic, distances, chosen),
    greedyHops: placementCost(traffic, distances, greedy),
    randomHops: total / RANDOM_PLACEMENTS,
  };
}
