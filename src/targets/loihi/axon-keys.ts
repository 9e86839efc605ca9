import type { Slice } from '../mapping/slices.ts';
import type { SliceContent } from './content.ts';

/**
 * Names for a slice's input axons, equal for those that are one axon where slices share a core: slices that read the same spikes have one, with
 * the synapses of both. Not so where its list is read by other axons too: what is equal in one slice need not be in the other, and lists
 * that grew together could not be shared.
 */
export function axonKeys({ axonBundle, axonChannel, axonList, listFirst }: SliceContent, slice: Slice): readonly string[] {
  const readers = new Int32Array(listFirst.length - 1);
  for (const list of axonList) readers[list]++;
  return Array.from(axonList, (list, axon) => {
    const spikes = `${axonBundle[axon]}:${axonChannel[axon]}`;
    return readers[list] === 1 ? spikes : `${spikes}:${slice.owner}:${slice.first}`;
  });
}
