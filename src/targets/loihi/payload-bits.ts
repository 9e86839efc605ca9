import type { NodeId } from '../../ir/ids.ts';
import type { Network, NetworkNode } from '../../ir/network.ts';

/**
 * Bits of payload, sign included, that a stream's values need: 1 for spikes, 0 for streams that never travel. null: the values have no
 * bound that is known before a run, as counts from outside; they may use the chip's whole payload.
 */
export function payloadBits(network: Network): ReadonlyMap<NodeId, number | null> {
  const bits = new Map<NodeId, number | null>();
  for (const node of network.nodes) bits.set(node.id, bitsOf(node, bits));
  return bits;
}

function bitsOf(node: NetworkNode, bits: ReadonlyMap<NodeId, number | null>): number | null {
  switch (node.kind) {
    case 'reorder':
      return bits.get(node.source) ?? null;
    case 'rotary': {
      // x is 0 or 1: the largest value adds both table entries.
      let largest = 0;
      for (let i = 0; i < node.direct.length; i++) largest = Math.max(largest, Math.abs(node.direct[i]) + Math.abs(node.partner[i]));
      return signedBits(-largest, largest);
    }
    case 'readout':
    case 'fast-weights':
      return 0;
    case 'input':
    case 'constant':
    case 'population':
    case 'integrator':
    case 'sum':
    case 'attention':
      if (node.payload.kind === 'binary') return 1;
      if (node.payload.kind === 'real' || node.payload.max === null) return null;
      return signedBits(node.payload.min, node.payload.max);
  }
}

/** Two's complement width of the integers min .. max. */
function signedBits(min: number, max: number): number {
  let bits = 1;
  while (max > 2 ** (bits - 1) - 1 || min < -(2 ** (bits - 1))) bits++;
  return bits;
}
