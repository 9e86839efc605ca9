import { ROW_HEADER_WORDS, ROW_LENGTH_MAX, type SpinnakerCore, type SynapseLayout } from '../../ir/spinnaker-core.ts';
import { type SpinnakerModel, SYNAPSE_TYPES, synapseTypesOf } from '../../ir/spinnaker-neuron.ts';
import { ADDRESS, EXTRA, TABLE_ENTRY } from './images/layouts.ts';

const WORD = 4;
/** Words of a neuron's state: LIF 8 (neuron_model_lif_impl.h), threshold 1, and what its synapses need. */
const LIF_WORDS = 8;
const THRESHOLD_WORDS = 1;
/** Decay, first factor and value of each receptor; or a value of each, and the factor 1 / timestep. */
const SYNAPSE_WORDS: Readonly<Record<SpinnakerModel, number>> = {
  'curr-exp': 3 * SYNAPSE_TYPES,
  'curr-delta': SYNAPSE_TYPES + 1,
  'gated-delta': SYNAPSE_TYPES + 2,
};
/** A row is fetched while another is worked on [MEM: two buffers]. */
const DMA_BUFFERS = 2;
/** Global variables of neuron.c and c_main.c, as sPyNNaker counts them. */
const GLOBAL_WORDS = 12;

/** What decides how much DTCM a core needs. */
export interface DtcmPlan {
  readonly model: SpinnakerModel;
  readonly neurons: number;
  readonly layout: SynapseLayout;
  readonly tableEntries: number;
  /** Words of the list of addresses, extra information included. */
  readonly addresses: number;
  readonly directWords: number;
  readonly spikeQueue: number;
  readonly sends: boolean;
}

/** Bytes by use. The stack, recording buffers and filters are not in it: a core needs room besides. */
export interface DtcmBytes {
  readonly neurons: number;
  readonly ringBuffers: number;
  readonly populationTable: number;
  readonly directMatrix: number;
  readonly packets: number;
  readonly total: number;
}

export function dtcmBytes({ model, neurons, layout, tableEntries, addresses, directWords, spikeQueue, sends }: DtcmPlan): DtcmBytes {
  const stateWords = LIF_WORDS + THRESHOLD_WORDS + SYNAPSE_WORDS[model] + (sends ? 1 : 0);
  const bytes = {
    // A shift for each synapse type is kept twice, by the neurons and by the synapses.
    neurons: (neurons * stateWords + 2 * synapseTypesOf(model) + GLOBAL_WORDS) * WORD,
    ringBuffers: 2 * 2 ** (layout.indexBits + layout.typeBits + layout.delayBits),
    populationTable: (tableEntries * TABLE_ENTRY.words + addresses * ADDRESS.words) * WORD,
    directMatrix: directWords * WORD,
    packets: (spikeQueue + DMA_BUFFERS * (ROW_LENGTH_MAX + ROW_HEADER_WORDS)) * WORD,
  };
  return { ...bytes, total: Object.values(bytes).reduce((sum, part) => sum + part, 0) };
}

/** Of a core that is complete. */
export const dtcmOf = ({ model, neurons, layout, table, direct, spikeQueue, keys }: SpinnakerCore): DtcmBytes =>
  dtcmBytes({
    model,
    neurons,
    layout,
    tableEntries: table.length,
    addresses: table.reduce((sum, { cores, blocks }) => sum + (cores === null ? 0 : EXTRA.words) + blocks.length, 0),
    directWords: direct.length,
    spikeQueue,
    sends: keys !== null,
  });
