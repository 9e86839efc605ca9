import { excess, type Share, worst } from '../../mapping/partition.ts';
import type { Slice } from '../../mapping/slices.ts';

/** How a population is cut, or the limit that a single neuron exceeds. */
export type Cut<Resource extends string> =
  | { readonly kind: 'slices'; readonly slices: readonly Slice[] }
  | { readonly kind: 'misfit'; readonly share: Share<Resource> };

/**
 * Cuts a population into the fewest slices that fit, all of one length but the last: source neurons then have numbers in a row, slice times
 * length plus place, as the population tables of their targets need it. Lengths near each other, so no last slice of one neuron. How many
 * neurons fit does not depend on how others are cut, since one table entry covers a population. `sharesOf`: shares that a slice of so many
 * neurons takes, which must not fall with their number.
 */
export function cutPopulation<Resource extends string>(
  owner: number,
  size: number,
  sharesOf: (neurons: number) => readonly Share<Resource>[],
): Cut<Resource> {
  const fits = (neurons: number): boolean => excess(worst(sharesOf(neurons))) <= 1;
  if (!fits(1)) return { kind: 'misfit', share: worst(sharesOf(1)) };
  let [most, tooMany] = [1, size + 1];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (fits(middle)) most = middle;
    else tooMany = middle;
  }
  const parts = Math.ceil(size / most);
  const length = Math.ceil(size / parts);
  const slices = Array.from({ length: Math.ceil(size / length) }, (_, i) => ({
    owner,
    first: i * length,
    count: Math.min(length, size - i * length),
  }));
  return { kind: 'slices', slices };
}
