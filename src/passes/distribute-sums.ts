import { type NodeId, projectionId } from '../ir/ids.ts';
import type { Projection, SumNode } from '../ir/network.ts';
import { dropUnread } from './drop-unread.ts';
import type { Pass } from './pass.ts';

/**
 * W (E + P + ...) = W E + W P + ...: a projection that reads a residual sum becomes one projection per term with the same weights
 * (shared by reference), so that only spikes travel. Sums that nothing reads any more are dropped.
 */
export const distributeSums: Pass = {
  name: 'distribute-sums',
  description: 'read residual sums as several spike trains through the same weights',
  run(network) {
    const sums = new Map(network.nodes.filter((node): node is SumNode => node.kind === 'sum').map((node) => [node.id, node]));
    if (!network.projections.some((projection) => sums.has(projection.source))) return network;
    const projections = network.projections.flatMap((projection): readonly Projection[] => {
      const terms = termsOf(projection.source, sums);
      if (terms.length === 1) return [projection];
      return terms.map((source, k) => ({ ...projection, id: projectionId(`${projection.id}[${k}]`), source }));
    });
    return { ...network, projections, nodes: dropUnread(network.nodes, projections, 'sum') };
  },
};

function termsOf(source: NodeId, sums: ReadonlyMap<NodeId, SumNode>): readonly NodeId[] {
  const sum = sums.get(source);
  return sum === undefined ? [source] : sum.terms.flatMap((term) => termsOf(term, sums));
}
