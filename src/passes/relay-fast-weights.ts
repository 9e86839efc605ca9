import { type NodeId, nodeId, projectionId } from '../ir/ids.ts';
import type { FastWeightsNode, Network, NetworkNode, PopulationNode, Projection } from '../ir/network.ts';
import { stateless } from '../ir/neuron.ts';
import { operandsOf } from '../ir/operands.ts';
import { BINARY } from '../ir/payload.ts';
import type { Pass } from './pass.ts';

/**
 * Fast weights end one to one in the neurons beside them. Where they let spikes through (their result is 0 or 1) and anything else reads
 * the result, a population repeats it: it fires in every step in which a 1 arrives, and keeps nothing for the next.
 */
export const relayFastWeights: Pass = {
  name: 'relay-fast-weights',
  description: 'repeat the spikes that fast weights let through, so that synapses can read them',
  run(network) {
    const gates = network.nodes.filter(
      (node): node is FastWeightsNode => node.kind === 'fast-weights' && node.payload.kind === 'binary' && !endsOneToOne(network, node.id),
    );
    if (gates.length === 0) return network;
    const relays = new Map<NodeId, PopulationNode>(gates.map((node) => [node.id, relayOf(node)]));
    const read = (id: NodeId): NodeId => relays.get(id)?.id ?? id;
    const nodes = network.nodes.flatMap((node): readonly NetworkNode[] => {
      const relay = relays.get(node.id);
      const reader = rename(node, read);
      return relay === undefined ? [reader] : [reader, relay];
    });
    const links = gates.map((node): Projection => linkTo(node, read(node.id)));
    const projections = network.projections.map((projection) => ({ ...projection, source: read(projection.source) }));
    return { ...network, nodes, projections: [...links, ...projections] };
  },
};

/** Do only neurons read it, each the channel of its own number? */
function endsOneToOne({ nodes, projections }: Network, id: NodeId): boolean {
  const links = projections.filter(({ source }) => source === id);
  const plain = links.every(({ synapses }) => synapses.kind === 'one-to-one' && synapses.weights === null);
  return plain && !nodes.some((node) => operandsOf(node).includes(id));
}

function relayOf(node: FastWeightsNode): PopulationNode {
  return {
    kind: 'population',
    id: nodeId(`${node.id}.relay`),
    name: `${node.name}.relay`,
    size: node.size,
    timeline: node.timeline,
    payload: BINARY,
    origin: { ...node.origin, recogniser: 'relay-fast-weights' },
    bias: null,
    normalization: null,
    neuron: stateless(1, 'ge'),
    gate: null,
  };
}

function linkTo(node: FastWeightsNode, target: NodeId): Projection {
  return {
    id: projectionId(`${node.id} -> ${target}`),
    source: node.id,
    target,
    synapses: { kind: 'one-to-one', sources: node.size, targets: node.size, weights: null },
    delaySteps: 0,
    weightExponent: 0,
    origin: node.origin,
  };
}

/** The node with other operands. */
function rename(node: NetworkNode, read: (id: NodeId) => NodeId): NetworkNode {
  switch (node.kind) {
    case 'input':
    case 'constant':
    case 'integrator':
    case 'readout':
      return node;
    case 'population':
      return node.gate === null ? node : { ...node, gate: read(node.gate) };
    case 'sum':
      return { ...node, terms: node.terms.map(read) };
    case 'rotary':
    case 'reorder':
      return { ...node, source: read(node.source) };
    case 'attention':
    case 'fast-weights':
      return { ...node, query: read(node.query), key: read(node.key), value: read(node.value) };
  }
}
