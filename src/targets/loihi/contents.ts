import type { ChipModel } from '../../ir/chip-model.ts';
import { excess, worst } from '../mapping/partition.ts';
import type { Slice } from '../mapping/slices.ts';
import type { Connectivity } from './connectivity.ts';
import { buildContent, type PlacesOf, type SliceContent } from './content.ts';
import { slicedGroups } from './dynamics.ts';
import { placesOf } from './places.ts';
import { type CoreCounts, coreShares, countCore } from './usage.ts';

interface Counted {
  readonly content: SliceContent;
  /** What it takes on a core, output axons aside. */
  readonly counts: CoreCounts;
}

/** What slices put on a core, each looked at once. */
export class Contents {
  private readonly connectivity: Connectivity;
  private readonly chip: ChipModel;
  private readonly placesOf: PlacesOf;
  private readonly known = new Map<string, Counted>();

  constructor(connectivity: Connectivity, chip: ChipModel) {
    this.connectivity = connectivity;
    this.chip = chip;
    const atoms = chip.populationAxons?.atoms.value ?? 1;
    const places = atoms > 1 ? placesOf(connectivity, atoms) : new Map<never, never>();
    this.placesOf = (bundle) => places.get(connectivity.bundles[bundle].stream) ?? [];
  }

  readonly contentOf = (slice: Slice): SliceContent => this.of(slice).content;

  readonly countsOf = (slice: Slice): CoreCounts => this.of(slice).counts;

  private of(slice: Slice): Counted {
    const key = `${slice.owner}:${slice.first}:${slice.count}`;
    const counted = this.known.get(key) ?? this.cheapest(slice);
    this.known.set(key, counted);
    return counted;
  }

  /**
   * With population axons for the places of its sources, where those take less of the limit that is nearest (or as much, and fewer input axons):
   * their lists can take more memory than those of discrete axons, which are shared one by one, but never more than without sharing.
   */
  private cheapest(slice: Slice): Counted {
    const owner = this.connectivity.owners[slice.owner];
    const build = buildContent(owner, slice, this.chip);
    const discrete = this.counted(
      slice,
      build(() => []),
    );
    if (owner.feeds.every((feed) => feed.kind !== 'synapses' || this.placesOf(feed.bundle).length === 0)) return discrete;
    const gathered = this.counted(slice, build(this.placesOf));
    const [words, most] = [gathered.counts.tables?.synapseWords ?? 0, discrete.counts.tables?.unsharedWords ?? 0];
    if (!holdsPopulations(gathered.counts, this.chip) || words > most) return discrete;
    const nearest = ({ counts }: Counted): number => excess(worst(coreShares(counts, this.chip)));
    const gain = nearest(discrete) - nearest(gathered) || discrete.counts.inputAxons - gathered.counts.inputAxons;
    return gain > 0 ? gathered : discrete;
  }

  private counted(slice: Slice, content: SliceContent): Counted {
    const { connectivity, chip } = this;
    const groups = slicedGroups(connectivity.owners[slice.owner], slice, content, 0, chip);
    return { content, counts: countCore({ ...content, groups }, 0, chip) };
  }
}

/** Population axons come first in the table, and only so many entries of it can be one. */
export const holdsPopulations = ({ populationAxons }: CoreCounts, chip: ChipModel): boolean =>
  populationAxons <= (chip.populationAxons?.axonsPerCore.value ?? 0);
