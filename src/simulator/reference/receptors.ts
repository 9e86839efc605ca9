import type { TargetNode } from '../../ir/network.ts';
import type { Neuron } from '../../ir/neuron.ts';
import type { Synapses } from '../../ir/synapses.ts';

/**
 * The synapses as the receptors of a neuron see them: all in one, or, where a current decays on each receptor by itself and rounds there, weights
 * above 0 and below apart.
 */
export function byReceptor(synapses: Synapses, neuron: Neuron | null): readonly Synapses[] {
  if (receptorsOf(neuron) === 1) return [synapses];
  const known = parts.get(synapses) ?? [keepSign(synapses, 1), keepSign(synapses, -1)];
  parts.set(synapses, known);
  return known;
}

/** What reads a node's receptors; null: something that never fires. */
export const neuronOf = (node: TargetNode): Neuron | null => (node.kind === 'population' ? node.neuron : null);

export const receptorsOf = (neuron: Neuron | null): number =>
  neuron?.parameters === 'accum' && neuron.synapticTimeConstant !== undefined ? 2 : 1;

const parts = new WeakMap<Synapses, readonly Synapses[]>();

/** The same synapses, with weights of the other sign at 0. */
function keepSign(synapses: Synapses, sign: number): Synapses {
  const kept = (weight: number): number => (weight * sign > 0 ? weight : 0);
  switch (synapses.kind) {
    case 'pooling':
      return { ...synapses, factor: kept(synapses.factor) };
    case 'one-to-one':
      return synapses.weights === null
        ? { ...synapses, weights: new Int32Array(synapses.sources).fill(kept(1)) }
        : { ...synapses, weights: synapses.weights.map(kept) };
    case 'dense':
    case 'time-convolution':
    case 'sparse':
    case 'convolution':
      return { ...synapses, weights: synapses.weights.map(kept) };
  }
}
