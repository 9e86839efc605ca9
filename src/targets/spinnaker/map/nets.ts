import type { NodeId } from '../../../ir/ids.ts';
import type { Slice } from '../../mapping/slices.ts';
import type { KeyBlock } from '../allocate-keys.ts';
import type { SliceNet } from '../placement/chip-loads.ts';
import type { StreamKeys } from './build-core.ts';
import type { Connections, Feed } from './connect.ts';
import type { CorePlan } from './plan-cores.ts';
import type { SoftwarePlan } from './software.ts';

/** Keys of every population, by owner, and of every stream that software sends in a segment, by core and send. */
export interface MachineKeys {
  readonly owners: readonly StreamKeys[];
  readonly software: readonly (readonly StreamKeys[])[];
}

/** What one core sends, in the numbering of all cores: slices of the owners in order, then software. */
export interface SenderNet extends SliceNet {
  /** The blocks of keys that it sends with. */
  readonly blockOf: (keys: MachineKeys) => readonly KeyBlock[];
}

/** Spikes of a neuron in a step where nothing was measured. */
const RATE = 0.1;

/**
 * Every core that sends and the cores that need it: slices in which its spikes end, and software that keeps them. `traffic`: mean spikes a clip by
 * stream; null: a tenth of the neurons in each step.
 */
export function netsOf(
  connections: Connections,
  software: readonly SoftwarePlan[],
  plan: CorePlan,
  traffic: ReadonlyMap<NodeId, number> | null,
): readonly SenderNet[] {
  const starts = plan.slices.map((_, owner) => plan.slices.slice(0, owner).reduce((sum, slices) => sum + slices.length, 0));
  const softwareAt = plan.slices.flat().length;
  const readers = readersOf(connections, plan, starts);
  const rateOf = (stream: NodeId, size: number): number =>
    (traffic?.get(stream) ?? RATE * size * (connections.steps.get(stream) ?? 1)) / size;
  const owners = connections.owners.flatMap(({ node }, owner) =>
    plan.slices[owner].map((slice, s): SenderNet => {
      const kept = software.flatMap((each, index) =>
        each.kept.some(({ from, stream }) => from === 'packets' && stream === node.id) ? [softwareAt + index] : [],
      );
      const reached = node.kind === 'readout' ? [] : readers(node.id, null, slice);
      return {
        source: starts[owner] + s,
        targets: [...reached, ...kept],
        packets: rateOf(node.id, node.size) * slice.count,
        blockOf: (keys) => [keys.owners[owner].slices[s]],
      };
    }),
  );
  const senders = software.flatMap(({ stream, size, sends }, index) =>
    sends.map(
      ({ segment }, send): SenderNet => ({
        source: softwareAt + index,
        targets: readers(stream, segment, { owner: -1, first: 0, count: size }),
        packets: rateOf(stream, size) * size,
        blockOf: (keys) => {
          const { slices, negative } = keys.software[index][send];
          return negative === null ? slices : [...slices, negative];
        },
      }),
    ),
  );
  return [...owners, ...senders];
}

/** Slices in which synapses of a run of sources end. */
function readersOf({ owners }: Connections, plan: CorePlan, starts: readonly number[]) {
  const feeds = new Map<string, { readonly owner: number; readonly feed: Feed }[]>();
  owners.forEach((each, owner) => {
    for (const feed of each.feeds) {
      const name = nameOf(feed.stream, feed.live ? null : each.segment);
      feeds.set(name, [...(feeds.get(name) ?? []), { owner, feed }]);
    }
  });
  return (stream: NodeId, sentIn: number | null, sources: Slice): readonly number[] => {
    const reached = new Set<number>();
    for (const { owner, feed } of feeds.get(nameOf(stream, sentIn)) ?? []) {
      const { first, target } = feed.synapses;
      const sliceLength = plan.slices[owner][0].count;
      for (let k = first[sources.first]; k < first[sources.first + sources.count]; k++) {
        reached.add(starts[owner] + Math.floor(target[k] / sliceLength));
      }
    }
    return [...reached].sort((a, b) => a - b);
  };
}

/** `sentIn`: the segment in which software sends the stream; null: its own cores do. */
const nameOf = (stream: NodeId, sentIn: number | null): string => `${sentIn ?? 'live'} ${stream}`;
