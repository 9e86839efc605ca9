/** Neurons first .. first + count - 1 of population `owner` (an index in some list of populations). */
export interface Slice {
  readonly owner: number;
  readonly first: number;
  readonly count: number;
}

/**
 * `size` neurons in `parts` runs whose lengths differ by one at most, the longer ones first. With a grain, which divides `size`, lengths are
 * multiples of it and differ by one grain.
 */
export function cutEvenly(owner: number, size: number, parts: number, grain = 1): readonly Slice[] {
  if (grain > 1) {
    return cutEvenly(owner, size / grain, parts).map(({ first, count }) => ({ owner, first: first * grain, count: count * grain }));
  }
  const short = Math.floor(size / parts);
  const long = size % parts;
  return Array.from({ length: parts }, (_, i) => ({
    owner,
    first: i * short + Math.min(i, long),
    count: short + (i < long ? 1 : 0),
  }));
}
