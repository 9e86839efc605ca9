import type { Synapses } from '../ir/synapses.ts';
import { scaleTargets } from './scale-targets.ts';

/** Products of two dense bundles beyond this are left as they are. */
const WEIGHTS_MAX = 2 ** 22;

/** second(factors * first(x)) as one bundle, where one of them is elementwise or both are dense; null: it is none of the kinds there are. */
export function composeSynapses(first: Synapses, factors: Float64Array, second: Synapses): Synapses | null {
  if (second.kind === 'one-to-one') return scaled(first, withWeights(factors, second.weights));
  if (first.kind === 'one-to-one') {
    const gains = withWeights(factors, first.weights);
    return gains.every((gain) => gain === gains[0])
      ? scaled(second, new Float64Array(second.targets).fill(gains[0]))
      : scaleSources(second, gains);
  }
  if (first.kind !== 'dense' || second.kind !== 'dense' || first.sources * second.targets > WEIGHTS_MAX) return null;
  const { sources } = first;
  const { targets } = second;
  const weights = new Float64Array(sources * targets);
  for (let s = 0; s < sources; s++) {
    for (let m = 0; m < first.targets; m++) {
      const carried = first.weights[s * first.targets + m] * factors[m];
      for (let t = 0; t < targets; t++) weights[s * targets + t] += carried * second.weights[m * targets + t];
    }
  }
  return { kind: 'dense', sources, targets, weights: Float32Array.from(weights) };
}

const withWeights = (factors: Float64Array, weights: ArrayLike<number> | null): Float64Array =>
  weights === null ? factors : factors.map((factor, i) => factor * weights[i]);

/** Windows share their weights, so that only even gains keep their kind. */
function scaled(synapses: Synapses, gains: Float64Array): Synapses | null {
  const shared = synapses.kind === 'convolution' || synapses.kind === 'pooling';
  return shared && gains.some((gain) => gain !== gains[0]) ? null : scaleTargets(synapses, gains);
}

function scaleSources(synapses: Synapses, gains: Float64Array): Synapses | null {
  switch (synapses.kind) {
    case 'dense':
      return { ...synapses, weights: Float32Array.from(synapses.weights, (weight, k) => weight * gains[Math.floor(k / synapses.targets)]) };
    case 'sparse':
      return { ...synapses, weights: Float32Array.from(synapses.weights, (weight, k) => weight * gains[synapses.sourceIndex[k]]) };
    case 'one-to-one':
    case 'time-convolution':
    case 'convolution':
    case 'pooling':
      return null;
  }
}
