import type { Network, NetworkNode, Projection } from '../../../ir/network.ts';
import { type DiscreteNeuron, type IntegerNeuron, mapParameter, valuesOf } from '../../../ir/neuron.ts';
import type { Synapses, WeightValues } from '../../../ir/synapses.ts';

/** Loihi counts an arriving mantissa 64 times. */
const INPUT_FACTOR = 64;

/**
 * A network in Loihi's integers as one in real numbers: the same equations without their rounding towards 0, in the integers' own units. Any other
 * network as it is.
 */
export function realNumbers(network: Network): Network {
  if (!network.nodes.some((node) => node.kind === 'population' && node.neuron.parameters === 'integer')) return network;
  const nodes = network.nodes.map((node): NetworkNode => {
    if (node.kind === 'readout') return { ...node, bias: node.bias === null ? null : Float32Array.from(node.bias) };
    if (node.kind !== 'population' || node.neuron.parameters !== 'integer') return node;
    const neuron = realNeuron(node.neuron);
    if (node.bias === null || neuron.currentDecay === null)
      return { ...node, neuron, bias: node.bias === null ? null : Float32Array.from(node.bias) };
    // The bias goes past the synaptic current.
    return { ...node, neuron: { ...neuron, leak: Float64Array.from(node.bias) }, bias: null };
  });
  const projections = network.projections.map((projection): Projection => {
    const factor = INPUT_FACTOR * 2 ** projection.weightExponent;
    return { ...projection, synapses: realSynapses(projection.synapses, factor), weightExponent: 0 };
  });
  return { ...network, nodes, projections };
}

const realNeuron = ({ currentDecay, voltageDecay, thresholdMantissa, tie = 'gt', resetAmount }: IntegerNeuron): DiscreteNeuron => ({
  parameters: 'discrete',
  decay: mapParameter(voltageDecay, (register) => (4096 - register) / 4096),
  leak: 0,
  inputGain: 1,
  currentDecay: valuesOf(currentDecay).every((register) => register === 4095)
    ? null
    : mapParameter(currentDecay, (register) => (4095 - register) / 4096),
  threshold: thresholdMantissa * 64,
  tie,
  reset: resetAmount === undefined ? { kind: 'to-value', value: 0 } : { kind: 'by-subtraction', amount: resetAmount },
  initial: 0,
});

function realSynapses(synapses: Synapses, factor: number): Synapses {
  const real = (weights: WeightValues): Float32Array => Float32Array.from(weights, (weight) => weight * factor);
  switch (synapses.kind) {
    case 'pooling':
      return { ...synapses, factor: synapses.factor * factor };
    case 'one-to-one':
      return { ...synapses, weights: real(synapses.weights ?? new Int16Array(synapses.sources).fill(1)) };
    case 'dense':
    case 'time-convolution':
    case 'sparse':
    case 'convolution':
      return { ...synapses, weights: real(synapses.weights) };
  }
}
