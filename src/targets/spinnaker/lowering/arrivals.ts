import type { NetworkNode } from '../../../ir/network.ts';
import type { ListedSynapses } from './list-synapses.ts';

/** Most that one source sends in a step, in magnitude: 1 of neurons. null: nobody knows. */
export function spikesPerStep(source: NetworkNode | undefined): number | null {
  switch (source?.payload.kind) {
    case 'binary':
      return 1;
    case 'integer':
      return source.payload.max === null ? null : Math.max(-source.payload.min, source.payload.max);
    case 'real':
    case undefined:
      return null;
  }
}

/** Synapses as values arrive by them: values below 0 come with keys of their own, to negated weights, and so on the other receptor. */
export function arrivingBy(
  { target, weight, extra }: ListedSynapses,
  source: NetworkNode | undefined,
): Pick<ListedSynapses, 'target' | 'weight' | 'extra'> {
  if (source?.payload.kind !== 'integer' || source.payload.min >= 0) return { target, weight, extra };
  const { length } = weight;
  const twice = (indices: Int32Array): Int32Array => Int32Array.from({ length: 2 * length }, (_, k) => indices[k % length]);
  return {
    target: twice(target),
    weight: Float64Array.from({ length: 2 * length }, (_, k) => (k < length ? weight[k] : -weight[k - length])),
    extra: twice(extra),
  };
}
