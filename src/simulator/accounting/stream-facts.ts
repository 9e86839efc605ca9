/** What counting tools look at in the values of one stream over one clip. */
export interface StreamFacts {
  readonly min: number;
  readonly max: number;
  /** All values are whole numbers. */
  readonly whole: boolean;
  /** At most two values are different. */
  readonly twoValued: boolean;
  readonly sum: number;
  readonly nonzeros: number;
}

export function factsOf(values: ArrayLike<number>): StreamFacts {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let whole = true;
  let [sum, nonzeros] = [0, 0];
  const first = values[0];
  let second = first;
  let twoValued = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) {
      if (first !== 0) {
        if (second === first) second = 0;
        else if (second !== 0) twoValued = false;
      }
      continue;
    }
    nonzeros++;
    sum += value;
    if (!Number.isInteger(value)) whole = false;
    if (value === first || value === second) continue;
    if (second === first) second = value;
    else twoValued = false;
  }
  return { min, max, whole, twoValued, sum, nonzeros };
}

/** What syops-counter takes for spikes: no more than two different values, both in 0 .. 1. */
export const isTwoValued = ({ twoValued, min, max }: StreamFacts): boolean => twoValued && max <= 1 && min >= 0;

/** What NeuroBench takes for spikes: -1, 0 and 1. */
export const isTernary = ({ whole, min, max }: StreamFacts): boolean => whole && min >= -1 && max <= 1;

/** What a mean firing rate is the mean of: the values of spikes and counts; of anything else, how many are not 0. */
export const spikeValue = (facts: StreamFacts): number =>
  isTwoValued(facts) || (facts.whole && facts.min >= 0) ? facts.sum : facts.nonzeros;
