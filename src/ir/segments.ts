import { findWholeClipNodes, type Read, readsOf } from './dependence.ts';
import type { NodeId, TimelineId } from './ids.ts';
import { isTarget, type Network, type NetworkNode } from './network.ts';

/** A stream that is complete before a segment begins and is replayed into it. */
export interface ReplayedStream {
  readonly stream: NodeId;
  /** Values of one clip: steps * size. */
  readonly values: number;
}

/**
 * Nodes that advance in lock-step, whatever the chip. Operations that need the whole clip cut the network into segments: they are
 * computed on buffers, between segments.
 */
export interface Segment {
  readonly index: number;
  readonly timeline: TimelineId;
  /** What runs in it, in order of evaluation: populations, read-outs, and what is computed from them step by step. */
  readonly nodes: readonly NodeId[];
  /** Computed on buffers before it begins. */
  readonly prepared: readonly NodeId[];
  /** Those of `prepared` that need the whole clip, and so are why a new segment begins; empty for the first. */
  readonly cutBy: readonly NodeId[];
  /** What comes from outside, from buffers or from `prepared`. */
  readonly replayed: readonly ReplayedStream[];
  /** Streams of this segment that are kept for later segments, or for what is prepared for them. */
  readonly buffered: readonly ReplayedStream[];
  /** Steps by which its last node lags behind what is replayed: look-aheads summed along the longest path. */
  readonly lookahead: number;
}

/** Where a stream is: `live` in the level that computes it step by step (null: computed on buffers), replayable from level `ready` on. */
interface Place {
  readonly live: number | null;
  readonly ready: number;
}

/** The segments of a network, first to last. Two timelines at one level are two segments that depend on none of each other. */
export function findSegments(network: Network): readonly Segment[] {
  const wholeClip = findWholeClipNodes(network);
  const reads = readsOf(network);
  const places = placeNodes(network, wholeClip, reads);
  const steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  const readers = readersOf(network, reads);
  const replay = (id: NodeId): ReplayedStream => {
    const node = nodes.get(id);
    return { stream: id, values: node === undefined ? 0 : (steps.get(node.timeline) ?? 0) * node.size };
  };
  const liveIn = (id: NodeId): number | null => places.get(id)?.live ?? null;

  const segments: Segment[] = [];
  let lastLevel = -1;
  for (const { level, timeline, members } of groupsOf(network, places)) {
    const own = members.map((node) => node.id);
    const inside = new Set(own);
    const prepared = level === lastLevel ? [] : network.nodes.filter((node) => isPrepared(node, places, level)).map((node) => node.id);
    const outside = new Set(members.flatMap((node) => reads(node).map(({ source }) => source)).filter((source) => !inside.has(source)));
    const leaves = (id: NodeId): boolean => (readers.get(id) ?? []).some((reader) => liveIn(reader) !== level);
    segments.push({
      index: segments.length,
      timeline,
      nodes: own,
      prepared,
      cutBy: prepared.filter((id) => wholeClip.has(id)),
      replayed: [...outside].map(replay),
      buffered: own.filter(leaves).map(replay),
      lookahead: longestLookahead(members, reads),
    });
    lastLevel = level;
  }
  return segments;
}

function placeNodes(
  network: Network,
  wholeClip: ReadonlySet<NodeId>,
  reads: (node: NetworkNode) => readonly Read[],
): ReadonlyMap<NodeId, Place> {
  const places = new Map<NodeId, Place>();
  for (const node of network.nodes) {
    const sources = reads(node).flatMap(({ source }) => places.get(source) ?? []);
    const complete = Math.max(0, ...sources.map(({ ready }) => ready));
    const onBuffers = wholeClip.has(node.id) || sources.every(({ live }) => live === null);
    const runs = isTarget(node);
    if (node.kind === 'input' || node.kind === 'constant' || (onBuffers && !runs)) {
      places.set(node.id, { live: null, ready: complete });
    } else {
      const level = Math.max(0, ...sources.map(({ live, ready }) => live ?? ready));
      places.set(node.id, { live: level, ready: level + 1 });
    }
  }
  return places;
}

const isPrepared = (node: NetworkNode, places: ReadonlyMap<NodeId, Place>, level: number): boolean => {
  const place = places.get(node.id);
  return node.kind !== 'input' && node.kind !== 'constant' && place?.live === null && place.ready === level;
};

interface Group {
  readonly level: number;
  readonly timeline: TimelineId;
  readonly members: readonly NetworkNode[];
}

/** Live nodes by level and timeline, in order of level. */
function groupsOf(network: Network, places: ReadonlyMap<NodeId, Place>): readonly Group[] {
  const groups = new Map<string, { level: number; timeline: TimelineId; members: NetworkNode[] }>();
  for (const node of network.nodes) {
    const level = places.get(node.id)?.live ?? null;
    if (level === null) continue;
    const key = `${level} ${node.timeline}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { level, timeline: node.timeline, members: [node] });
    else known.members.push(node);
  }
  return [...groups.values()].sort((a, b) => a.level - b.level);
}

function readersOf(network: Network, reads: (node: NetworkNode) => readonly Read[]): ReadonlyMap<NodeId, readonly NodeId[]> {
  const readers = new Map<NodeId, NodeId[]>();
  for (const node of network.nodes) {
    for (const { source } of reads(node)) {
      const known = readers.get(source);
      if (known === undefined) readers.set(source, [node.id]);
      else known.push(node.id);
    }
  }
  return readers;
}

function longestLookahead(members: readonly NetworkNode[], reads: (node: NetworkNode) => readonly Read[]): number {
  const inside = new Set(members.map((node) => node.id));
  const reached = new Map<NodeId, number>();
  for (const node of members) {
    // Sources that come later are read with a delay; sources outside are replayed and wait for nobody.
    const paths = reads(node).flatMap(({ source, ahead }) => {
      const before = inside.has(source) ? reached.get(source) : 0;
      return before === undefined ? [] : [before + ahead];
    });
    reached.set(node.id, Math.max(...paths, Number.NEGATIVE_INFINITY));
  }
  return Math.max(0, ...reached.values());
}
