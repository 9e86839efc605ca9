import { nodeId, type TimelineId } from '../ir/ids.ts';
import type { ConstantNode, Network } from '../ir/network.ts';
import { BINARY } from '../ir/payload.ts';

/** A stream of spikes that a pass adds, the same in every clip, under a name that the network does not have. `values`: [steps, size]. */
export function constantSpikes(
  network: Network,
  { name: wanted, recogniser, file }: { readonly name: string; readonly recogniser: string; readonly file: string },
  timeline: TimelineId,
  size: number,
  values: Float32Array,
): ConstantNode {
  const taken = new Set(network.nodes.map((node) => node.name));
  let name = wanted;
  while (taken.has(name)) name = `${name}'`;
  return { kind: 'constant', id: nodeId(name), name, size, timeline, payload: BINARY, origin: { file, recogniser, nodes: [] }, values };
}
