import { type SynapseLayout, WEIGHT_BITS } from '../../../ir/spinnaker-core.ts';
import { defineStruct } from './bit-fields.ts';

/**
 * What a core of sPyNNaker reads from SDRAM, each field declared once. The population table is that of sPyNNaker 6 (12 bytes an entry, 23-bit
 * addresses, direct rows), the parameters of neurons those of its later releases, where the core computes the constants itself: no single
 * release was at hand [INF: that they go together]. docs/targets/spinnaker-images.md has the sources.
 */

/** FEC data_specification.h: magic number, version, then one descriptor for each region. */
export const IMAGE_HEADER = defineStruct('image header', [
  ['magic', 32],
  ['version', 32],
]);
export const IMAGE_MAGIC = 0xad130ad6;
export const IMAGE_VERSION = 0x00010000;

/** `checksum` is the sum of the region's words, modulo 2^32. A pointer of 0: there is no such region. */
export const REGION = defineStruct('region', [
  ['pointer', 32],
  ['checksum', 32],
  ['words', 32],
]);
export const REGION_COUNT = 32;
export const HEADER_WORDS = IMAGE_HEADER.words + REGION_COUNT * REGION.words;

/** Of regions.h. The direct matrix has another number in each release [INF: 17 is free in the one whose other numbers these are]. */
export const RegionId = {
  coreParameters: 1,
  neuronParameters: 2,
  synapseParameters: 4,
  populationTable: 5,
  synapticMatrix: 6,
  directMatrix: 17,
  /** Not of sPyNNaker: steps in which the neurons move [INF: free in the same release]. */
  window: 24,
} as const;

/** Of spikec's own: neurons that are held clear before and after. */
export const STEP_WINDOW = defineStruct('window', [
  ['start', 32],
  ['steps', 32],
]);

/** neuron.c, followed by a ring-buffer shift for each synapse type and a key for each neuron. */
export const CORE_PARAMETERS = defineStruct('core parameters', [
  ['hasKey', 32],
  ['neurons', 32],
  ['neuronsPeak', 32],
  ['colourBits', 32],
  ['synapseTypes', 32],
]);

/** Neuron parameters: steps per timestep, then an array with one of each of these for every neuron. */
export const LIF_PARAMETERS = defineStruct('LIF parameters', [
  ['vInit', 32, 'signed'],
  ['vRest', 32, 'signed'],
  ['capacitance', 32, 'signed'],
  ['tauMembrane', 32, 'signed'],
  ['currentOffset', 32, 'signed'],
  ['vReset', 32, 'signed'],
  ['refractoryTime', 32, 'signed'],
  ['refractoryInit', 32, 'signed'],
  ['timestep', 32, 'signed'],
]);
/** `curr-delta` only. */
export const DELTA_INPUT = defineStruct('input parameters', [['timestep', 32, 'signed']]);
export const THRESHOLD = defineStruct('threshold parameters', [['threshold', 32, 'signed']]);
export const EXP_SYNAPSES = defineStruct('synapse parameters', [
  ['tauExcitatory', 32, 'signed'],
  ['excitatoryInit', 32, 'signed'],
  ['tauInhibitory', 32, 'signed'],
  ['inhibitoryInit', 32, 'signed'],
  ['timestep', 32, 'signed'],
]);
export const DELTA_SYNAPSES = defineStruct('synapse parameters', [
  ['excitatoryInit', 32, 'signed'],
  ['inhibitoryInit', 32, 'signed'],
]);

/** synapses.c, followed by a ring-buffer shift for each synapse type. */
export const SYNAPSE_PARAMETERS = defineStruct('synapse parameters', [
  ['neurons', 32],
  ['synapseTypes', 32],
  ['indexBits', 32],
  ['typeBits', 32],
  ['delayBits', 32],
  ['dropLatePackets', 32],
  ['spikeQueue', 32],
]);

/** population_table_binary_search_impl.c: lengths, entries ascending by key, then the list of addresses. */
export const TABLE_HEADER = defineStruct('population table', [
  ['entries', 32],
  ['addresses', 32],
]);
/** `start` of the list of addresses holds the extra information where there is any, which `count` leaves out. */
export const TABLE_ENTRY = defineStruct('entry', [
  ['key', 32],
  ['mask', 32],
  ['start', 15],
  ['hasExtra', 1],
  ['count', 16],
]);
/** `rowLength` is one less than it says. `address` counts 16 bytes in the matrix, single bytes in the direct one. */
export const ADDRESS = defineStruct('address', [
  ['rowLength', 8],
  ['address', 23],
  ['isSingle', 1],
]);
export const ADDRESS_UNIT = 16;
/** Stands for no block at all. */
export const INVALID_ADDRESS = 2 ** 23 - 1;
export const EXTRA = defineStruct('extra information', [
  ['coreMask', 10],
  ['words', 6],
  ['coreShift', 5],
  ['neurons', 11],
]);

/** synapse_row.h. */
export const ROW_HEADER = defineStruct('row', [
  ['plasticWords', 32],
  ['fixedWords', 32],
  ['plasticControls', 32],
]);

/** A synapse of fixed weight. The weight has no sign: the synapse type says it. */
export const synapticWord = ({ indexBits, typeBits, delayBits }: SynapseLayout) =>
  defineStruct('synaptic word', [
    ['index', indexBits],
    ['type', typeBits],
    ['delay', delayBits],
    ['unused', 32 - WEIGHT_BITS - indexBits - typeBits - delayBits],
    ['weight', WEIGHT_BITS],
  ]);
