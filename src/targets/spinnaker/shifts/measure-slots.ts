import { SYNAPSE_TYPES } from '../../../ir/spinnaker-neuron.ts';
import type { IncomingSynapses } from '../images/assemble.ts';
import { receptorOf } from '../weights.ts';

/** A projection's synapses by source, and what its sources sent on calibration data. */
export interface MeasuredProjection extends Pick<IncomingSynapses, 'first' | 'target' | 'weight' | 'delay'> {
  /** [steps, sources]: how many spikes each source sent in each step; below 0: to negated weights. */
  readonly spikes: ArrayLike<number>;
}

/**
 * Largest sum of weights, in magnitude, that arrived at each receptor and neuron in one step, over one run of `steps` steps: what a slot of the
 * ring buffer had to hold. [excitatory, inhibitory], each [neurons]. `keep`: a share, by neuron, of what arrived before that counts again in each
 * step, as it does of a current that decays.
 */
export function measureSlots(
  projections: readonly MeasuredProjection[],
  neurons: number,
  steps: number,
  keep: Float64Array | null = null,
): Float64Array[] {
  const maxima = Array.from({ length: SYNAPSE_TYPES }, () => new Float64Array(neurons));
  let lap = 1;
  for (const { delay } of projections) for (let k = 0; k < delay.length; k++) lap = Math.max(lap, delay[k] + 1);
  const slots = Array.from({ length: SYNAPSE_TYPES }, () => new Float64Array(lap * neurons));
  const kept = Array.from({ length: SYNAPSE_TYPES }, () => new Float64Array(neurons));
  // The last spikes act up to a lap after the run.
  for (let step = 0; step < steps + lap; step++) {
    const now = (step % lap) * neurons;
    for (let type = 0; type < SYNAPSE_TYPES; type++) {
      for (let n = 0; n < neurons; n++) {
        const sum = slots[type][now + n] + (keep === null ? 0 : kept[type][n] * keep[n]);
        kept[type][n] = sum;
        maxima[type][n] = Math.max(maxima[type][n], sum);
      }
      slots[type].fill(0, now, now + neurons);
    }
    if (step >= steps) continue;
    for (const { first, target, weight, delay, spikes } of projections) {
      const sources = first.length - 1;
      for (let source = 0; source < sources; source++) {
        const count = spikes[step * sources + source];
        if (count === 0) continue;
        for (let k = first[source]; k < first[source + 1]; k++) {
          // A value below 0 is sent to negated weights.
          slots[receptorOf(count * weight[k])][((step + delay[k]) % lap) * neurons + target[k]] += Math.abs(count * weight[k]);
        }
      }
    }
  }
  return maxima;
}

/** The larger of two measurements, slot by slot. */
export const largerSlots = (a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] =>
  a.map((values, type) => values.map((value, n) => Math.max(value, b[type][n])));
