import { type NodeId, projectionId } from '../ir/ids.ts';
import type { IntegratorNode, Network, NetworkNode, PopulationNode, Projection } from '../ir/network.ts';
import { at, type DiscreteNeuron } from '../ir/neuron.ts';
import { composeSynapses } from './compose-synapses.ts';
import type { Pass } from './pass.ts';

/**
 * Potentials do not travel on a chip, but what integrates in front of a neuron is what its synaptic current does. For neurons that read
 * nothing but integrators of one decay d,
 *
 *   v[t] = d v[t-1] + leak + gain (V s[t] + bias), x = W v     is     u[t] = d u[t-1] + W gain V s[t] + W (leak + gain bias)
 *
 * A bias of the neuron's own acts past the current and becomes a part of its leak. Integrators that nothing reads any more go.
 */
export const foldIntegrators: Pass = {
  name: 'fold-integrators',
  description: 'integrators in front of neurons as the synaptic currents of those',
  run(network) {
    const folded = network.nodes.flatMap((node) => (node.kind === 'population' ? (fold(network, node) ?? []) : []));
    if (folded.length === 0) return network;
    const nodes = new Map<NodeId, NetworkNode>(folded.map(({ node }) => [node.id, node]));
    const projections = [
      ...network.projections.filter(({ target }) => !nodes.has(target)),
      ...folded.flatMap(({ projections: own }) => own),
    ];
    return withoutUnread({ ...network, nodes: network.nodes.map((node) => nodes.get(node.id) ?? node), projections });
  },
};

interface Folded {
  readonly node: PopulationNode;
  readonly projections: readonly Projection[];
}

function fold(network: Network, node: PopulationNode): Folded | null {
  const { neuron, size, gate, normalization } = node;
  const into = (id: NodeId): readonly Projection[] => network.projections.filter(({ target }) => target === id);
  const incoming = into(node.id);
  if (neuron.parameters !== 'discrete' || neuron.currentDecay !== null || gate !== null || normalization !== null) return null;
  const decays = new Set(incoming.map(({ source }) => decayOf(network, source)));
  const [decay] = decays;
  if (decays.size !== 1 || decay === null) return null;
  const bias = new Float64Array(size);
  const projections: Projection[] = [];
  for (const second of incoming) {
    const integrator = integratorOf(network, second.source);
    if (integrator === null || !addDrive(integrator, second, bias)) return null;
    const gains = Float64Array.from({ length: integrator.size }, (_, i) => at(integrator.membrane.inputGain, i));
    for (const first of into(integrator.id)) {
      const synapses = composeSynapses(first.synapses, gains, second.synapses);
      if (synapses === null) return null;
      projections.push({
        id: projectionId(`${first.id}, ${second.id}`),
        source: first.source,
        target: node.id,
        synapses,
        delaySteps: first.delaySteps + second.delaySteps,
        weightExponent: 0,
        origin: { ...second.origin, nodes: [...first.origin.nodes, ...second.origin.nodes] },
      });
    }
  }
  const leak = Float64Array.from({ length: size }, (_, i) => at(neuron.leak, i) + at(neuron.inputGain, i) * (node.bias?.[i] ?? 0));
  const changed: DiscreteNeuron = { ...neuron, currentDecay: decay, leak: leak.every((value) => value === leak[0]) ? leak[0] : leak };
  const through = bias.every((value) => value === 0) ? null : Float32Array.from(bias);
  return { node: { ...node, neuron: changed, bias: through }, projections };
}

type Foldable = IntegratorNode & { readonly membrane: { readonly parameters: 'discrete'; readonly decay: number } };

function integratorOf({ nodes }: Network, id: NodeId): Foldable | null {
  const node = nodes.find((each) => each.id === id);
  return node !== undefined && isFoldable(node) ? node : null;
}

/** One decay for all, no current of its own, at rest when a clip begins. */
const isFoldable = (node: NetworkNode): node is Foldable =>
  node.kind === 'integrator' &&
  node.normalization === null &&
  node.membrane.parameters === 'discrete' &&
  node.membrane.currentDecay === null &&
  node.membrane.initial === 0 &&
  typeof node.membrane.decay === 'number';

const decayOf = (network: Network, id: NodeId): number | null => integratorOf(network, id)?.membrane.decay ?? null;

/** Adds what drives an integrator in every step to `bias`; false where it would arrive through more than a synapse each, or later. */
function addDrive({ membrane, bias: own, size }: Foldable, { synapses, delaySteps }: Projection, bias: Float64Array): boolean {
  const drive = Float64Array.from({ length: size }, (_, i) => at(membrane.leak, i) + at(membrane.inputGain, i) * (own?.[i] ?? 0));
  if (drive.every((value) => value === 0)) return true;
  if (synapses.kind !== 'one-to-one' || delaySteps !== 0) return false;
  for (let i = 0; i < size; i++) bias[i] += (synapses.weights?.[i] ?? 1) * drive[i];
  return true;
}

/** Without integrators that nothing reads, and what leads to them. */
function withoutUnread(network: Network): Network {
  const read = new Set(network.projections.map(({ source }) => source));
  const unread = new Set(network.nodes.filter(({ kind, id }) => kind === 'integrator' && !read.has(id)).map(({ id }) => id));
  if (unread.size === 0) return network;
  return withoutUnread({
    ...network,
    nodes: network.nodes.filter(({ id }) => !unread.has(id)),
    projections: network.projections.filter(({ target }) => !unread.has(target)),
  });
}
