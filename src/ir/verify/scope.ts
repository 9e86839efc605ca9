import type { NodeId, TimelineId } from '../ids.ts';
import type { Network, NetworkNode, Projection } from '../network.ts';
import { isIntegerNeuron } from '../neuron.ts';

/** What one rule finds: a sentence that names the node or projection. */
export type Violations = Iterable<string>;

/** The network with the look-ups that rules share. Of two nodes with one id, the first counts. */
export interface Scope {
  readonly network: Network;
  /** In chip integers: some population is. */
  readonly integer: boolean;
  node(id: NodeId): NetworkNode | undefined;
  /** Place in the order of evaluation; -1 for an unknown node. */
  position(id: NodeId): number;
  /** Projections that end in the node. */
  incoming(id: NodeId): readonly Projection[];
  /** 0 for an unknown timeline. */
  stepsOf(timeline: TimelineId): number;
}

export function scopeOf(network: Network): Scope {
  const positions = new Map<NodeId, number>();
  network.nodes.forEach((node, index) => {
    if (!positions.has(node.id)) positions.set(node.id, index);
  });
  const steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  const incoming = new Map<NodeId, Projection[]>();
  for (const projection of network.projections) {
    const known = incoming.get(projection.target);
    if (known === undefined) incoming.set(projection.target, [projection]);
    else known.push(projection);
  }
  const position = (id: NodeId): number => positions.get(id) ?? -1;
  return {
    network,
    integer: network.nodes.some((node) => node.kind === 'population' && isIntegerNeuron(node.neuron)),
    node: (id) => network.nodes[position(id)],
    position,
    incoming: (id) => incoming.get(id) ?? [],
    stepsOf: (timeline) => steps.get(timeline) ?? 0,
  };
}
