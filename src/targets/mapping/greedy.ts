import { coreCost, type Distances } from './cost.ts';
import type { Traffic } from './traffic.ts';

/**
 * Core after core: next comes the one that exchanges most packets with what is placed (the embedded processor from the start), and it
 * takes the free site where these packets travel least. Ties go to the lower index. Returns the site of each core.
 */
export function placeGreedily(traffic: Traffic, distances: Distances): Int32Array {
  const siteOf = new Int32Array(traffic.cores).fill(-1);
  const taken = new Uint8Array(distances.sites);
  const attraction = Float64Array.from(traffic.host);
  for (let placed = 0; placed < traffic.cores; placed++) {
    let core = -1;
    for (let i = 0; i < traffic.cores; i++) if (siteOf[i] < 0 && (core < 0 || attraction[i] > attraction[core])) core = i;
    let site = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < distances.sites; i++) {
      if (taken[i] === 1) continue;
      const cost = coreCost(traffic, distances, siteOf, core, i);
      if (cost < least) {
        least = cost;
        site = i;
      }
    }
    siteOf[core] = site;
    taken[site] = 1;
    for (let k = traffic.first[core]; k < traffic.first[core + 1]; k++) attraction[traffic.neighbour[k]] += traffic.packets[k];
  }
  return siteOf;
}
