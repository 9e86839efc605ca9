import type { NetworkNode } from '../ir/network.ts';
import type { Pass } from './pass.ts';

/**
 * Without a softmax the attention product re-associates: (Q K^T) V = Q (K^T V). Every term is a small integer, so both orders give the
 * same numbers. K^T V becomes fast weights: written by coincidence of key and value spikes, read by query spikes when the clip is over.
 */
export const reassociateAttention: Pass = {
  name: 'reassociate-attention',
  description: 'turn softmax-free attention into fast weights',
  run(network) {
    if (!network.nodes.some((node) => node.kind === 'attention')) return network;
    const nodes = network.nodes.map((node): NetworkNode => (node.kind === 'attention' ? { ...node, kind: 'fast-weights' } : node));
    return { ...network, nodes };
  },
};
