import { type Diagnostic, diagnostic } from '../../../diagnostics/index.ts';
import type { ChipModel } from '../../../ir/chip-model.ts';
import type { Synapses } from '../../../ir/synapses.ts';
import { notLowered } from '../../mapping/schedule.ts';
import type { Connectivity, Feed, Owner } from '../connectivity.ts';
import { editsForDelay } from './edits/delay-edits.ts';
import type { Edit } from './edits/edit.ts';
import { placeOf } from './place-of.ts';
import type { Problem } from './problem.ts';

/** Synaptic delays longer than the chip's delay lines. A negative one would mean a wrong schedule. */
export function checkDelays(connectivity: Connectivity, chip: ChipModel): readonly Problem[] {
  const allowed = chip.limits.synapticDelay.value;
  const most = Math.max(0, ...connectivity.owners.flatMap(({ feeds }) => feeds.map((feed) => delaysOf(feed)[1])));
  return connectivity.owners.flatMap((owner) =>
    owner.feeds.flatMap((feed) => {
      const [shortest, longest] = delaysOf(feed);
      const { stream } = connectivity.bundles[feed.bundle];
      const what = `${stream} -> ${owner.node.id}`;
      if (shortest < 0) throw notLowered(`${what} would have to arrive ${-shortest} steps before it can`);
      if (longest <= allowed) return [];
      return [
        {
          diagnostic: tooLong(owner, feed, what, longest, chip),
          edits: (context): readonly (Edit | null)[] => {
            const source = context.network.nodes.find((node) => node.id === stream);
            return source === undefined ? [] : editsForDelay(context, owner, feed, source, { longest, most });
          },
        },
      ];
    }),
  );
}

function tooLong(owner: Owner, feed: Feed, what: string, longest: number, chip: ChipModel): Diagnostic {
  const allowed = chip.limits.synapticDelay.value;
  return diagnostic(
    'delay-too-long',
    `${what} needs a synaptic delay of ${longest} steps, ${longest - allowed} more than ${chip.name} has`,
    {
      places: [placeOf(feed.kind === 'synapses' ? { ...feed.projection, name: feed.projection.id } : owner.node)],
      notes: [
        `allowed: 0..${allowed} steps beyond the one that every hop takes`,
        'relay populations take over longer delays of spikes; inputs, rotated currents and fast weights carry integers, which they cannot repeat',
      ],
    },
  );
}

/** Shortest and longest delay of what a feed brings. */
function delaysOf(feed: Feed): readonly [number, number] {
  switch (feed.kind) {
    case 'gate':
      return [feed.lag, feed.lag];
    case 'fast':
      return [Math.min(feed.lag, feed.teachLag), Math.max(feed.lag, feed.teachLag)];
    case 'synapses': {
      const [least, most] = extraDelays(feed.synapses);
      return [feed.lag + least, feed.lag + most];
    }
  }
}

/** Steps that taps and delays of single synapses add to the projection's lag: least and most. */
function extraDelays(synapses: Synapses): readonly [number, number] {
  switch (synapses.kind) {
    case 'time-convolution':
      return [-(synapses.firstOffset + (synapses.taps - 1) * synapses.dilation), -synapses.firstOffset];
    case 'sparse':
      return synapses.delays === null ? [0, 0] : rangeOf(synapses.delays);
    case 'dense':
    case 'one-to-one':
    case 'convolution':
    case 'pooling':
      return [0, 0];
  }
}

function rangeOf(delays: Int32Array): readonly [number, number] {
  let [least, most] = [delays[0] ?? 0, delays[0] ?? 0];
  for (const delay of delays) {
    least = Math.min(least, delay);
    most = Math.max(most, delay);
  }
  return [least, most];
}
