import type { Slice } from './slices.ts';

/** Slices that share a core, and what that core may hold. `add` returns null where the slice does not fit any more. */
export interface Packer<Bin> {
  open(slice: Slice): Bin;
  add(bin: Bin, slice: Slice): Bin | null;
  /** Room a slice takes, for the order in which slices are packed. */
  weight(slice: Slice): number;
}

interface Filled<Bin> {
  content: Bin;
  weight: number;
  readonly members: number[];
}

/**
 * A core for each slice while there are enough cores. Otherwise first-fit decreasing (Johnson 1973) tells how many are needed; where some
 * are left, slices are spread over all of them, each to the emptiest core that has room. Cores keep the order of their first slices,
 * slices their order within a core.
 */
export function packSlices<Bin>(slices: readonly Slice[], cores: number, packer: Packer<Bin>): readonly (readonly Slice[])[] {
  if (slices.length <= cores) return slices.map((slice) => [slice]);
  const weights = slices.map((slice) => packer.weight(slice));
  const order = slices.map((_, i) => i).sort((a, b) => weights[b] - weights[a] || a - b);
  const tight = fill(slices, weights, order, packer, 0, false);
  const spread = tight.length < cores ? fill(slices, weights, order, packer, cores, true) : tight;
  return (spread.length <= cores ? spread : tight)
    .map(({ members }) => members.sort((a, b) => a - b))
    .sort((a, b) => a[0] - b[0])
    .map((members) => members.map((i) => slices[i]));
}

/** The first `cores` slices get a core each; of the others, each the first that has room (`emptiest`: of the least weight), or a new one. */
function fill<Bin>(
  slices: readonly Slice[],
  weights: readonly number[],
  order: readonly number[],
  packer: Packer<Bin>,
  cores: number,
  emptiest: boolean,
): readonly Filled<Bin>[] {
  const bins: Filled<Bin>[] = [];
  for (const i of order) {
    const tried = bins.length < cores ? [] : emptiest ? [...bins].sort((a, b) => a.weight - b.weight) : bins;
    if (!tried.some((bin) => put(bin, i))) bins.push({ content: packer.open(slices[i]), weight: weights[i], members: [i] });
  }
  return bins;

  function put(bin: Filled<Bin>, i: number): boolean {
    const content = packer.add(bin.content, slices[i]);
    if (content === null) return false;
    bin.content = content;
    bin.weight += weights[i];
    bin.members.push(i);
    return true;
  }
}
