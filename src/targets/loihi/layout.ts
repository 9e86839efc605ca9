import type { ChipModel } from '../../ir/chip-model.ts';
import { type Packer, packSlices } from '../mapping/pack.ts';
import { cutToFit, excess, type Measure, type Misfit, type Share, worst } from '../mapping/partition.ts';
import { cutEvenly, type Slice } from '../mapping/slices.ts';
import { axonEntries } from './axon-entries.ts';
import type { Connectivity } from './connectivity.ts';
import type { SliceContent } from './content.ts';
import { Contents, holdsPopulations } from './contents.ts';
import { grainsOf } from './grains.ts';
import { addCounts, type CoreCounts, type CoreResource, coreShares } from './usage.ts';

/** Slices by core, and what stands in the way of others. */
export interface Layout {
  readonly cores: readonly (readonly Slice[])[];
  readonly misfits: readonly Misfit<CoreResource>[];
  contentOf(slice: Slice): SliceContent;
}

/**
 * Cuts populations until each slice fits a core, and takes as few chips as the slices fit on: a core for each slice where there are
 * enough, packed together otherwise. `least`: slices that each population is to have at the least, one if it is not given.
 */
export function layOut(connectivity: Connectivity, chip: ChipModel, least?: readonly number[]): Layout {
  const { contentOf, countsOf } = new Contents(connectivity, chip);
  const { coresPerChip } = chip.geometry;
  const sizes = connectivity.owners.map((owner) => owner.node.size);
  const measure = measureOn(connectivity, chip, contentOf, countsOf);
  const { slices, misfits } = cutToFit(sizes, coresPerChip * chip.limits.chips.value, measure, least);
  if (misfits.length > 0) return { cores: [], misfits, contentOf };
  const outputs = outputAxonsOf(slices, connectivity, contentOf);
  const outputsOf = new Map(slices.map((slice, i) => [slice, outputs[i]]));
  const packer = packerOf(chip, contentOf, countsOf, (slice) => outputsOf.get(slice) ?? 0);
  let cores: readonly (readonly Slice[])[] = [];
  for (let chips = 1; chips <= chip.limits.chips.value; chips++) {
    cores = packSlices(slices, chips * coresPerChip, packer);
    if (cores.length <= chips * coresPerChip) break;
  }
  return { cores, misfits, contentOf };
}

function measureOn(
  connectivity: Connectivity,
  chip: ChipModel,
  contentOf: (slice: Slice) => SliceContent,
  countsOf: (slice: Slice) => CoreCounts,
): Measure<CoreResource> {
  const grains = connectivity.owners.map(grainsOf);
  return {
    cut: (owner, parts) =>
      bestCut(owner, connectivity.owners[owner].node.size, parts, grains[owner], (slice) => coreShares(countsOf(slice), chip)),
    slices: (slices) => {
      const outputs = outputAxonsOf(slices, connectivity, contentOf);
      return slices.map((slice, i) => coreShares({ ...countsOf(slice), outputAxons: outputs[i] }, chip));
    },
    neuron: (owner) => coreShares(countsOf({ owner, first: 0, count: 1 }), chip),
  };
}

/** Of cuts anywhere and cuts between places or rows of them, the one whose largest slice takes least; the first of equals. */
function bestCut(
  owner: number,
  size: number,
  parts: number,
  grains: readonly number[],
  sharesOf: (slice: Slice) => readonly Share<CoreResource>[],
): readonly Slice[] {
  const [even, ...others] = [1, ...grains.filter((grain) => size / grain >= parts)].map((grain) => cutEvenly(owner, size, parts, grain));
  if (parts === 1 || others.length === 0) return even;
  const most = (slices: readonly Slice[]): number => Math.max(...slices.map((slice) => excess(worst(sharesOf(slice)))));
  return others.reduce((best, slices) => (most(slices) < most(best) ? slices : best), even);
}

/** Routes that leave each slice when every slice has a core of its own: one per neuron and input axon that it opens. */
function outputAxonsOf(slices: readonly Slice[], connectivity: Connectivity, contentOf: (slice: Slice) => SliceContent): readonly number[] {
  const ownerOf = new Map(connectivity.owners.map((owner, index) => [owner.node.id, index]));
  const perNeuron = connectivity.owners.map((owner) => new Int32Array(owner.node.size));
  for (const slice of slices) {
    const { axonBundle, axonChannel } = contentOf(slice);
    axonBundle.forEach((index, axon) => {
      const bundle = connectivity.bundles[index];
      const source = bundle.live ? ownerOf.get(bundle.stream) : undefined;
      if (source !== undefined) perNeuron[source][axonChannel[axon]]++;
    });
  }
  return slices.map((slice) => perNeuron[slice.owner].subarray(slice.first, slice.first + slice.count).reduce((sum, n) => sum + n, 0));
}

interface Bin {
  readonly counts: CoreCounts;
  /** Entries of the input axon table by their keys: slices share those with the same key. */
  readonly axons: ReadonlySet<string>;
}

/** Output axons are counted as if no two destinations shared a core: packing can only need fewer. */
function packerOf(
  chip: ChipModel,
  contentOf: (slice: Slice) => SliceContent,
  countsOf: (slice: Slice) => CoreCounts,
  outputsOf: (slice: Slice) => number,
): Packer<Bin> {
  const opened = new Map<Slice, Bin>();
  const open = (slice: Slice): Bin => {
    const known = opened.get(slice);
    if (known !== undefined) return known;
    const axons = new Set(axonEntries(contentOf(slice), slice).map(({ key }) => key));
    const bin = { counts: { ...countsOf(slice), outputAxons: outputsOf(slice) }, axons };
    opened.set(slice, bin);
    return bin;
  };
  const fits = (counts: CoreCounts): boolean => excess(worst(coreShares(counts, chip))) <= 1 && holdsPopulations(counts, chip);
  return {
    open,
    add: (bin, slice) => {
      const other = open(slice);
      const least = addCounts(bin.counts, other.counts, Math.max(bin.axons.size, other.axons.size));
      if (!fits(least)) return null;
      const axons = new Set([...bin.axons, ...other.axons]);
      const counts = { ...least, inputAxons: axons.size };
      return fits(counts) ? { counts, axons } : null;
    },
    weight: (slice) => excess(worst(coreShares(open(slice).counts, chip))),
  };
}
