import type { Synapses, WeightValues } from '../ir/synapses.ts';

/** The same synapses with every weight multiplied by the gain of its target neuron; products in double precision, stored as float32. */
export function scaleTargets(synapses: Synapses, gain: Float64Array): Synapses {
  switch (synapses.kind) {
    case 'dense':
      return { ...synapses, weights: scaled(synapses.weights, (i) => gain[i % synapses.targets]) };
    case 'time-convolution': {
      const inGroup = synapses.targets / synapses.groups;
      const sourcesInGroup = synapses.sources / synapses.groups;
      // weights[tap][source][target within the source's group]
      const targetOf = (i: number): number => {
        const source = Math.floor(i / inGroup) % synapses.sources;
        return Math.floor(source / sourcesInGroup) * inGroup + (i % inGroup);
      };
      return { ...synapses, weights: scaled(synapses.weights, (i) => gain[targetOf(i)]) };
    }
    case 'one-to-one': {
      const weights = synapses.weights ?? new Float32Array(synapses.sources).fill(1);
      return { ...synapses, weights: scaled(weights, (i) => gain[i]) };
    }
    case 'sparse':
      return { ...synapses, weights: scaled(synapses.weights, (i) => gain[synapses.targetIndex[i]]) };
    case 'convolution': {
      const perChannel = synapses.weights.length / synapses.targetShape[0];
      const cells = synapses.targetShape[1] * synapses.targetShape[2];
      for (let i = 0; i < gain.length; i++) {
        if (gain[i] !== gain[i - (i % cells)]) throw new Error('a spatial convolution shares weights: its gain must be one per channel');
      }
      return { ...synapses, weights: scaled(synapses.weights, (i) => gain[Math.floor(i / perChannel) * cells]) };
    }
    case 'pooling': {
      if (gain.some((g) => g !== gain[0])) throw new Error('pooling has one factor: its gain must be uniform');
      return { ...synapses, factor: synapses.factor * gain[0] };
    }
  }
}

function scaled(weights: WeightValues, gainAt: (index: number) => number): Float32Array {
  return Float32Array.from(weights, (weight, i) => weight * gainAt(i));
}
