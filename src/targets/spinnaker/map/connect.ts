import type { NodeId } from '../../../ir/ids.ts';
import type { Network, NetworkNode, PopulationNode, ReadoutNode, ScheduledSegment } from '../../../ir/network.ts';
import { GATE } from '../../../ir/spinnaker-neuron.ts';
import type { Synapses } from '../../../ir/synapses.ts';
import { homeOf, homesOf, notLowered, type Owner as ScheduledOwner, startIn, timelineSteps } from '../../mapping/schedule.ts';
import { type ListedSynapses, listSynapses } from '../lowering/list-synapses.ts';

/** What a population or read-out receives from one stream in its segment. */
export interface Feed {
  readonly stream: NodeId;
  /** For messages. */
  readonly projection: string;
  /** Sent by the population's own cores in this segment; otherwise by software. */
  readonly live: boolean;
  /** Weights are raw accums; the delay of synapse k is `lag + extra[k]` steps, at least 1. */
  readonly synapses: ListedSynapses;
  readonly lag: number;
  /** A gate's synapses end in a receptor of their own. */
  readonly receptor: typeof GATE | null;
}

export type Owner = ScheduledOwner<Feed>;

/** A stream that software sends in a segment. */
export interface Injected {
  readonly stream: NodeId;
  readonly segment: number;
  readonly start: number;
  readonly steps: number;
}

export interface Connections {
  readonly owners: readonly Owner[];
  /** In order of segments. */
  readonly injected: readonly Injected[];
  readonly nodes: ReadonlyMap<NodeId, NetworkNode>;
  /** Steps of every node's stream. */
  readonly steps: ReadonlyMap<NodeId, number>;
  readonly homes: ReturnType<typeof homesOf>;
}

/** Reads off a lowered network who sends what to whom in which segment, and with which delay. */
export function connect(network: Network): Connections {
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  const steps = timelineSteps(network);
  const homes = homesOf(network);
  const lists = new Map<Synapses, ListedSynapses>();
  const listed = (synapses: Synapses): ListedSynapses => {
    const known = lists.get(synapses) ?? listSynapses(synapses);
    lists.set(synapses, known);
    return known;
  };
  const ownerOf = (node: PopulationNode | ReadoutNode): Owner => {
    const { segment, start } = homeOf(homes, node.id);
    const isLive = (stream: NodeId): boolean => homes.get(stream)?.segment === segment;
    const feeds = network.projections
      .filter(({ target }) => target === node.id)
      .map(
        ({ source, id, synapses, delaySteps }): Feed => ({
          stream: source,
          projection: id,
          live: isLive(source),
          synapses: listed(synapses),
          lag: start - startIn(segment, source) + delaySteps,
          receptor: null,
        }),
      );
    const gate = node.kind === 'population' ? node.gate : null;
    if (gate !== null) {
      const lag = start - startIn(segment, gate);
      feeds.push({
        stream: gate,
        projection: `${gate} gates ${node.id}`,
        live: isLive(gate),
        synapses: gateSynapses(node.size),
        lag,
        receptor: GATE,
      });
    }
    return { node, segment: segment.index, start, steps: stepsOf(steps, node.id), feeds, gated: gate !== null };
  };
  const owners = network.nodes.flatMap((node) => (node.kind === 'population' || node.kind === 'readout' ? [ownerOf(node)] : []));
  const injected = (network.schedule?.segments ?? []).flatMap((segment) => injectedIn(segment, owners, steps));
  return { owners, injected, nodes, steps, homes };
}

function injectedIn(segment: ScheduledSegment, owners: readonly Owner[], steps: ReadonlyMap<NodeId, number>): readonly Injected[] {
  const read = new Set(owners.filter((owner) => owner.segment === segment.index).flatMap(({ feeds }) => feeds.map(({ stream }) => stream)));
  return segment.injected
    .filter((stream) => read.has(stream))
    .map((stream) => ({ stream, segment: segment.index, start: startIn(segment, stream), steps: stepsOf(steps, stream) }));
}

/** One raw unit a neuron: anything that arrives opens it. */
const gateSynapses = (size: number): ListedSynapses => ({
  first: Int32Array.from({ length: size + 1 }, (_, i) => i),
  target: Int32Array.from({ length: size }, (_, i) => i),
  weight: new Float64Array(size).fill(1),
  extra: new Int32Array(size),
});

function stepsOf(steps: ReadonlyMap<NodeId, number>, id: NodeId): number {
  const count = steps.get(id);
  if (count === undefined) throw notLowered(`${id} has no timeline`);
  return count;
}
