import type { NodeId } from '../../../ir/ids.ts';
import type { AttentionNode, Network, NetworkNode } from '../../../ir/network.ts';
import { RAW_MAX } from '../weights.ts';

/** Payloads of packets stand for this many weights at most: one slot. */
const PAYLOAD_MAX = RAW_MAX;

/** Currents that come as they are, not as spikes or counts; reorders pass them on. */
export function isGraded(network: Network, id: NodeId): boolean {
  const node = network.nodes.find((candidate) => candidate.id === id);
  if (node?.kind === 'reorder') return isGraded(network, node.source);
  return node?.kind === 'rotary' || node?.kind === 'fast-weights' || node?.kind === 'attention';
}

/** What one unit of a graded stream's integers stands for. */
export function realPerPayload(network: Network, id: NodeId): number {
  const node = network.nodes.find((candidate) => candidate.id === id);
  switch (node?.kind) {
    case 'reorder':
      return realPerPayload(network, node.source);
    case 'rotary':
      return 2 ** -rotaryBits(node);
    case 'fast-weights':
    case 'attention':
      return node.scale;
    case 'input':
    case 'constant':
    case 'population':
    case 'integrator':
    case 'readout':
    case 'sum':
    case undefined:
      throw new Error(`${id} carries no graded current`);
  }
}

/** Fractional bits of a rotated current, whose magnitude fits a payload: |direct| + |partner| at most. */
export function rotaryBits({ direct, partner }: Extract<NetworkNode, { kind: 'rotary' }>): number {
  let largest = 0;
  for (let i = 0; i < direct.length; i++) largest = Math.max(largest, Math.abs(direct[i]) + Math.abs(partner[i]));
  return Math.min(ROTARY_BITS_MAX, Math.floor(Math.log2(PAYLOAD_MAX / largest)));
}

/** With more, spikes no longer change (docs/quantization.md). */
const ROTARY_BITS_MAX = 16;

/** Integer sums; the factor has moved into the reader's threshold. Software computes them on buffers, in whatever order it likes. */
export const attentionOf = ({ ...node }: Extract<NetworkNode, { kind: 'fast-weights' | 'attention' }>): AttentionNode => ({
  ...node,
  kind: 'attention',
  scale: 1,
});
