import type { ModelFacts } from './mapping.ts';
import type { Network, NetworkNode } from './network.ts';
import { synapseCount } from './synapses.ts';

/** The file a network came from. */
export interface ModelSource {
  readonly file: string;
  readonly sha256: string;
}

/** What later stages need of a model once it is compiled. Attention counts no synapses: its weights are made while it runs. */
export function describeModel(network: Network, source: ModelSource): ModelFacts {
  const populations = network.nodes.filter((node) => node.kind === 'population');
  return {
    name: network.name,
    file: source.file,
    sha256: source.sha256,
    format: network.format,
    timesteps: network.timesteps,
    inputs: channelsOf(network),
    classes: outputOf(network).size,
    populations: populations.length,
    neurons: populations.reduce((sum, node) => sum + node.size, 0),
    synapses: network.projections.reduce((sum, { synapses }) => {
      const unweighted = synapses.kind === 'one-to-one' && synapses.weights === null;
      return sum + (unweighted ? 0 : synapseCount(synapses));
    }, 0),
    parameters: network.parameterCount,
  };
}

/** Channels of the clips that the network takes: those of all its inputs, one after the other. */
export function channelsOf(network: Network): number {
  const ends = network.nodes.flatMap((node) =>
    node.kind === 'input' && node.role === 'features' ? [(node.firstChannel ?? 0) + node.size] : [],
  );
  if (ends.length === 0) throw new Error('the network has no input for features');
  return Math.max(...ends);
}

export function outputOf(network: Network): NetworkNode {
  return find(network, (node) => node.id === network.output, 'a read-out');
}

function find(network: Network, wanted: (node: NetworkNode) => boolean, what: string): NetworkNode {
  const node = network.nodes.find(wanted);
  if (node === undefined) throw new Error(`the network has no ${what}`);
  return node;
}
