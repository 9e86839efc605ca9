import { type NodeId, nodeId } from '../../ir/ids.ts';
import type { Network } from '../../ir/network.ts';
import { isRelay } from '../../passes/relay-delays.ts';

/** Where nothing was measured, each neuron and channel is taken to fire once in ten steps (trained SpikeSCR networks: 0.12). */
const ASSUMED_RATE = 0.1;

/** A digit of a value that is not 0 is set once in three times (non-adjacent form), and stands in one of two planes. */
const DIGITS_SET = 1 / 6;

/** Packets per clip of one channel of an injected stream: of the stream itself, of its masked copy, or of one of its planes. */
export function packetsPerChannel(stream: string, spikes: ReadonlyMap<NodeId, number>): number {
  const rate = spikes.get(nodeId(stream.replace(/#(masked|planes)$/, ''))) ?? 0;
  return stream.endsWith('#planes') ? rate * DIGITS_SET : rate;
}

/**
 * Mean packets per clip that one channel of each stream sends; `steps` of each stream's timeline. A stream that was not measured follows its source where it is a reordered
 * or rotated copy (a rotated spike may become two values), and the assumed rate otherwise.
 */
export function spikesPerChannel(
  network: Network,
  steps: ReadonlyMap<NodeId, number>,
  traffic: ReadonlyMap<NodeId, number> | null,
): ReadonlyMap<NodeId, number> {
  const rates = new Map<NodeId, number>();
  for (const node of network.nodes) {
    const measured = traffic?.get(node.id);
    const assumed = ASSUMED_RATE * (steps.get(node.id) ?? 0);
    if (node.kind === 'constant') rates.set(node.id, node.values.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0) / node.size);
    else if (measured !== undefined) rates.set(node.id, measured / node.size);
    else if (node.kind === 'reorder') rates.set(node.id, rates.get(node.source) ?? assumed);
    else if (isRelay(node)) rates.set(node.id, rateOfSource(network, node.id, rates) ?? assumed);
    else if (node.kind === 'rotary') rates.set(node.id, 2 * (rates.get(node.source) ?? assumed));
    else rates.set(node.id, assumed);
  }
  return rates;
}

function rateOfSource(network: Network, relay: NodeId, rates: ReadonlyMap<NodeId, number>): number | undefined {
  const link = network.projections.find((projection) => projection.target === relay);
  return link === undefined ? undefined : rates.get(link.source);
}
