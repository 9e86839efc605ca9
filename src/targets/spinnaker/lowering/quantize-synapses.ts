import type { Synapses } from '../../../ir/synapses.ts';
import { countFieldOf, roundForCounts } from '../../../passes/index.ts';
import { RAW_MAX, rawWeight, receptorOf, weightUnit } from '../weights.ts';

/** Weights as raw accums: |w| in units of 2^(shift - 15), shifted left as the core shifts what a slot holds. */
export function quantizeSynapses(synapses: Synapses, unit: number, shifts: readonly number[], counts: boolean): Synapses {
  const field = counts ? countFieldOf(synapses) : null;
  if (field !== null && (synapses.kind === 'dense' || synapses.kind === 'time-convolution')) {
    const perRaw = unit / weightUnit(shifts[0]);
    const raw = roundForCounts(
      Float64Array.from(synapses.weights, (weight) => weight * perRaw),
      field,
      -RAW_MAX,
      RAW_MAX,
    );
    return { ...synapses, weights: Int32Array.from(raw, (value) => value * 2 ** shifts[0]) };
  }
  const accum = (weight: number): number => {
    const shift = shifts[receptorOf(weight)];
    const raw = Math.min(RAW_MAX, rawWeight(weight * unit, shift)) * 2 ** shift;
    return weight < 0 ? -raw : raw;
  };
  switch (synapses.kind) {
    case 'pooling':
      return { ...synapses, factor: accum(synapses.factor) };
    case 'one-to-one':
      return { ...synapses, weights: Int32Array.from(synapses.weights ?? new Float32Array(synapses.sources).fill(1), accum) };
    case 'dense':
    case 'time-convolution':
    case 'sparse':
    case 'convolution':
      return { ...synapses, weights: Int32Array.from(synapses.weights, accum) };
  }
}
