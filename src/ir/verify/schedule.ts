import type { NodeId } from '../ids.ts';
import { isTarget, type NetworkNode, type Schedule, type ScheduledSegment } from '../network.ts';
import { operandsOf } from '../operands.ts';
import { leastDelay } from '../synapses.ts';
import type { Scope, Violations } from './scope.ts';
import { isCount, isPositive } from './values.ts';

/** Every window lies in its segment, every neuron runs once, every stream is there before it is read. */
export function* checkSchedule(scope: Scope, schedule: Schedule): Violations {
  const homes = homesOf(scope, schedule);
  const ready = readinessOf(scope, homes);
  for (const [index, segment] of schedule.segments.entries()) {
    const where = `segment ${index}`;
    if (segment.index !== index) yield `${where}: is numbered ${segment.index}`;
    if (!isPositive(segment.steps)) yield `${where}: ${segment.steps} steps`;
    if (scope.stepsOf(segment.timeline) === 0) yield `${where}: timeline ${segment.timeline} is not in the network`;
    yield* checkWindows(scope, segment, where);
    for (const id of segment.injected) {
      if (!segment.starts.has(id)) yield `${where}: ${id} is injected without a start`;
      if ((ready.get(id) ?? Number.POSITIVE_INFINITY) > index) yield `${where}: ${id} is injected before it is known`;
    }
  }
  for (const node of scope.network.nodes) {
    if (!isTarget(node)) continue;
    const runs = homes.get(node.id) ?? [];
    if (runs.length !== 1) yield `${node.name}: runs in ${runs.length} segments`;
    else yield* checkReads(scope, schedule, node, schedule.segments[runs[0]]);
  }
}

/** The segments in which each node runs itself, rather than being injected. */
function homesOf(scope: Scope, schedule: Schedule): ReadonlyMap<NodeId, readonly number[]> {
  const homes = new Map<NodeId, number[]>();
  schedule.segments.forEach((segment, index) => {
    const injected = new Set(segment.injected);
    for (const id of segment.starts.keys()) {
      if (injected.has(id) || scope.node(id) === undefined) continue;
      const known = homes.get(id);
      if (known === undefined) homes.set(id, [index]);
      else known.push(index);
    }
  });
  return homes;
}

function* checkWindows(scope: Scope, segment: ScheduledSegment, where: string): Violations {
  const injected = new Set(segment.injected);
  for (const [id, start] of segment.starts) {
    const node = scope.node(id);
    if (node === undefined) {
      yield `${where}: ${id} is not in the network`;
      continue;
    }
    const end = start + scope.stepsOf(node.timeline);
    if (!isCount(start) || end > segment.steps)
      yield `${where}: the window ${start}..${end} of ${node.name} is not within ${segment.steps} steps`;
    if (injected.has(id)) continue;
    if (segment.kind === 'write') yield `${where}: ${node.name} runs while fast weights are written`;
    if (!isTarget(node)) yield `${where}: the ${node.kind} ${node.name} has a start and is not injected`;
  }
}

/** First segment that each stream can be injected into: 0 from outside, else one later than the populations it is computed from ran. */
function readinessOf(scope: Scope, homes: ReadonlyMap<NodeId, readonly number[]>): ReadonlyMap<NodeId, number> {
  const ready = new Map<NodeId, number>();
  for (const node of scope.network.nodes) {
    const own = isTarget(node);
    const from = own
      ? (homes.get(node.id) ?? []).map((home) => home + 1)
      : operandsOf(node).map((id) => ready.get(id) ?? Number.POSITIVE_INFINITY);
    ready.set(node.id, from.length === 0 && own ? Number.POSITIVE_INFINITY : from.reduce((latest, index) => Math.max(latest, index), 0));
  }
  return ready;
}

/** Whatever a node reads in its segment arrives at least a chip step earlier than it is wanted. */
function* checkReads(scope: Scope, schedule: Schedule, node: NetworkNode, segment: ScheduledSegment): Violations {
  const start = segment.starts.get(node.id) ?? 0;
  const reads = scope.incoming(node.id).map(({ source, synapses, delaySteps }) => ({ source, delay: leastDelay(synapses) + delaySteps }));
  if (node.kind === 'population' && node.gate !== null) reads.push({ source: node.gate, delay: 0 });
  for (const { source, delay } of reads) {
    const stream = scope.node(source);
    if (stream === undefined) continue;
    // Fast weights are read by sending queries.
    const carrier = stream.kind === 'fast-weights' ? stream.query : source;
    const sent = segment.starts.get(carrier);
    if (sent === undefined) yield `${node.name}: reads ${carrier}, which has no start in segment ${segment.index}`;
    else if (sent + 1 > start + delay) yield `${node.name}: starts at step ${start}, too early to read ${carrier} of step ${sent}`;
    if (stream.kind !== 'fast-weights') continue;
    const written = schedule.segments.some(
      ({ kind, index, starts }) => kind === 'write' && index < segment.index && starts.has(stream.key) && starts.has(stream.value),
    );
    if (!written) yield `${node.name}: reads ${stream.name} before its fast weights are written`;
  }
}
