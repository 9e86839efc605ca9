import { linkEnds, type SpinnakerMachine } from '../../../ir/spinnaker-machine.ts';
import { randomPermutation, seededRandom } from '../../mapping/random.ts';
import type { CorePlace } from '../routing/route-nets.ts';
import { annealLoads, linksOf } from './anneal-loads.ts';
import { chipDistances, chipsFromCentre } from './chip-distances.ts';
import { fillChips, netsOfLoads, type SliceNet } from './chip-loads.ts';

export interface SlicePlacement {
  /** Core of each slice. */
  readonly places: readonly CorePlace[];
  /** Packet-weighted links of this placement, of the one in order it started from, and the mean of random ones on the same chips. */
  readonly links: number;
  readonly orderedLinks: number;
  readonly randomLinks: number;
}

const RANDOM_PLACEMENTS = 20;

/**
 * Places slices, one on a core, where their packets cross the fewest links. Chips are filled in order of the slices, on a patch round the
 * middle of the machine; what each chip holds is then moved as a whole by simulated annealing, never to a worse end than its start. Keeping
 * loads whole keeps slices of a population together, so that their packets share trees and table entries. Deterministic for a seed. Returns
 * null where the machine, or the part of it that hangs together, has too few cores.
 */
export function placeSlices(machine: SpinnakerMachine, slices: number, nets: readonly SliceNet[], seed: number): SlicePlacement | null {
  const distances = chipDistances(linkEnds(machine));
  const coresOf = (chip: number): readonly number[] => machine.chips[chip].cores;
  const patch = chipsFromCentre(distances).filter((chip) => coresOf(chip).length > 0);
  const loads = fillChips(
    slices,
    patch.map((chip) => coresOf(chip).length),
  );
  if (loads === null) return null;
  const start = patch.slice(0, loads.length);
  const joined = netsOfLoads(nets, loads);
  const random = seededRandom(seed);
  const fits = (load: number, chip: number): boolean => loads[load].count <= coresOf(chip).length;
  const chipOf = annealLoads(joined, distances, start, fits, random);
  const inOrder = loads.flatMap(({ count }, load) => new Array<number>(count).fill(start[load]));
  let randomLinks = 0;
  for (let i = 0; i < RANDOM_PLACEMENTS; i++) {
    const order = randomPermutation(random, slices);
    const single = Array.from(order, (slice) => inOrder[slice]);
    randomLinks += scatteredLinks(nets, distances, single) / RANDOM_PLACEMENTS;
  }
  return {
    places: loads.flatMap(({ count }, load) =>
      coresOf(chipOf[load])
        .slice(0, count)
        .map((core) => ({ chip: chipOf[load], core })),
    ),
    links: linksOf(joined, distances, chipOf),
    orderedLinks: linksOf(joined, distances, start),
    randomLinks,
  };
}

/** Packet-weighted links where each slice stands on a chip of its own choice. */
function scatteredLinks(nets: readonly SliceNet[], distances: Uint16Array, chipOf: readonly number[]): number {
  const chips = [...new Set(chipOf)];
  const indexOf = new Map(chips.map((chip, i) => [chip, i]));
  const loads = nets.map(({ source, targets, packets }) => ({
    loads: [...new Set([source, ...targets].map((slice) => indexOf.get(chipOf[slice]) ?? 0))],
    packets,
  }));
  return linksOf(loads, distances, chips);
}
