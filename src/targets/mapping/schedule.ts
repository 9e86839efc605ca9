import { failure } from '../../diagnostics/index.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Network, ScheduledSegment, TargetNode } from '../../ir/network.ts';

/** Where and when a population or read-out runs. */
export interface Home {
  readonly segment: ScheduledSegment;
  /** Chip step of its model step 0. */
  readonly start: number;
}

/** A population or read-out with all that ends in it. */
export interface Owner<Feed> {
  readonly node: TargetNode;
  readonly segment: number;
  readonly start: number;
  readonly steps: number;
  readonly feeds: readonly Feed[];
  readonly gated: boolean;
}

/** The segment in which each node runs itself, instead of being injected from a buffer. */
export function homesOf(network: Network): ReadonlyMap<NodeId, Home> {
  const homes = new Map<NodeId, Home>();
  for (const segment of scheduleOf(network)) {
    const injected = new Set(segment.injected);
    for (const [id, start] of segment.starts) if (!injected.has(id)) homes.set(id, { segment, start });
  }
  return homes;
}

export function scheduleOf(network: Network): readonly ScheduledSegment[] {
  if (network.schedule === null) throw notLowered('it has no schedule');
  return network.schedule.segments;
}

/** First chip step of a stream in a segment that reads it, live or injected. */
export function startIn(segment: ScheduledSegment, stream: NodeId): number {
  const start = segment.starts.get(stream);
  if (start === undefined) throw notLowered(`${stream} is read in segment ${segment.index} but has no start there`);
  return start;
}

export function homeOf(homes: ReadonlyMap<NodeId, Home>, id: NodeId): Home {
  const home = homes.get(id);
  if (home === undefined) throw notLowered(`${id} runs in no segment`);
  return home;
}

export function timelineSteps(network: Network): ReadonlyMap<NodeId, number> {
  const steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  return new Map(
    network.nodes.map((node) => {
      const count = steps.get(node.timeline);
      if (count === undefined) throw notLowered(`${node.id} has no timeline`);
      return [node.id, count];
    }),
  );
}

/** The passes promise what mapping relies on; a broken promise is our bug. */
export const notLowered = (what: string) => failure('internal-error', `the network is not lowered as the target needs it: ${what}`);
