import type { Slice } from './slices.ts';

/** Slices that share a core, and what that core may hold. `add` returns null where the slice does not fit any more. */
export interface Packer<Bin> {
  open(slice: Slice): Bin;
  add(bin: Bin, slice: Slice): Bin | null;
  /** Room a slice takes, for the order in which slices are packed. */
  weight(slice: Slice): number;
}

/**
 * A core for each slice while there are enough cores; otherwise first-fit decreasing (Johnson 1973). Cores keep the order of their
 * first slices, slices their order within a core.
 */
export function packSlices<Bin>(slices: readonly Slice[], cores: number, packer: Packer<Bin>): readonly (readonly Slice[])[] {
  if (slices.length <= cores) return slices.map((slice) => [slice]);
  const weights = slices.map((slice) => packer.weight(slice));
  const order = slices.map((_, i) => i).sort((a, b) => weights[b] - weights[a] || a - b);
  const bins: { content: Bin; members: number[] }[] = [];
  for (const i of order) {
    let found = false;
    for (const bin of bins) {
      const content = packer.add(bin.content, slices[i]);
      if (content === null) continue;
      bin.content = content;
      bin.members.push(i);
      found = true;
      break;
    }
    if (!found) bins.push({ content: packer.open(slices[i]), members: [i] });
  }
  return bins
    .map((bin) => bin.members.sort((a, b) => a - b))
    .sort((a, b) => a[0] - b[0])
    .map((members) => members.map((i) => slices[i]));
}
