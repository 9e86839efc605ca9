import type { Network, NetworkNode } from './network.ts';

/** Nodes that are evaluated one after the other, or, in a loop of feedback, together: every step of all before the next step of any. */
export interface Stage {
  readonly nodes: readonly NetworkNode[];
  readonly feedback: boolean;
}

/** The stages of a network: from the first target of a recurrent projection to its source is one. */
export function findStages(network: Network): readonly Stage[] {
  const position = new Map(network.nodes.map((node, k) => [node.id, k]));
  /** Last node that feeds back to node k or to one before it; -1: none. */
  const reach = network.nodes.map(() => -1);
  for (const { source, target } of network.projections) {
    const [from, to] = [position.get(source) ?? 0, position.get(target) ?? 0];
    if (from >= to) reach[to] = Math.max(reach[to], from);
  }
  const stages: Stage[] = [];
  for (let first = 0; first < network.nodes.length; ) {
    let last = first;
    for (let k = first; k <= last; k++) last = Math.max(last, reach[k]);
    stages.push({ nodes: network.nodes.slice(first, last + 1), feedback: reach[first] >= 0 });
    first = last + 1;
  }
  return stages;
}
