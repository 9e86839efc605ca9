import { joinSlices, type SliceRegions } from '../../../ir/slice-regions.ts';

/** Compartments that belong together: what one format register is shared by. */
export interface TargetGroup {
  readonly first: number;
  /** Compartments that an index has to tell apart. */
  readonly span: number;
}

/** The slice of each compartment, gates and teachers with their neurons; null where no group owns it. */
export function targetGroupsOf(groups: readonly SliceRegions[], compartments: number): readonly (TargetGroup | null)[] {
  const owner = new Array<TargetGroup | null>(compartments).fill(null);
  for (const { first, count, gateFirst, teachFirst } of joinSlices(groups)) {
    const regions = [first, gateFirst, teachFirst].filter((region) => region !== null);
    const least = Math.min(...regions);
    const group = { first: least, span: Math.max(...regions) + count - least };
    for (const region of regions) owner.fill(group, region, region + count);
  }
  return owner;
}
