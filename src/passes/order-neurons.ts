import type { NodeId } from '../ir/ids.ts';
import type { Network, NetworkNode, PopulationNode, Projection } from '../ir/network.ts';
import { at, isIntegerNeuron } from '../ir/neuron.ts';
import { type Synapses, synapseCount } from '../ir/synapses.ts';
import { orderedNeuron } from './ordered-neuron.ts';
import { orderedSynapses, placesIn, writtenOut } from './ordered-synapses.ts';
import type { Pass } from './pass.ts';

/**
 * Neurons that read the same sources next to each other. Frameworks count the neurons of a picture channel after channel, so that a run of
 * neighbours, which is what a core holds, spreads over the whole picture and has an input axon for each of its sources; place after place,
 * a run reads a few rows of it. Neurons are sorted by the first and the last source that they read, sources in their own new order.
 * Populations stay as they are whose neurons all have the same sources, or sources of their own each that stay as they are; and so does a network
 * with operations that count on channels. `order` of a population says which neurons of the model its neurons are.
 */
export const orderNeurons: Pass = {
  name: 'order-neurons',
  description: 'put neurons that read the same sources next to each other, as a core is to hold them',
  run: (network) => ordered(network, () => null),
};

/** The same for cores with registers for some decays only: neurons that all read the same sources are sorted by what they forget in a step, and at a spike. */
export const orderNeuronsByDecays: Pass = {
  name: 'order-neurons-by-decays',
  description: 'and neurons with the same decays, where all read the same sources',
  run: (network) => ordered(network, orderByDecays),
};

/** The order of neurons that all read the same sources; null: as they are. */
type OrderOfAlike = (node: PopulationNode) => Int32Array | null;

function ordered(network: Network, orderOfAlike: OrderOfAlike): Network {
  if (!network.nodes.every(isPlain) || !network.projections.every(({ synapses }) => canBeWritten(synapses))) return network;
  const orders = ordersOf(network, orderOfAlike);
  if (orders.size === 0) return network;
  const integer = network.nodes.some((node) => node.kind === 'population' && isIntegerNeuron(node.neuron));
  const made = new Map<Synapses, Map<string, Synapses>>();
  const projections = network.projections.map((projection): Projection => {
    const { source, target, synapses } = projection;
    const [from, to] = [orders.get(source) ?? null, orders.get(target) ?? null];
    if (from === null && to === null) return projection;
    // Projections may share a bundle of synapses.
    const known = made.get(synapses) ?? new Map<string, Synapses>();
    made.set(synapses, known);
    const ends = JSON.stringify([from === null ? null : source, to === null ? null : target]);
    const ordered = known.get(ends) ?? orderedSynapses(synapses, from, to, integer);
    known.set(ends, ordered);
    return { ...projection, synapses: ordered };
  });
  const nodes = network.nodes.map((node): NetworkNode => {
    const order = orders.get(node.id);
    return order === undefined || node.kind !== 'population' ? node : orderedPopulation(node, order);
  });
  return { ...network, nodes, projections };
}

/** More synapses than this are not written out: no chip that comes with spikec would hold them. */
const SYNAPSES_MAX = 2 ** 26;

const canBeWritten = (synapses: Synapses): boolean => synapses.kind !== 'time-convolution' && synapseCount(synapses) <= SYNAPSES_MAX;

/** Nothing here counts the channels of a stream, but for synapses. */
function isPlain(node: NetworkNode): boolean {
  switch (node.kind) {
    case 'input':
    case 'constant':
    case 'readout':
      return true;
    case 'population':
      return node.gate === null && node.normalization === null && node.order === undefined;
    case 'integrator':
    case 'sum':
    case 'rotary':
    case 'reorder':
    case 'attention':
    case 'fast-weights':
      return false;
  }
}

/** The neurons of each population that changes, in their new order. */
function ordersOf({ nodes, projections }: Network, orderOfAlike: OrderOfAlike): ReadonlyMap<NodeId, Int32Array> {
  const orders = new Map<NodeId, Int32Array>();
  const before = new Set<NodeId>();
  for (const node of nodes) {
    const read = projections.filter(({ source, target }) => target === node.id && before.has(source));
    before.add(node.id);
    if (node.kind !== 'population' || read.length === 0) continue;
    const order = orderOf(node.size, read, orders) ?? orderOfAlike(node);
    if (order !== null) orders.set(node.id, order);
  }
  return orders;
}

/** null: as they are. */
function orderOf(size: number, read: readonly Projection[], orders: ReadonlyMap<NodeId, Int32Array>): Int32Array | null {
  const [first, last] = [new Float64Array(size).fill(Number.POSITIVE_INFINITY), new Float64Array(size).fill(-1)];
  let sources = 0;
  for (const { source, synapses } of read) {
    // Every neuron reads all of them: they say nothing of places.
    if (synapses.kind === 'dense') return null;
    const { sourceIndex, targetIndex } = writtenOut(synapses, false);
    const places = placesIn(orders.get(source) ?? null, synapses.sources);
    targetIndex.forEach((target, k) => {
      const place = sources + places[sourceIndex[k]];
      first[target] = Math.min(first[target], place);
      last[target] = Math.max(last[target], place);
    });
    sources += synapses.sources;
  }
  const alike = new Set(Array.from(first, (each, n) => `${each} ${last[n]}`)).size;
  const follows = read.some(({ source }) => orders.has(source));
  if (alike === 1 || (alike > size / 2 && !follows)) return null;
  const order = Int32Array.from({ length: size }, (_, n) => n).sort((a, b) => first[a] - first[b] || last[a] - last[b] || a - b);
  return order.every((n, i) => n === i) ? null : order;
}

/** null: they are alike, or in order. */
function orderByDecays({ size, neuron }: PopulationNode): Int32Array | null {
  if (neuron.parameters !== 'discrete') return null;
  const { decay, reset } = neuron;
  const currentDecay = neuron.currentDecay ?? 0;
  const amount = reset.kind === 'by-subtraction' ? (reset.amount ?? 0) : 0;
  if ([decay, currentDecay, amount].every((each) => typeof each === 'number')) return null;
  const order = Int32Array.from({ length: size }, (_, n) => n).sort(
    (a, b) => at(decay, a) - at(decay, b) || at(currentDecay, a) - at(currentDecay, b) || at(amount, a) - at(amount, b) || a - b,
  );
  return order.every((n, i) => n === i) ? null : order;
}

function orderedPopulation(node: PopulationNode, order: Int32Array): PopulationNode {
  const { bias } = node;
  return { ...node, order, neuron: orderedNeuron(node.neuron, order), bias: bias === null ? null : bias.map((_, i) => bias[order[i]]) };
}
