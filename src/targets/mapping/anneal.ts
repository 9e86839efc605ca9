import { coreCost, type Distances, placementCost } from './cost.ts';
import { type Random, randomBelow, randomExponential } from './random.ts';
import type { Traffic } from './traffic.ts';

/** Sweeps of one swap per core, and the factor on the temperature after each: it ends at 0.2 % of its start. */
const SWEEPS = 1500;
const COOLING = 0.996;

/**
 * Simulated annealing over swaps of two cores (Kirkpatrick et al. 1983). The first temperature is the mean cost of a core, so that early
 * swaps are nearly free; it falls geometrically. Returns the best placement met, which is `start` itself where nothing better was found.
 */
export function anneal(traffic: Traffic, distances: Distances, start: Int32Array, random: Random): Int32Array {
  const cores = start.length;
  let best: Int32Array = start;
  let bestCost = placementCost(traffic, distances, start);
  if (cores < 2 || bestCost === 0) return best;
  const siteOf = Int32Array.from(start);
  let temperature = bestCost / cores;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let i = 0; i < cores; i++) {
      const a = randomBelow(random, cores);
      const b = (a + 1 + randomBelow(random, cores - 1)) % cores;
      if (swapGain(traffic, distances, siteOf, a, b) > -temperature * randomExponential(random)) swap(siteOf, a, b);
    }
    // Recomputed, so that rounding of the differences cannot add up.
    const cost = placementCost(traffic, distances, siteOf);
    if (cost < bestCost) {
      best = Int32Array.from(siteOf);
      bestCost = cost;
    }
    temperature *= COOLING;
  }
  return best;
}

/** Hops saved by swapping the sites of two cores; their packets to each other travel as far as before. */
function swapGain(traffic: Traffic, distances: Distances, siteOf: Int32Array, a: number, b: number): number {
  const before = coreCost(traffic, distances, siteOf, a, siteOf[a]) + coreCost(traffic, distances, siteOf, b, siteOf[b]);
  swap(siteOf, a, b);
  const after = coreCost(traffic, distances, siteOf, a, siteOf[a]) + coreCost(traffic, distances, siteOf, b, siteOf[b]);
  swap(siteOf, a, b);
  return before - after;
}

function swap(siteOf: Int32Array, a: number, b: number): void {
  const site = siteOf[a];
  siteOf[a] = siteOf[b];
  siteOf[b] = site;
}
