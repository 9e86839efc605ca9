import type { NodeId } from '../ir/ids.ts';
import type { NetworkNode, Projection } from '../ir/network.ts';
import { operandsOf } from '../ir/operands.ts';

/** The nodes without those of a kind that nothing reads any more; from last to first, so that what only a dropped node reads goes too. */
export function dropUnread(
  nodes: readonly NetworkNode[],
  projections: readonly Projection[],
  kind: NetworkNode['kind'],
): readonly NetworkNode[] {
  const read = new Set<NodeId>(projections.map((projection) => projection.source));
  const kept: NetworkNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (node.kind === kind && !read.has(node.id)) continue;
    for (const operand of operandsOf(node)) read.add(operand);
    kept.push(node);
  }
  return kept.reverse();
}
