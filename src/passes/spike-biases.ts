import { type NodeId, projectionId, type TimelineId } from '../ir/ids.ts';
import type { ConstantNode, Network, NetworkNode, PopulationNode, Projection } from '../ir/network.ts';
import { constantSpikes } from './constant-spikes.ts';
import type { Pass } from './pass.ts';

/**
 * A bias is a part of the input: neurons with a synaptic current collect it there, u[t] = a u[t-1] + (sum + bias). A chip adds its bias
 * registers to the membrane, past the current, so that such a bias has to arrive as the sum does: through synapses of a spike in every step.
 */
export const spikeBiases: Pass = {
  name: 'spike-biases',
  description: 'bring biases of neurons with a synaptic current through synapses of a spike in every step',
  run(network) {
    const biased = network.nodes.filter((node): node is PopulationNode => node.kind === 'population' && collectsBias(node));
    if (biased.length === 0) return network;
    const sources = new Map<TimelineId, ConstantNode>();
    for (const { timeline, origin } of biased) if (!sources.has(timeline)) sources.set(timeline, everyStep(network, timeline, origin.file));
    const ids = new Set<NodeId>(biased.map(({ id }) => id));
    const nodes = network.nodes.map(
      (node): NetworkNode => (ids.has(node.id) && node.kind === 'population' ? { ...node, bias: null } : node),
    );
    const links = biased.flatMap((node) => linkTo(node, sources.get(node.timeline)));
    return { ...network, nodes: [...sources.values(), ...nodes], projections: [...network.projections, ...links] };
  },
};

const collectsBias = ({ neuron, bias }: PopulationNode): boolean =>
  neuron.parameters === 'discrete' && neuron.currentDecay !== null && (bias?.some((value) => value !== 0) ?? false);

function everyStep(network: Network, timeline: TimelineId, file: string): ConstantNode {
  const steps = network.timelines.find(({ id }) => id === timeline)?.steps ?? 0;
  const name = { name: `bias.${timeline}`, recogniser: spikeBiases.name, file };
  return constantSpikes(network, name, timeline, 1, new Float32Array(steps).fill(1));
}

function linkTo({ id, size, bias, origin }: PopulationNode, source: ConstantNode | undefined): readonly Projection[] {
  if (source === undefined || bias === null) return [];
  return [
    {
      id: projectionId(`${source.id} -> ${id}`),
      source: source.id,
      target: id,
      synapses: { kind: 'dense', sources: 1, targets: size, weights: Float32Array.from(bias) },
      delaySteps: 0,
      weightExponent: 0,
      origin,
    },
  ];
}
