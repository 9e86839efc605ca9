import type { Network, NetworkNode, PopulationNode, Projection } from '../ir/network.ts';
import { at, type DiscreteNeuron, type PerNeuron, type Reset, sharedWhereAlike } from '../ir/neuron.ts';
import type { Pass } from './pass.ts';
import { scaleTargets } from './scale-targets.ts';

/**
 * Every discrete neuron as h = decay * v + x, threshold 1, reset to 0 or by subtraction, start at 0: the form that fixed-point registers hold.
 * With w = (v - zero) / (threshold - zero), weights and biases take the input gain and 1 / (threshold - zero), and what the leak
 * adds in every step becomes bias: (leak - zero * (1 - decay)) / (threshold - zero). Where a bias would pass through a synaptic current,
 * it stays a leak. What is 0 then is the value that a spike resets to; or the start of a neuron whose spikes take something away, which is
 * divided by (threshold - zero) too.
 * The identity for SpikeSCR as published. Hard resets that start elsewhere, and thresholds that do not lie above, are left for the target's check.
 */
export const normalizeNeurons: Pass = {
  name: 'normalize-neurons',
  description: 'move input gain, threshold and reset value into weights and biases',
  run(network) {
    const gains = new Map<string, Float64Array>();
    const nodes = network.nodes.map((node): NetworkNode => {
      if (node.kind !== 'population' || node.neuron.parameters !== 'discrete' || isNormal(node.neuron)) return node;
      if (readsUnweighted(network, node) || !liesAbove(node.neuron, node.size)) return node;
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
  return neuron.threshold === 1 && neuron.leak === 0 && neuron.inputGain === 1 && zeroOf(neuron) === 0;
}

/** The potential that becomes 0. */
const zeroOf = ({ reset, initial }: DiscreteNeuron): PerNeuron => (reset.kind === 'to-value' ? reset.value : initial);

function liesAbove(neuron: DiscreteNeuron, size: number): boolean {
  for (let i = 0; i < size; i++) if (!(at(neuron.threshold, i) > at(zeroOf(neuron), i))) return false;
  return true;
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
  const zero = zeroOf(neuron);
  const span = Float64Array.from({ length: node.size }, (_, i) => at(neuron.threshold, i) - at(zero, i));
  const gain = span.map((s, i) => at(neuron.inputGain, i) / s);
  const leak = span.map((s, i) => (at(neuron.leak, i) - at(zero, i) * (1 - at(neuron.decay, i))) / s);
  const direct = neuron.currentDecay === null;
  const bias = Float32Array.from(gain, (g, i) => (node.bias === null ? 0 : node.bias[i] * g) + (direct ? leak[i] : 0));
  const initial = span.map((s, i) => (at(neuron.initial, i) - at(zero, i)) / s);
  const rewritten: PopulationNode = {
    ...node,
    bias: node.bias === null && bias.every((b) => b === 0) ? null : bias,
    neuron: {
      ...neuron,
      leak: direct || leak.every((value) => value === 0) ? 0 : leak,
      inputGain: 1,
      threshold: 1,
      reset: normalReset(neuron, span),
      initial: initial.every((v) => v === 0) ? 0 : initial,
    } satisfies DiscreteNeuron,
  };
  return { gain, rewritten };
}

function normalReset({ reset, threshold }: DiscreteNeuron, span: Float64Array): Reset {
  switch (reset.kind) {
    case 'to-value':
      return { kind: 'to-value', value: 0 };
    case 'by-subtraction': {
      const amount = span.map((s, i) => at(reset.amount ?? threshold, i) / s);
      // Left out, it is the threshold, which is 1.
      return amount.every((each) => each === 1) ? { kind: 'by-subtraction' } : { kind: 'by-subtraction', amount: sharedWhereAlike(amount) };
    }
  }
}
