import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CoreProgram, LoihiProgram } from '../../../src/ir/mapping.ts';
import { hopsBetween as floorHops, layFloor } from '../../../src/simulator/floor.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { placementCost, siteDistances } from '../../../src/targets/mapping/cost.ts';
import { place } from '../../../src/targets/mapping/place.ts';
import { randomBelow, randomExponential, randomPermutation, seededRandom } from '../../../src/targets/mapping/random.ts';
import { hopsBetween, hopsToHost, usedSites } from '../../../src/targets/mapping/sites.ts';
import { TrafficCounter } from '../../../src/targets/mapping/traffic.ts';

function randomTraffic(cores: number, seed: number) {
  const random = seededRandom(seed);
  const counter = new TrafficCounter(cores);
  for (let i = 0; i < 4 * cores; i++) counter.addBetween(randomBelow(random, cores), randomBelow(random, cores), random() * 100);
  for (let i = 0; i < cores; i++) counter.addHost(i, random() * 20);
  return counter.freeze();
}

describe('place', () => {
  it('never ends above its greedy start, on the sites that all placements use', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(10_000), (cores, seed) => {
        const traffic = randomTraffic(cores, seed);
        const placement = place(traffic, LOIHI2.geometry, seed);
        expect(placement.hops).toBeLessThanOrEqual(placement.greedyHops);
        expect(placement.greedyHops).toBeLessThanOrEqual(placement.randomHops * 1.2);
        const key = (site: { chip: number; tile: number; slot: number }): string => `${site.chip}/${site.tile}/${site.slot}`;
        expect(placement.sites.map(key).sort()).toEqual(usedSites(cores, LOIHI2.geometry).map(key).sort());
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it('is the same for the same seed', () => {
    const traffic = randomTraffic(30, 5);
    expect(place(traffic, LOIHI2.geometry, 3)).toEqual(place(traffic, LOIHI2.geometry, 3));
    expect(place(traffic, LOIHI2.geometry, 3).randomHops).not.toBe(place(traffic, LOIHI2.geometry, 4).randomHops);
  });

  it('finds the best placement where it can be listed', () => {
    // Tiles 0 and 1 with four slots each: two heavy quartets belong together, the one that talks to the host on tile 0.
    const counter = new TrafficCounter(8);
    const quartets = [
      [0, 2, 4, 6],
      [1, 3, 5, 7],
    ];
    for (const quartet of quartets) for (const a of quartet) for (const b of quartet) if (a < b) counter.addBetween(a, b, 10);
    counter.addBetween(0, 1, 1);
    counter.addHost(3, 5);
    const placement = place(counter.freeze(), LOIHI2.geometry, 1);
    expect(placement.hops).toBe(1);
    expect(quartets[1].map((core) => placement.sites[core].tile)).toEqual([0, 0, 0, 0]);
  });

  it('counts hops as the simulator does', () => {
    const sites = [...usedSites(40, LOIHI2.geometry), { chip: 1, tile: 0, slot: 0 }, { chip: 1, tile: 13, slot: 2 }];
    const program = { cores: sites.map((site): Partial<CoreProgram> => site) } as unknown as LoihiProgram;
    const floor = layFloor(program, LOIHI2);
    sites.forEach((a, i) => {
      const [x, y] = floorHops(floor, null, i);
      expect(hopsToHost(a, LOIHI2.geometry)).toBe(x + y);
      sites.forEach((b, j) => {
        const [dx, dy] = floorHops(floor, i, j);
        expect(hopsBetween(a, b, LOIHI2.geometry)).toBe(dx + dy);
      });
    });
  });

  it('weighs every pair once', () => {
    const counter = new TrafficCounter(3);
    counter.addBetween(0, 1, 2);
    counter.addBetween(1, 0, 3);
    counter.addBetween(2, 2, 100);
    counter.addHost(2, 7);
    const sites = [0, 1, 4].map((tile) => ({ chip: 0, tile, slot: 0 }));
    // (2 + 3) packets over the border of tiles 0 and 1, 7 from tile 4 = (1, 0) to tile 0.
    expect(placementCost(counter.freeze(), siteDistances(sites, LOIHI2.geometry), Int32Array.from([0, 1, 2]))).toBe(12);
  });
});

describe('seeded random numbers', () => {
  it('are uniform, permute, and are exponential where asked', () => {
    const random = seededRandom(1);
    const draws = Array.from({ length: 20_000 }, () => randomExponential(random));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(draws.filter((x) => x > 1).length / draws.length).toBeCloseTo(Math.exp(-1), 1.5);
    expect(draws.filter((x) => x > 2).length / draws.length).toBeCloseTo(Math.exp(-2), 1.5);
    expect(Array.from(randomPermutation(random, 50)).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(seededRandom(9)()).toBe(seededRandom(9)());
  });
});
