import { isOfPopulation } from '../../ir/mapping.ts';
import type { Slice } from '../mapping/slices.ts';
import type { SliceContent } from './content.ts';

/** An entry of the input axon table as a slice brings it along: a discrete axon, or all axons of a population one. */
export interface AxonEntry {
  /**
   * Equal for entries that are one where slices share a core: slices that read the same spikes have one axon, with the synapses of both. Not
   * so where its list is read by other axons too, or is one of a population's: what is equal in one slice need not be in the other, and
   * lists that grew together could not be shared.
   */
  readonly key: string;
  /** Its axons in the slice, by atom. */
  readonly axons: readonly number[];
}

export function axonEntries({ axonBundle, axonChannel, axonList, axonAtom, listFirst }: SliceContent, slice: Slice): readonly AxonEntry[] {
  const readers = new Int32Array(listFirst.length - 1);
  for (const list of axonList) readers[list]++;
  const entries: { key: string; axons: number[] }[] = [];
  axonList.forEach((list, axon) => {
    if (axonAtom[axon] > 0) {
      entries[entries.length - 1].axons.push(axon);
      return;
    }
    const spikes = `${axonBundle[axon]}:${axonChannel[axon]}`;
    const apart = readers[list] > 1 || isOfPopulation(axonAtom, axon);
    entries.push({ key: apart ? `${spikes}:${slice.owner}:${slice.first}` : spikes, axons: [axon] });
  });
  return entries;
}
