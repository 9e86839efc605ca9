import { failure } from '../diagnostics/index.ts';
import type { NodeId } from '../ir/ids.ts';
import type { Network, NetworkNode, PopulationNode, Projection, ReadoutNode, ScheduledSegment } from '../ir/network.ts';
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
  const own = network.nodes.filter((node): node is PopulationNode | ReadoutNode => isTarget(node) && levels.levelOf.get(node.id) === level);
  const inside = new Set<NodeId>(own.map((node) => node.id));
  const readers = own.flatMap((node) => readsOf(network, node).map((read) => ({ ...read, source: levels.carrierOf(read.source) })));
  const starts = new Map<NodeId, number>();
  // As soon as possible, in evaluation order; injected streams could start at 0.
  for (const node of own) {
    let start = 0;
    for (const read of readers) {
      if (read.target === node.id) start = Math.max(start, (inside.has(read.source) ? startOf(starts, read.source) : 0) + 1 + read.offset);
    }
    starts.set(node.id, start);
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

function readsOf(network: Network, node: PopulationNode | ReadoutNode): readonly Read[] {
  const reads = network.projections
    .filter((projection: Projection) => projection.target === node.id)
    .map((projection) => ({ source: projection.source, target: node.id, offset: offsetMax(projection.synapses, projection.delaySteps) }));
  return node.kind === 'population' && node.gate !== null ? [...reads, { source: node.gate, target: node.id, offset: 0 }] : reads;
}

function startOf(starts: ReadonlyMap<NodeId, number>, id: NodeId): number {
  const start = starts.get(id);
  if (start === undefined) {
    throw failure('unsupported-pattern', `${id} is read before it runs: a cycle of projections`, {
      notes: ['a cycle needs at least as much delay as it has hops; this version aligns networks without cycles'],
    });
  }
  return start;
}

const isTarget = (node: NetworkNode): boolean => node.kind === 'population' || node.kind === 'readout';
