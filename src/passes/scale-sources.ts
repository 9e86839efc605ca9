import type { Synapses, WeightValues } from '../ir/synapses.ts';

/** The same synapses with every weight multiplied by the gain of its source; products in double precision, stored as float32. */
export function scaleSources(synapses: Synapses, gain: Float64Array): Synapses {
  const uniform = gain.every((each) => each === gain[0]);
  switch (synapses.kind) {
    case 'dense':
      return { ...synapses, weights: scaled(synapses.weights, (i) => gain[Math.floor(i / synapses.targets)]) };
    case 'time-convolution': {
      const inGroup = synapses.targets / synapses.groups;
      // weights[tap][source][target within the source's group]
      return { ...synapses, weights: scaled(synapses.weights, (i) => gain[Math.floor(i / inGroup) % synapses.sources]) };
    }
    case 'one-to-one': {
      const weights = synapses.weights ?? new Float32Array(synapses.sources).fill(1);
      return { ...synapses, weights: scaled(weights, (i) => gain[i]) };
    }
    case 'sparse':
      return { ...synapses, weights: scaled(synapses.weights, (i) => gain[synapses.sourceIndex[i]]) };
    case 'convolution':
      if (!uniform) throw new Error('a spatial convolution shares weights: its gain must be uniform');
      return { ...synapses, weights: scaled(synapses.weights, () => gain[0]) };
    case 'pooling':
      if (!uniform) throw new Error('pooling has one factor: its gain must be uniform');
      return { ...synapses, factor: synapses.factor * gain[0] };
  }
}

const scaled = (weights: WeightValues, gainAt: (index: number) => number): Float32Array =>
  Float32Array.from(weights, (weight, i) => weight * gainAt(i));
