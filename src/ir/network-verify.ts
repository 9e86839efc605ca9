import type { Network } from './network.ts';
export function verifyNetwork(network: Network): readonly string[] {
  return network.nodes.length === 0 ? ['no nodes'] : [];
}
