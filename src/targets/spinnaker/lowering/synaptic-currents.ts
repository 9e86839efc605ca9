import type { Network, NetworkNode, PopulationNode, Projection } from '../../../ir/network.ts';
import { at, type DiscreteNeuron } from '../../../ir/neuron.ts';
import type { Synapses } from '../../../ir/synapses.ts';
import { scaleTargets } from '../../../passes/index.ts';
import { expandWindow } from '../../mapping/expand-window.ts';
import { synapseConstants } from './neuron-constants.ts';

/**
 * IF_curr_exp counts of an arriving weight only `init`, so that a spike brings the charge weight * tau in whatever the timestep. What projections
 * bring to a synaptic current is divided by it, and the current multiplied: the function stays.
 */
export function divideByInit(network: Network): Network {
  const gains = new Map<string, Float64Array>();
  const nodes = network.nodes.map((node): NetworkNode => {
    if (!hasCurrent(node) || node.neuron.inputGain !== 1) return node;
    const { neuron } = node;
    const init = Float64Array.from({ length: node.size }, (_, n) => synapseConstants(at(neuron.currentDecay, n)).init);
    gains.set(
      node.id,
      init.map((value) => 1 / value),
    );
    const bias = node.bias === null ? null : Float32Array.from(node.bias, (value, n) => value / init[n]);
    return { ...node, bias, neuron: { ...neuron, inputGain: init.every((value) => value === init[0]) ? init[0] : init } };
  });
  if (gains.size === 0) return network;
  const projections = network.projections.map((projection): Projection => {
    const gain = gains.get(projection.target);
    return gain === undefined ? projection : { ...projection, synapses: scaled(projection.synapses, gain) };
  });
  return { ...network, nodes, projections };
}

/** A population whose input decays before it drives the membrane. */
export type CurrentNode = PopulationNode & { readonly neuron: DiscreteNeuron & { readonly currentDecay: number | Float64Array } };

export const hasCurrent = (node: NetworkNode): node is CurrentNode =>
  node.kind === 'population' && node.neuron.parameters === 'discrete' && node.neuron.currentDecay !== null;

/** Windows over space share their weights, which targets of different gains cannot. */
function scaled(synapses: Synapses, gain: Float64Array): Synapses {
  const shared = synapses.kind === 'convolution' || synapses.kind === 'pooling';
  if (!shared || gain.every((value) => value === gain[0])) return scaleTargets(synapses, gain);
  const { targets } = synapses;
  return scaleTargets({ kind: 'sparse', targets, ...expandWindow(synapses, { owner: 0, first: 0, count: targets }) }, gain);
}
