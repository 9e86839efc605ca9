import type { SpinnakerChip } from '../../../ir/spinnaker-chip.ts';
import { ROW_LENGTH_MAX } from '../../../ir/spinnaker-core.ts';
import { type SpinnakerModel, synapseTypesOf } from '../../../ir/spinnaker-neuron.ts';
import { bitsFor } from '../allocate-keys.ts';
import { dtcmBytes } from '../dtcm.ts';
import { delayBits, type SliceDemand } from '../partition/slice-shares.ts';
import type { Connections, Feed, Owner } from './connect.ts';
import type { SoftwarePlan } from './software.ts';

/** DTCM for projections of one synapse a source, which need no DMA. */
export const DIRECT_BYTES = 2048;
/** sPyNNaker's default, where no more can come at once. */
const QUEUE_LEAST = 256;

export function modelOf({ node, gated }: Owner): SpinnakerModel {
  const decays = node.kind === 'population' && node.neuron.parameters === 'accum' && node.neuron.synapticTimeConstant !== undefined;
  return decays ? 'curr-exp' : gated ? 'gated-delta' : 'curr-delta';
}

/** Longest delay in steps. */
export const longestDelay = ({ feeds }: Owner): number =>
  feeds.reduce((most, { synapses, lag }) => synapses.extra.reduce((longest, extra) => Math.max(longest, lag + extra), most), 1);

/** Packets that can wait on a core of an owner: as many as can come in one step, so that none is ever lost. */
export const queueLength = (owner: Owner, connections: Connections): number => Math.max(QUEUE_LEAST, packetsPerStep(owner, connections));

/** Packets of all sources at once; a value has one sign at a time. */
function packetsPerStep({ feeds }: Owner, { nodes }: Connections): number {
  const streams = new Set(feeds.map(({ stream }) => stream));
  return [...streams].reduce((sum, stream) => sum + (nodes.get(stream)?.size ?? 0), 0);
}

/** What a slice of so many neurons needs when every source sends in the same step: no data can ask for more. */
export function demandOf(owner: Owner, connections: Connections): (neurons: number) => SliceDemand {
  const model = modelOf(owner);
  const perNeuron = mostSynapses(owner);
  const delaySteps = longestDelay(owner);
  const packets = packetsPerStep(owner, connections);
  const streams = new Set(owner.feeds.map(({ stream }) => stream)).size;
  const longestRow = owner.feeds.reduce((most, feed) => Math.max(most, rowLength(feed)), 0);
  return (neurons) => {
    const blocks = owner.feeds.reduce((sum, feed) => sum + Math.ceil(rowLength(feed) / ROW_LENGTH_MAX), 0);
    const layout = {
      indexBits: bitsFor(neurons),
      typeBits: bitsFor(synapseTypesOf(model)),
      delayBits: delayBits(delaySteps),
    };
    const dtcm = dtcmBytes({
      model,
      neurons,
      layout,
      // A stream of both signs has two entries, one of several slices extra information.
      tableEntries: 2 * streams,
      addresses: 2 * (streams + blocks),
      directWords: DIRECT_BYTES / 4,
      spikeQueue: queueLength(owner, connections),
      sends: owner.node.kind === 'population',
    });
    return {
      neurons,
      synapseTypes: synapseTypesOf(model),
      delaySteps,
      rowWords: Math.min(longestRow, ROW_LENGTH_MAX),
      dtcmBytes: dtcm.total,
      packets,
      events: neurons * perNeuron,
    };
  };
}

const rowLength = ({ synapses: { first } }: Feed): number => {
  let longest = 0;
  for (let i = 0; i + 1 < first.length; i++) longest = Math.max(longest, first[i + 1] - first[i]);
  return longest;
};

/** Synapses of the neuron that has most. */
function mostSynapses({ node, feeds }: Owner): number {
  const counts = new Int32Array(node.size);
  for (const { synapses } of feeds) for (const target of synapses.target) counts[target]++;
  return counts.reduce((most, count) => Math.max(most, count), 0);
}

/** Cycles of a core of software in a step at most: it keeps or sends, or both. */
export function softwareCycles(plan: SoftwarePlan, chip: SpinnakerChip): number {
  const { recordCycles, sendCycles } = chip.software;
  const kept = plan.kept.reduce((sum, { from, size }) => sum + (from === 'packets' ? size : 0), 0);
  return chip.core.stepCycles.value + kept * recordCycles.value + plan.size * sendCycles.value;
}
