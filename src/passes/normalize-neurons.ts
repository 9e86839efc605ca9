import type { Network, NetworkNode, PopulationNode, Projection } from '../ir/network.ts';
import { at, type DiscreteNeuron } from '../ir/neuron.ts';
import type { Pass } from './pass.ts';
import { scaleTargets } from './scale-targets.ts';

/**
 * Every discrete neuron as h = decay * v + x, threshold 1, reset to 0, start at 0: the form that fixed-point registers hold.
 * With w = (v - reset) / (threshold - reset), weights and biases take the input gain and 1 / (threshold - reset), and what the leak
 * adds in every step becomes bias: (leak - reset * (1 - decay)) / (threshold - reset). Where a bias would pass through a synaptic current,
 * it stays a leak.
 * The identity for SpikeSCR as published. Soft resets, and states that start elsewhere, are left for the target's check.
 */
export const normalizeNeurons: Pass = {
  name: 'normalize-neurons',
  description: 'move input gain, threshold and reset value into weights and biases',
  run(network) {
    const gains = new Map<string, Float64Array>();
    const nodes = network.nodes.map((node): NetworkNode => {
      if (node.kind !== 'population' || node.neuron.parameters !== 'discrete' || isNormal(node.neuron)) return node;
      if (readsUnweighted(network, node) || node.neuron.reset.kind !== 'to-value') return node;
      const { gain, rewritten } = normalize(node, node.neuron);
      gains.set(node.id, gain);
      return rewritten;
    });
    if (gains.size === 0) return network;
    const projections = network.projections.map((projection): Projection => {
      const gain = gains.get(projection.target);
      return gain === undefined ? projection : { ...projection, synapses: scaleTargets(projection.synapses, gain) };
    });
    return { ...network, nodes, projections };
  },
};

/** True where the neuron needs no rewriting but, perhaps, a threshold other than 1. */
export function isNormal(neuron: DiscreteNeuron): boolean {
  return (
    neuron.threshold === 1 && neuron.leak === 0 && neuron.inputGain === 1 && neuron.reset.kind === 'to-value' && neuron.reset.value === 0
  );
}

/** Rotated currents and attention sums come without weights of their own to scale; spikes, counts and position codes are given some. */
function readsUnweighted(network: Network, node: PopulationNode): boolean {
  const computed = new Set(
    network.nodes.flatMap(({ kind, payload, id }) => (kind !== 'constant' && kind !== 'input' && payload.kind !== 'binary' ? [id] : [])),
  );
  return network.projections.some(
    ({ source, target, synapses }) =>
      target === node.id && synapses.kind === 'one-to-one' && synapses.weights === null && computed.has(source),
  );
}

function normalize(node: PopulationNode, neuron: DiscreteNeuron): { gain: Float64Array; rewritten: PopulationNode } {
  const reset = (i: number): number => (neuron.reset.kind === 'to-value' ? at(neuron.reset.value, i) : 0);
  const span = Float64Array.from({ length: node.size }, (_, i) => at(neuron.threshold, i) - reset(i));
  const gain = span.map((s, i) => at(neuron.inputGain, i) / s);
  const leak = span.map((s, i) => (at(neuron.leak, i) - reset(i) * (1 - at(neuron.decay, i))) / s);
  const direct = neuron.currentDecay === null;
  const bias = Float32Array.from(gain, (g, i) => (node.bias === null ? 0 : node.bias[i] * g) + (direct ? leak[i] : 0));
  const initial = span.map((s, i) => (at(neuron.initial, i) - reset(i)) / s);
  const rewritten: PopulationNode = {
    ...node,
    bias: node.bias === null && bias.every((b) => b === 0) ? null : bias,
    neuron: {
      ...neuron,
      leak: direct || leak.every((value) => value === 0) ? 0 : leak,
      inputGain: 1,
      threshold: 1,
      reset: { kind: 'to-value', value: 0 },
      initial: initial.every((v) => v === 0) ? 0 : initial,
    } satisfies DiscreteNeuron,
  };
  return { gain, rewritten };
}
