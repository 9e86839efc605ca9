import type { NodeId } from '../../ir/ids.ts';
import type { Injection, SegmentProgram } from '../../ir/mapping.ts';
import type { Network, ScheduledSegment } from '../../ir/network.ts';
import { scheduleOf, startIn } from '../mapping/schedule.ts';
import type { Connectivity, FastWrite } from './connectivity.ts';
import { planeStream } from './digit-codes.ts';
import { maskedStream } from './embedded.ts';
import { type AxonDirectory, compressRoutes } from './routes.ts';

/** Segments with the streams that the embedded processor sends in each, and the input axons that these open. */
export function segmentPrograms(network: Network, connectivity: Connectivity, axons: AxonDirectory): readonly SegmentProgram[] {
  return scheduleOf(network).map((segment) => ({
    index: segment.index,
    kind: segment.kind,
    steps: segment.steps,
    injections: [...bufferedStreams(segment, connectivity, axons), ...keyStreams(segment, connectivity, axons)],
  }));
}

function bufferedStreams(segment: ScheduledSegment, connectivity: Connectivity, axons: AxonDirectory): readonly Injection[] {
  return segment.injected.flatMap((stream) => {
    const bundles = connectivity.bundles.filter((b) => b.segment === segment.index && b.stream === stream && !b.live);
    if (bundles.length === 0) return [];
    return [
      injection(
        connectivity,
        bundles[0].code === null ? stream : planeStream(stream),
        stream,
        startIn(segment, stream),
        bundles.map((b) => b.index),
        axons,
      ),
    ];
  });
}

/** Keys open the axons of the queries that will read what they write. */
function keyStreams(segment: ScheduledSegment, connectivity: Connectivity, axons: AxonDirectory): readonly Injection[] {
  const byStream = new Map<string, FastWrite[]>();
  for (const write of connectivity.writes) {
    if (write.segment !== segment.index) continue;
    const stream = write.node.mask === null ? write.node.key : maskedStream(write.node.key);
    byStream.set(stream, [...(byStream.get(stream) ?? []), write]);
  }
  return [...byStream].map(([stream, writes]) => {
    const bundles = connectivity.bundles.filter((b) => writes.some((write) => write.node.id === b.fast));
    return injection(
      connectivity,
      stream,
      writes[0].node.key,
      writes[0].start,
      bundles.map((b) => b.index),
      axons,
    );
  });
}

function injection(
  connectivity: Connectivity,
  stream: string,
  node: NodeId,
  start: number,
  bundles: readonly number[],
  axons: AxonDirectory,
): Injection {
  const size = Math.max(...bundles.map((bundle) => connectivity.bundles[bundle].channels));
  const rows = Array.from({ length: size }, (_, channel) => bundles.flatMap((bundle) => axons.find(bundle, channel)));
  return { stream, start, steps: connectivity.steps.get(node) ?? 0, size, routes: compressRoutes(rows) };
}
