import type { ChipModel } from '../../ir/chip-model.ts';
import { hopsBetween, hopsToHost, type Site } from './sites.ts';
import type { Traffic } from './traffic.ts';

/** Hops between sites, and from each to the embedded processor. */
export interface Distances {
  readonly sites: number;
  /** [site, site]. */
  readonly between: Float64Array;
  readonly toHost: Float64Array;
}

export function siteDistances(sites: readonly Site[], geometry: ChipModel['geometry']): Distances {
  const between = new Float64Array(sites.length * sites.length);
  sites.forEach((a, i) => {
    sites.forEach((b, j) => {
      between[i * sites.length + j] = hopsBetween(a, b, geometry);
    });
  });
  return { sites: sites.length, between, toHost: Float64Array.from(sites, (site) => hopsToHost(site, geometry)) };
}

/** Hops that the packets of core `core` make when it stands on `site` and the others where `siteOf` says; sites below 0 are not placed yet. */
export function coreCost(traffic: Traffic, distances: Distances, siteOf: Int32Array, core: number, site: number): number {
  let cost = traffic.host[core] * distances.toHost[site];
  for (let k = traffic.first[core]; k < traffic.first[core + 1]; k++) {
    const other = siteOf[traffic.neighbour[k]];
    if (other >= 0) cost += traffic.packets[k] * distances.between[site * distances.sites + other];
  }
  return cost;
}

/** Spike-weighted hops per clip: packets times tile borders crossed, those from and to the embedded processor included. */
export function placementCost(traffic: Traffic, distances: Distances, siteOf: Int32Array): number {
  let cost = 0;
  for (let core = 0; core < traffic.cores; core++) {
    cost += traffic.host[core] * distances.toHost[siteOf[core]];
    for (let k = traffic.first[core]; k < traffic.first[core + 1]; k++) {
      const other = traffic.neighbour[k];
      if (other > core) cost += traffic.packets[k] * distances.between[siteOf[core] * distances.sites + siteOf[other]];
    }
  }
  return cost;
}
