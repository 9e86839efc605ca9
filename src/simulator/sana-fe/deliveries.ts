import { firstNeurons, type MappedNet } from './net.ts';

/**
 * What a neuron's spike sets off: a message to each core on which it has synapses, in the order they are sent. Delivery d of neuron n,
 * neuron[n] <= d < neuron[n + 1], goes to `core[d]` and reads synapses first[d] .. first[d + 1] - 1 there.
 */
export interface Deliveries {
  readonly neuron: Int32Array;
  readonly core: Int32Array;
  readonly first: Int32Array;
  /** Of each synapse: neuron, numbered through all groups, and weight. */
  readonly target: Int32Array;
  readonly weight: Float64Array;
  /** Seconds that the receiver works on the message, and joules of its synapses and dendrites. */
  readonly processingS: Float64Array;
  readonly synapseJ: Float64Array;
  readonly dendriteJ: Float64Array;
}

export function planDeliveries(net: MappedNet): Deliveries {
  const synapses = gatherSynapses(net);
  const coreOf = coresOfNeurons(net);
  const order = sortByCore(synapses, coreOf, net.rankOfCore);
  const neurons = coreOf.length;
  const neuron = new Int32Array(neurons + 1);
  const cores: number[] = [];
  const first: number[] = [];
  for (let n = 0; n < neurons; n++) {
    for (let s = synapses.first[n]; s < synapses.first[n + 1]; s++) {
      const core = coreOf[synapses.target[order[s]]];
      if (s > synapses.first[n] && core === cores[cores.length - 1]) continue;
      cores.push(core);
      first.push(s);
    }
    neuron[n + 1] = cores.length;
  }
  first.push(order.length);
  const deliveries: Deliveries = {
    neuron,
    core: Int32Array.from(cores),
    first: Int32Array.from(first),
    target: Int32Array.from(order, (s) => synapses.target[s]),
    weight: Float64Array.from(order, (s) => synapses.weight[s]),
    processingS: new Float64Array(cores.length),
    synapseJ: new Float64Array(cores.length),
    dendriteJ: new Float64Array(cores.length),
  };
  const { axonIn, dendrite } = net.chip;
  for (let d = 0; d < cores.length; d++) {
    deliveries.processingS[d] = axonIn.latencyS;
    for (let s = first[d]; s < first[d + 1]; s++) {
      const { cost } = net.edges[synapses.edge[order[s]]];
      deliveries.processingS[d] += cost.latencyS + dendrite.latencyS;
      deliveries.synapseJ[d] += cost.energyJ;
    }
    deliveries.dendriteJ[d] = dendrite.energyJ * (first[d + 1] - first[d]);
  }
  return deliveries;
}

/** All synapses by source neuron, in the order of the edges. */
interface Gathered {
  readonly first: Int32Array;
  readonly target: Int32Array;
  readonly weight: Float64Array;
  readonly edge: Int32Array;
}

function gatherSynapses({ groups, edges }: MappedNet): Gathered {
  const firstOf = firstNeurons(groups);
  const first = new Int32Array(firstOf[groups.length] + 1);
  for (const { source, synapses } of edges) {
    for (let i = 0; i < groups[source].size; i++) first[firstOf[source] + i + 1] += synapses.first[i + 1] - synapses.first[i];
  }
  for (let n = 1; n < first.length; n++) first[n] += first[n - 1];
  const total = first[first.length - 1];
  const gathered = { first, target: new Int32Array(total), weight: new Float64Array(total), edge: new Int32Array(total) };
  const filled = first.slice();
  edges.forEach(({ source, target, synapses }, e) => {
    for (let i = 0; i < groups[source].size; i++) {
      for (let s = synapses.first[i]; s < synapses.first[i + 1]; s++) {
        const place = filled[firstOf[source] + i]++;
        gathered.target[place] = firstOf[target] + synapses.target[s];
        gathered.weight[place] = synapses.weight[s];
        gathered.edge[place] = e;
      }
    }
  });
  return gathered;
}

function coresOfNeurons({ groups, neuronsOfCore }: MappedNet): Int32Array {
  const coreOf = new Int32Array(firstNeurons(groups)[groups.length]);
  neuronsOfCore.forEach((neurons, core) => {
    for (const n of neurons) coreOf[n] = core;
  });
  return coreOf;
}

/** Indices of the synapses: those of each source stay together, sorted by the rank of their core and else as they were. */
function sortByCore({ first, target }: Gathered, coreOf: Int32Array, rankOfCore: Int32Array): Int32Array {
  const rank = Int32Array.from(target, (n) => rankOfCore[coreOf[n]]);
  const order = Int32Array.from(target, (_, s) => s);
  for (let n = 0; n + 1 < first.length; n++) order.subarray(first[n], first[n + 1]).sort((a, b) => rank[a] - rank[b] || a - b);
  return order;
}
