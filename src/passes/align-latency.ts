import { failure } from '../diagnostics/index.ts';
import type { NodeId } from '../ir/ids.ts';
import { isTarget, type Network, type Projection, type ScheduledSegment, type TargetNode } from '../ir/network.ts';
import { lookahead, type Synapses } from '../ir/synapses.ts';
import { assignLevels, type Levels } from './assign-levels.ts';
import type { Pass } from './pass.ts';

/**
 * On a chip a hop costs a step and nothing looks into the future. Within a segment this pass gives every population a window
 * [start, start + steps) such that each spike can still arrive in time:
 *
 *   start(target) >= start(source) + 1 + offset - delay         for every tap offset (steps ahead) and projection delay
 *
 * and what is left becomes synaptic delay: retiming over hops, taps and residuals alike. Streams that are injected (inputs, replayed
 * buffers) start as late as their first reader allows, which keeps delays short.
 */
export const alignLatency: Pass = {
  name: 'align-latency',
  description: 'give each population its window of chip steps, so that taps and hops become delays',
  run(network) {
    if (network.schedule !== null) return network;
    const levels = assignLevels(network);
    const segments: ScheduledSegment[] = [];
    for (const level of levels.order) {
      const index = segments.length;
      segments.push(
        level.kind === 'write' ? writeSegment(network, levels, level.level, index) : runSegment(network, levels, level.level, index),
      );
    }
    return { ...network, schedule: { segments: segments.map((segment) => awaitLastWrite(network, segment, segments)) } };
  },
};

/** Farthest a target's step looks ahead of the source's, projection delay taken off; may be negative. */
export const offsetMax = (synapses: Synapses, delaySteps: number): number => lookahead(synapses) - delaySteps;

function runSegment(network: Network, levels: Levels, level: number, index: number): ScheduledSegment {
  const own = network.nodes.filter((node): node is TargetNode => isTarget(node) && levels.levelOf.get(node.id) === level);
  const inside = new Set<NodeId>(own.map((node) => node.id));
  const readers = own.flatMap((node) => readsOf(network, node).map((read) => ({ ...read, source: levels.carrierOf(read.source) })));
  const starts = new Map<NodeId, number>();
  const sent = (id: NodeId): number => (inside.has(id) ? startOf(starts, id) : 0);
  for (const node of own) starts.set(node.id, 0);
  // As soon as possible; injected streams could start at 0. One round in evaluation order is enough without feedback; with it, a round for
  // each population, unless a loop has less delay than hops.
  for (let round = 0, moved = true; moved; round++) {
    moved = false;
    for (const read of readers) {
      const least = sent(read.source) + 1 + read.offset;
      if (startOf(starts, read.target) >= least) continue;
      if (round > own.length) throw loopTooTight(network, read.target);
      starts.set(read.target, least);
      moved = true;
    }
  }
  const injected = [...new Set(readers.filter((read) => !inside.has(read.source)).map((read) => read.source))];
  for (const stream of injected) {
    const slack = readers.filter((read) => read.source === stream).map((read) => startOf(starts, read.target) - 1 - read.offset);
    starts.set(stream, Math.min(...slack));
  }
  const [{ timeline }] = own;
  const length = network.timelines.find(({ id }) => id === timeline)?.steps ?? 0;
  // Injected streams count too: one that is delayed by more than the clip is still sent when all readers are done.
  const steps = Math.max(...starts.values()) + length;
  return { index, kind: 'run', timeline, steps, starts, injected };
}

/** Keys and values are sent together and meet one step later; nothing else moves. */
function writeSegment(network: Network, levels: Levels, level: number, index: number): ScheduledSegment {
  const written = network.nodes.filter((node) => node.kind === 'fast-weights' && levels.writeLevelOf.get(node.id) === level);
  const injected = [...new Set(written.flatMap((node) => (node.kind === 'fast-weights' ? [node.key, node.value] : [])))];
  const stepsOf = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  const timelines = network.nodes.filter((node) => injected.includes(node.id)).map((node) => node.timeline);
  const steps = 1 + Math.max(...timelines.map((timeline) => stepsOf.get(timeline) ?? 0));
  return { index, kind: 'write', timeline: timelines[0], steps, starts: new Map(injected.map((id) => [id, 0])), injected };
}

/**
 * Keys arrive through the synapses that queries will read, so with the delay that those have: where a reader starts later than one step
 * after its queries, writing takes as much longer.
 */
function awaitLastWrite(network: Network, segment: ScheduledSegment, segments: readonly ScheduledSegment[]): ScheduledSegment {
  if (segment.kind === 'run') return segment;
  const lags = network.nodes.flatMap((node) => {
    if (node.kind !== 'fast-weights' || !segment.injected.includes(node.key)) return [];
    return network.projections.filter(({ source }) => source === node.id).map((projection) => lagOf(projection, node.query, segments));
  });
  return { ...segment, steps: segment.steps + Math.max(0, ...lags) };
}

function lagOf(projection: Projection, query: NodeId, segments: readonly ScheduledSegment[]): number {
  const home = segments.find(
    ({ kind, starts, injected }) => kind === 'run' && starts.has(projection.target) && !injected.includes(projection.target),
  );
  if (home === undefined) throw new Error(`${projection.target} is in no segment`);
  return startOf(home.starts, projection.target) - startOf(home.starts, query) - 1 + projection.delaySteps;
}

interface Read {
  readonly source: NodeId;
  readonly target: NodeId;
  readonly offset: number;
}

function readsOf(network: Network, node: TargetNode): readonly Read[] {
  const reads = network.projections
    .filter((projection: Projection) => projection.target === node.id)
    .map((projection) => ({ source: projection.source, target: node.id, offset: offsetMax(projection.synapses, projection.delaySteps) }));
  return node.kind === 'population' && node.gate !== null ? [...reads, { source: node.gate, target: node.id, offset: 0 }] : reads;
}

function startOf(starts: ReadonlyMap<NodeId, number>, id: NodeId): number {
  const start = starts.get(id);
  if (start === undefined) throw new Error(`${id} has no start`);
  return start;
}

function loopTooTight(network: Network, id: NodeId): Error {
  const node = network.nodes.find((candidate) => candidate.id === id);
  return failure('operation-unsupported', `${node?.name ?? id} is in a loop of feedback with less delay than hops`, {
    places: [{ file: node?.origin.file ?? '', item: node?.origin.nodes[0] ?? id }],
    notes: ['on the chip every hop takes a timestep: a loop over n populations needs a delay of n timesteps; one onto itself has it'],
  });
}
