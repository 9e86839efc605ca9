import { isTarget, type NetworkNode, type Normalization, type Projection } from '../ir/network.ts';
import { gainAt } from '../ir/normalization.ts';
import type { Pass } from './pass.ts';
import { scaleTargets } from './scale-targets.ts';

/**
 * Batch normalisation follows a linear operator directly, so it folds into it:
 *   g = scale / sqrt(variance + epsilon),  W' = W g,  b' = (b - mean) g + shift.
 * Zero padding of convolutions comes before the operator, so the ends of the clip stay right. Afterwards every such neuron has a
 * constant bias current in every step.
 */
export const foldBatchNorm: Pass = {
  name: 'fold-batch-norm',
  description: 'move batch normalisation into weights and biases',
  run(network) {
    const gains = new Map<string, Float64Array>();
    const nodes = network.nodes.map((node): NetworkNode => {
      if (!isTarget(node) || node.normalization === null) return node;
      const gain = gainOf(node.normalization);
      gains.set(node.id, gain);
      return { ...node, bias: foldBias(node.bias, node.normalization, gain), normalization: null };
    });
    if (gains.size === 0) return network;
    const projections = network.projections.map((projection): Projection => {
      const gain = gains.get(projection.target);
      return gain === undefined ? projection : { ...projection, synapses: scaleTargets(projection.synapses, gain) };
    });
    return { ...network, nodes, projections };
  },
};

function gainOf(normalization: Normalization): Float64Array {
  return Float64Array.from(normalization.scale, (_, channel) => gainAt(normalization, channel));
}

function foldBias(bias: Float32Array | Int32Array | null, normalization: Normalization, gain: Float64Array): Float32Array {
  return Float32Array.from(gain, (g, i) => ((bias === null ? 0 : bias[i]) - normalization.mean[i]) * g + normalization.shift[i]);
}
