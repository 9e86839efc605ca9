/** Half-width of a 95 % interval in standard deviations. */
const Z = 1.959964;

export type Interval = readonly [low: number, high: number];

/**
 * 95 % interval of a fraction of `trials` (Wilson 1927), as [low, high]. Says how little a test set of this size can tell apart.
 */
export function wilsonInterval(fraction: number, trials: number): Interval {
  const denominator = 1 + (Z * Z) / trials;
  const centre = (fraction + (Z * Z) / (2 * trials)) / denominator;
  const half = (Z / denominator) * Math.sqrt((fraction * (1 - fraction)) / trials + (Z * Z) / (4 * trials * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** Trials of two classifiers on the same clips: right both times, only the first, only the second, never. */
export interface PairedCounts {
  readonly both: number;
  readonly first: number;
  readonly second: number;
  readonly neither: number;
}

/**
 * 95 % interval of second - first, where both decided on the same clips: Wilson's limits joined with their correlation (Newcombe 1998,
 * Statistics in Medicine 17, 2635-2650, method 10). At least one clip.
 */
export function pairedInterval({ both, first, second, neither }: PairedCounts): Interval {
  const n = both + first + second + neither;
  return joined((both + first) / n, n, (both + second) / n, n, correlation({ both, first, second, neither }));
}

/** The same for independent samples (Newcombe 1998, Statistics in Medicine 17, 873-890, method 10). At least one clip each. */
export function independentInterval(first: number, firstTrials: number, second: number, secondTrials: number): Interval {
  return joined(first, firstTrials, second, secondTrials, 0);
}

function joined(p1: number, n1: number, p2: number, n2: number, phi: number): Interval {
  const [l1, u1] = wilsonInterval(p1, n1);
  const [l2, u2] = wilsonInterval(p2, n2);
  const spread = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const difference = p2 - p1;
  return [Math.max(-1, difference - spread(p2 - l2, u1 - p1)), Math.min(1, difference + spread(u2 - p2, p1 - l1))];
}

/** Newcombe's phi: a positive correlation is corrected for continuity; 0 where a margin is empty. */
function correlation({ both, first, second, neither }: PairedCounts): number {
  const n = both + first + second + neither;
  const margins = (both + first) * (second + neither) * (both + second) * (first + neither);
  if (margins === 0) return 0;
  const product = both * neither - first * second;
  return (product > 0 ? Math.max(product - n / 2, 0) : product) / Math.sqrt(margins);
}

/**
 * Two-sided exact p of McNemar's test: how likely clips on which only one of the two is right would part at least this unevenly, were both
 * equally good. 1 without such clips.
 */
export function mcnemarExact({ first, second }: PairedCounts): number {
  const n = first + second;
  const least = Math.min(first, second);
  // Terms of the binomial distribution with 1/2, in logarithms: 2^-n underflows from a thousand clips on.
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= least; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
