import { SYNAPSE_TYPES } from '../../../ir/spinnaker-neuron.ts';
import { receptorOf } from '../weights.ts';

/** One projection that ends in the population or slice whose ring buffers are to be scaled. */
export interface ScaledProjection {
  readonly projection: string;
  /** By synapse: neuron it ends in, signed weight in the units of the neurons' currents, steps of delay. */
  readonly target: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
  readonly delay: ArrayLike<number>;
  /** Most spikes that one source sends in a step: 1 of neurons; more where a count is sent as so many spikes. null: nobody knows. */
  readonly spikesPerStepMax: number | null;
  /** Most that one was seen to send in a step, where there is no bound; left out: nothing was seen. */
  readonly spikesPerStepSeen?: number;
}

/** What one projection brings to one receptor. */
export interface ReceptorPart {
  readonly projection: string;
  readonly synapses: number;
  /** Of magnitudes; 0 without synapses. */
  readonly mean: number;
  readonly variance: number;
  readonly largest: number;
  /** Most synapses that end in one neuron. */
  readonly fanInMax: number;
  readonly delaysVary: boolean;
  readonly spikesPerStepMax: number | null;
  readonly spikesPerStepSeen?: number;
}

/**
 * A projection's synapses by the sign of their weights, since a weight is stored without it: [excitatory, inhibitory]. Weights of 0 count as
 * nothing. PyNN asks its users to make these two projections by hand; here they share rows, and only the receptors are apart.
 */
export function splitByReceptor(
  { projection, target, weight, delay, spikesPerStepMax, spikesPerStepSeen }: ScaledProjection,
  neurons: number,
): ReceptorPart[] {
  return Array.from({ length: SYNAPSE_TYPES }, (_, type): ReceptorPart => {
    const fanIn = new Int32Array(neurons);
    const delays = new Set<number>();
    let [sum, squares, synapses, largest] = [0, 0, 0, 0];
    for (let k = 0; k < weight.length; k++) {
      if (weight[k] === 0 || receptorOf(weight[k]) !== type) continue;
      const magnitude = Math.abs(weight[k]);
      synapses++;
      sum += magnitude;
      squares += magnitude * magnitude;
      largest = Math.max(largest, magnitude);
      fanIn[target[k]]++;
      if (delays.size < 2) delays.add(delay[k]);
    }
    const mean = synapses === 0 ? 0 : sum / synapses;
    return {
      projection,
      synapses,
      mean,
      variance: synapses === 0 ? 0 : Math.max(0, squares / synapses - mean * mean),
      largest,
      fanInMax: fanIn.reduce((most, count) => Math.max(most, count), 0),
      delaysVary: delays.size > 1,
      spikesPerStepMax,
      ...(spikesPerStepSeen === undefined ? {} : { spikesPerStepSeen }),
    };
  });
}
