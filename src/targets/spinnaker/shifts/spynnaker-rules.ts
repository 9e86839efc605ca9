import type { ReceptorPart } from './incoming.ts';

/** Defaults of sPyNNaker's configuration. */
const RATE_HZ = 30;
const SIGMA = 5;
/** Standard deviations of a Poisson number up to which the spread of weights is summed [SP constants.py]. */
const SUMMATION_SIGMA = 3;

/**
 * The shift that sPyNNaker takes for a largest slot value: a power of two above it. A slot holds up to 2^(shift + 1), so that half of it is
 * never used unless the value is exceeded.
 */
export function shiftAbove(largest: number): number {
  if (largest <= 0) return 0;
  const shift = Math.ceil(Math.max(0, Math.log2(largest)));
  return 2 ** shift <= largest ? shift + 1 : shift;
}

/**
 * All inputs of a neuron fire at once, each as often as it can and with the largest weight of its projection: what sPyNNaker takes where no
 * delays vary.
 */
export function worstCase(parts: readonly ReceptorPart[], stepMs: number): number {
  const total = parts.reduce((sum, part) => sum + spikesPerStep(part, stepMs) * part.largest * part.fanInMax, 0);
  return Math.max(total, largestOf(parts));
}

/**
 * What sPyNNaker takes for the largest value of a slot (abstract_population_vertex.py, _Stats.get_max_weight): the worst case where every
 * projection has one delay; otherwise mean + 5 sigma of inputs that fire at random with 30 Hz, at most the worst case, at least one weight.
 */
export function expectedLargest(parts: readonly ReceptorPart[], stepMs: number): number {
  const present = parts.filter(({ synapses }) => synapses > 0);
  if (!present.some(({ delaysVary }) => delaysVary)) return worstCase(present, stepMs);
  const synapses = present.reduce((sum, { fanInMax }) => sum + fanInMax, 0);
  const average = (value: (part: ReceptorPart) => number): number =>
    present.reduce((sum, part) => sum + part.fanInMax * value(part), 0) / synapses;
  const mean = average((part) => part.mean);
  // Pooled over projections [INF: RunningStats was not at hand].
  const variance = average((part) => part.variance + part.mean * part.mean) - mean * mean;
  const bound = poissonBound(mean, Math.max(0, variance), (synapses * RATE_HZ * stepMs) / 1000);
  return Math.max(largestOf(present), Math.min(bound, worstCase(present, stepMs)));
}

const largestOf = (parts: readonly ReceptorPart[]): number => parts.reduce((most, { largest }) => Math.max(most, largest), 0);

/**
 * Of sources that do not say how often they fire in a step, sPyNNaker takes once, or the assumed rate; of a list of spikes, the most there are in a
 * step [MEM].
 */
const spikesPerStep = (part: ReceptorPart, stepMs: number): number =>
  part.spikesPerStepMax ?? part.spikesPerStepSeen ?? Math.max(1, (RATE_HZ * stepMs) / 1000);

/**
 * mean + 5 sigma of a sum of weights, of which a Poisson number with mean `spikes` arrives. The spread of the weights counts for
 * spikes * variance * P(number < limit), limit = spikes + 3 sqrt(spikes), rounded.
 */
function poissonBound(mean: number, variance: number, spikes: number): number {
  const limit = Math.round(spikes + SUMMATION_SIGMA * Math.sqrt(spikes));
  const spread = spikes * variance * poissonBelow(limit, spikes);
  return spikes * mean + SIGMA * Math.sqrt(spikes * mean * mean + spread);
}

/** P(number < limit) of a Poisson number, summed from its most likely value's logarithm so that nothing overflows. */
function poissonBelow(limit: number, mean: number): number {
  let [logTerm, sum] = [-mean, 0];
  for (let n = 0; n < limit; n++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(mean / (n + 1));
  }
  return Math.min(1, sum);
}
