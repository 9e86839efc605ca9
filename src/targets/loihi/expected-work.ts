import type { ChipModel } from '../../ir/chip-model.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Network, ScheduledSegment } from '../../ir/network.ts';
import type { Work } from '../mapping/balance.ts';
import { scheduleOf } from '../mapping/schedule.ts';
import type { Connectivity, Owner } from './connectivity.ts';
import { bufferedPopulations } from './embedded.ts';
import { expectedArrivals } from './expected-events.ts';

/** Seconds of one event each. */
export interface EventSeconds {
  readonly active: number;
  readonly inactive: number;
  readonly event: number;
  readonly write: number;
  readonly packet: number;
  readonly embedded: number;
}

/** Work of a clip with these packets per channel of each stream; what the embedded processor does between segments is not part of it. */
export function expectedWork(
  network: Network,
  connectivity: Connectivity,
  packets: ReadonlyMap<NodeId, number>,
  seconds: EventSeconds,
  limits: ChipModel['limits'],
): readonly Work[] {
  const schedule = scheduleOf(network);
  const buffered = bufferedPopulations(network, connectivity);
  return connectivity.owners.flatMap((owner, index) => {
    const window = { owner: index, segment: owner.segment, start: owner.start, steps: owner.steps };
    const collected = owner.node.kind === 'readout' ? owner.steps : buffered.has(owner.node.id) ? (packets.get(owner.node.id) ?? 0) : 0;
    return [
      ...updates(owner, index, schedule, seconds),
      ...arrivalsOf(owner, index, connectivity, packets, seconds, limits),
      { ...window, on: 'host' as const, seconds: (owner.node.size * collected * seconds.embedded) / owner.steps },
    ];
  });
}

/** A core updates all its compartments in every step, and those inside their window at the higher price. */
function updates(owner: Owner, index: number, schedule: readonly ScheduledSegment[], seconds: EventSeconds): readonly Work[] {
  const compartments = owner.node.size * (1 + (owner.gated ? 1 : 0) + (owner.taught ? 1 : 0));
  const shared = { owner: index, on: 'shared' } as const;
  const idle = schedule.flatMap(({ index: segment, kind, steps }): Work[] =>
    kind === 'write' ? [] : [{ ...shared, segment, start: 0, steps, seconds: compartments * seconds.inactive }],
  );
  const { segment, start, steps } = owner;
  return [...idle, { ...shared, segment, start, steps, seconds: compartments * (seconds.active - seconds.inactive) }];
}

function arrivalsOf(
  owner: Owner,
  index: number,
  connectivity: Connectivity,
  packets: ReadonlyMap<NodeId, number>,
  seconds: EventSeconds,
  limits: ChipModel['limits'],
): readonly Work[] {
  return owner.feeds.flatMap((feed) => {
    const write = feed.kind === 'fast' ? connectivity.writes.find(({ node }) => node.id === feed.node.id) : undefined;
    return expectedArrivals(feed, connectivity, packets, limits).flatMap((arrivals): Work[] => {
      const { segment, start } = arrivals.writing && write !== undefined ? write : owner;
      const window = { owner: index, segment, start, steps: owner.steps };
      const perStep = (count: number, each: number): number => (count * each) / owner.steps;
      const own = perStep(arrivals.synapticEvents, seconds.event) + perStep(arrivals.writes, seconds.write);
      return [
        { ...window, on: 'shared', seconds: own },
        { ...window, on: arrivals.everySlice ? 'each' : 'shared', seconds: perStep(arrivals.packets, seconds.packet) },
        ...(arrivals.live
          ? []
          : [
              {
                ...window,
                on: arrivals.everySlice ? ('sent' as const) : ('host' as const),
                seconds: perStep(arrivals.packets, seconds.embedded),
              },
            ]),
      ];
    });
  });
}
