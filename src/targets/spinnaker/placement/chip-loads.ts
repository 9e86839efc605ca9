/** What a slice sends: packets a step or clip, in any unit, and the slices that receive each of them. */
export interface SliceNet {
  readonly source: number;
  readonly targets: readonly number[];
  readonly packets: number;
}

/** Slices that share a chip, as a run of consecutive numbers. */
export interface ChipLoad {
  readonly first: number;
  readonly count: number;
}

/** Packets that go to the same loads; the loads they come from and go to, ascending. */
export interface LoadNet {
  readonly loads: readonly number[];
  readonly packets: number;
}

/**
 * Fills chips with slices in their order: slices of a population stay together, and so do populations that follow each other. `room`: cores
 * of each chip, in the order in which they are filled. Returns null where the slices are too many.
 */
export function fillChips(slices: number, room: readonly number[]): readonly ChipLoad[] | null {
  const loads: ChipLoad[] = [];
  let first = 0;
  for (let i = 0; first < slices; i++) {
    if (i === room.length) return null;
    const count = Math.min(room[i], slices - first);
    loads.push({ first, count });
    first += count;
  }
  return loads;
}

/** Nets by the loads they join, summed over nets that join the same; nets within one load cross no link and are left out. */
export function netsOfLoads(nets: readonly SliceNet[], loads: readonly ChipLoad[]): readonly LoadNet[] {
  const loadOf = loads.flatMap(({ count }, load) => new Array<number>(count).fill(load));
  const sums = new Map<string, LoadNet>();
  for (const { source, targets, packets } of nets) {
    const joined = [...new Set([source, ...targets].map((slice) => loadOf[slice]))].sort((a, b) => a - b);
    if (joined.length === 1) continue;
    const name = joined.join(' ');
    sums.set(name, { loads: joined, packets: packets + (sums.get(name)?.packets ?? 0) });
  }
  return [...sums.values()];
}
