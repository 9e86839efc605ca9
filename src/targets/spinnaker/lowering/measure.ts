import type { NodeId } from '../../../ir/ids.ts';
import type { Network, Projection, TargetNode } from '../../../ir/network.ts';
import { at } from '../../../ir/neuron.ts';
import type { Calibration } from '../../target.ts';
import { largerSlots, type MeasuredProjection, measureSlots } from '../shifts/measure-slots.ts';
import { type ListedSynapses, listSynapses } from './list-synapses.ts';
import { type CurrentNode, hasCurrent } from './synaptic-currents.ts';

/** More clips say little more about ranges, and cost time. */
export const CALIBRATION_CLIPS = 16;

/** What was seen on calibration data. */
export interface Measured {
  /** Largest slots [receptor][neuron] of every population and read-out that sums real weights over spikes or counts, in units of its threshold. */
  readonly slots: ReadonlyMap<NodeId, readonly Float64Array[]>;
  /** The same of their currents: slots, and what is left of earlier ones where a current decays. */
  readonly currents: ReadonlyMap<NodeId, readonly Float64Array[]>;
  /** Largest magnitude of every stream that they read. */
  readonly counts: ReadonlyMap<NodeId, number>;
}

/** What the ring buffers had to hold on calibration data. `targets`: whose. */
export function measureMaxima(network: Network, targets: readonly TargetNode[], calibration: Calibration): Measured {
  const [slots, currents] = [new Map<NodeId, readonly Float64Array[]>(), new Map<NodeId, readonly Float64Array[]>()];
  const counts = new Map<NodeId, number>();
  const sources = new Set(incomingTo(network, targets).map(({ source }) => source));
  const lists = new Map<object, ListedSynapses>();
  const incoming = targets.map((node) => ({
    node,
    projections: network.projections
      .filter(({ target }) => target === node.id)
      .map((projection) => {
        const listed = lists.get(projection.synapses) ?? listSynapses(projection.synapses);
        lists.set(projection.synapses, listed);
        return { projection, listed };
      }),
  }));
  for (let clip = 0; clip < Math.min(calibration.clips, CALIBRATION_CLIPS); clip++) {
    const { streams } = calibration.run(network, clip);
    for (const source of sources) counts.set(source, Math.max(counts.get(source) ?? 0, largestOf(streams.get(source) ?? [])));
    for (const { node, projections } of incoming) {
      const earliest = Math.min(0, ...projections.map(({ projection, listed }) => leastDelay(projection, listed)));
      const measured = projections.map(
        ({ projection, listed }): MeasuredProjection => ({
          ...listed,
          delay: listed.extra.map((extra) => extra + projection.delaySteps - earliest + 1),
          spikes: streams.get(projection.source) ?? [],
        }),
      );
      const steps = Math.max(0, ...measured.map(({ spikes, first }) => spikes.length / (first.length - 1)));
      const found = measureSlots(measured, node.size, steps);
      keepLarger(slots, node.id, found);
      keepLarger(currents, node.id, hasCurrent(node) ? currentsOf(node, measured, steps) : found);
    }
  }
  return { slots, currents, counts };
}

function keepLarger(maxima: Map<NodeId, readonly Float64Array[]>, id: NodeId, found: readonly Float64Array[]): void {
  const known = maxima.get(id);
  maxima.set(id, known === undefined ? found : largerSlots(known, found));
}

/** Synaptic currents, of whose arrivals the gain of the input counts (synaptic-currents.ts). */
const currentsOf = ({ neuron, size }: CurrentNode, measured: readonly MeasuredProjection[], steps: number): readonly Float64Array[] =>
  measureSlots(
    measured,
    size,
    steps,
    Float64Array.from({ length: size }, (_, n) => at(neuron.currentDecay, n)),
  ).map((sums) => sums.map((sum, n) => sum * at(neuron.inputGain, n)));

function incomingTo({ projections }: Network, targets: readonly TargetNode[]): readonly Projection[] {
  const ids = new Set(targets.map(({ id }) => id));
  return projections.filter(({ target }) => ids.has(target));
}

function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return largest;
}

const leastDelay = (projection: Projection, { extra }: ListedSynapses): number =>
  extra.reduce((least, each) => Math.min(least, each + projection.delaySteps), 0);
