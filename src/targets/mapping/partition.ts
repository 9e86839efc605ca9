import type { Slice } from './slices.ts';

/** How much of one limit is used: over 1 does not fit. `resource` names the limit. */
export interface Share<Resource extends string> {
  readonly resource: Resource;
  readonly used: number;
  readonly allowed: number;
}

/** What cutting needs to know about a chip. */
export interface Measure<Resource extends string> {
  /** A population as so many slices, however its neurons are best cut. */
  cut(owner: number, parts: number): readonly Slice[];
  /** Shares of every limit that each slice needs alone on a core, given how all populations are cut. */
  slices(slices: readonly Slice[]): readonly (readonly Share<Resource>[])[];
  /** Shares that one neuron of a population needs at the least, whatever the cut. */
  neuron(owner: number): readonly Share<Resource>[];
}

/** A population that no cut makes fit: `share` is the limit in the way, of a slice of `neurons` neurons. */
export interface Misfit<Resource extends string> {
  readonly owner: number;
  readonly neurons: number;
  readonly share: Share<Resource>;
}

/**
 * `least` slices of each population; one with a slice that exceeds a limit of a core is cut into more, until all fit. A cut can add
 * output axons to the slices of its sources, so all are measured again after each round. Gives up on a population when a single neuron
 * is too much for a core, or when it alone would take more than `coresMax` cores.
 */
export function cutToFit<Resource extends string>(
  sizes: readonly number[],
  coresMax: number,
  measure: Measure<Resource>,
  least: readonly number[] = sizes.map(() => 1),
): { readonly slices: readonly Slice[]; readonly misfits: readonly Misfit<Resource>[] } {
  const parts = [...least];
  const misfits = new Map<number, Misfit<Resource>>();
  for (let owner = 0; owner < sizes.length; owner++) {
    const share = worst(measure.neuron(owner));
    if (excess(share) > 1) misfits.set(owner, { owner, neurons: 1, share });
  }
  for (;;) {
    const slices = sizes.flatMap((_, owner) => measure.cut(owner, parts[owner]));
    const next = [...parts];
    measure.slices(slices).forEach((shares, i) => {
      const { owner, count } = slices[i];
      const share = worst(shares);
      if (excess(share) <= 1 || misfits.has(owner)) return;
      const wanted = Math.max(parts[owner] + 1, Math.ceil(parts[owner] * excess(share)));
      if (parts[owner] >= Math.min(sizes[owner], coresMax)) misfits.set(owner, { owner, neurons: count, share });
      else next[owner] = Math.max(next[owner], Math.min(wanted, sizes[owner], coresMax));
    });
    if (next.every((count, owner) => count === parts[owner]))
      return { slices, misfits: [...misfits.values()].sort((a, b) => a.owner - b.owner) };
    next.forEach((count, owner) => {
      parts[owner] = count;
    });
  }
}

/** The share that exceeds its limit most; the first of equals. */
export function worst<Resource extends string>(shares: readonly Share<Resource>[]): Share<Resource> {
  return shares.reduce((most, share) => (excess(share) > excess(most) ? share : most));
}

export const excess = (share: Share<string>): number => share.used / share.allowed;
