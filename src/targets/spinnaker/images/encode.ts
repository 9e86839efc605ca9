import type { PopulationEntry, SpinnakerCore, StepWindow } from '../../../ir/spinnaker-core.ts';
import { NEURON_FIELDS, NeuronField } from '../../../ir/spinnaker-neuron.ts';
import { type FieldValues, writeStruct } from './bit-fields.ts';
import {
  ADDRESS,
  ADDRESS_UNIT,
  CORE_PARAMETERS,
  EXTRA,
  HEADER_WORDS,
  IMAGE_HEADER,
  IMAGE_MAGIC,
  IMAGE_VERSION,
  REGION,
  RegionId,
  STEP_WINDOW,
  SYNAPSE_PARAMETERS,
  TABLE_ENTRY,
  TABLE_HEADER,
} from './layouts.ts';
import { type NeuronFieldName, neuronStructs, STEPS_PER_TIMESTEP } from './neuron-structs.ts';
import { checksum } from './read-regions.ts';

const BYTES = 4;
/** Of regions, so that the 16-byte units of the matrix are 16-byte units of memory too. */
const ALIGN_WORDS = ADDRESS_UNIT / BYTES;

/**
 * The bytes to load into SDRAM at address `base` for one core: a header, and a region for each kind of data. `decodeCore` reads them back.
 * Throws `does-not-fit` where a number has more bits than its field. `item` names the core in messages.
 */
export function encodeCore(core: SpinnakerCore, base: number, item: string): Uint8Array {
  const regions: readonly (readonly [id: number, words: Uint32Array])[] = [
    [RegionId.coreParameters, coreParameters(core, item)],
    [RegionId.neuronParameters, neuronParameters(core, item)],
    [RegionId.synapseParameters, synapseParameters(core, item)],
    [RegionId.populationTable, populationTable(core.table, item)],
    [RegionId.synapticMatrix, new Uint32Array(core.matrix)],
    [RegionId.directMatrix, directMatrix(core.direct)],
    ...(core.window === undefined ? [] : [stepWindow(core.window, item)]),
  ];
  const first: number[] = [];
  let end = align(HEADER_WORDS);
  for (const [, words] of regions) {
    first.push(end);
    end = align(end + words.length);
  }
  const image = new Uint32Array(end);
  writeStruct(IMAGE_HEADER, { magic: IMAGE_MAGIC, version: IMAGE_VERSION }, image, 0, item);
  regions.forEach(([id, words], r) => {
    image.set(words, first[r]);
    const descriptor = { pointer: base + first[r] * BYTES, checksum: checksum(words), words: words.length };
    writeStruct(REGION, descriptor, image, IMAGE_HEADER.words + id * REGION.words, item);
  });
  return toBytes(image);
}

function stepWindow(window: StepWindow, item: string): readonly [number, Uint32Array] {
  const words = new Uint32Array(STEP_WINDOW.words);
  writeStruct(STEP_WINDOW, { start: window.start, steps: window.steps }, words, 0, `${item}, window`);
  return [RegionId.window, words];
}

const align = (words: number): number => Math.ceil(words / ALIGN_WORDS) * ALIGN_WORDS;

function toBytes(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(words.length * BYTES);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < words.length; i++) view.setUint32(i * BYTES, words[i], true);
  return bytes;
}

function coreParameters(core: SpinnakerCore, item: string): Uint32Array {
  const keys = core.keys ?? new Uint32Array(core.neurons);
  const words = new Uint32Array(CORE_PARAMETERS.words + core.shifts.length + keys.length);
  const values = {
    hasKey: core.keys === null ? 0 : 1,
    neurons: core.neurons,
    neuronsPeak: 2 ** core.layout.indexBits,
    colourBits: 0,
    synapseTypes: core.shifts.length,
  };
  writeStruct(CORE_PARAMETERS, values, words, 0, item);
  words.set(core.shifts, CORE_PARAMETERS.words);
  words.set(keys, CORE_PARAMETERS.words + core.shifts.length);
  return words;
}

/** Structures of all neurons, one array after the other. */
function neuronParameters(core: SpinnakerCore, item: string): Uint32Array {
  const values = (n: number): FieldValues<NeuronFieldName> => {
    const own = Object.entries(NeuronField).map(([name, index]) => [name, core.parameters[n * NEURON_FIELDS + index]]);
    return { ...Object.fromEntries(own), timestep: core.timestep };
  };
  const structs = neuronStructs(core.model);
  const words = new Uint32Array(1 + core.neurons * structs.reduce((sum, layout) => sum + layout.words, 0));
  words[0] = STEPS_PER_TIMESTEP;
  let at = 1;
  for (const layout of structs) {
    for (let n = 0; n < core.neurons; n++, at += layout.words) writeStruct(layout, values(n), words, at, `${item}, neuron ${n}`);
  }
  return words;
}

function synapseParameters(core: SpinnakerCore, item: string): Uint32Array {
  const { neurons, layout, shifts, dropLatePackets, spikeQueue } = core;
  const words = new Uint32Array(SYNAPSE_PARAMETERS.words + shifts.length);
  const values = { neurons, synapseTypes: shifts.length, ...layout, dropLatePackets: dropLatePackets ? 1 : 0, spikeQueue };
  writeStruct(SYNAPSE_PARAMETERS, values, words, 0, item);
  words.set(shifts, SYNAPSE_PARAMETERS.words);
  return words;
}

function populationTable(table: readonly PopulationEntry[], item: string): Uint32Array {
  const addresses = table.reduce((sum, { cores, blocks }) => sum + (cores === null ? 0 : EXTRA.words) + blocks.length, 0);
  const words = new Uint32Array(TABLE_HEADER.words + table.length * TABLE_ENTRY.words + addresses);
  writeStruct(TABLE_HEADER, { entries: table.length, addresses }, words, 0, item);
  const listAt = TABLE_HEADER.words + table.length * TABLE_ENTRY.words;
  let start = 0;
  table.forEach(({ key, mask, cores, blocks }, e) => {
    const where = `${item}, population table, entry ${e}`;
    const entry = { key, mask, start, hasExtra: cores === null ? 0 : 1, count: blocks.length };
    writeStruct(TABLE_ENTRY, entry, words, TABLE_HEADER.words + e * TABLE_ENTRY.words, where);
    if (cores !== null) {
      const { mask: coreMask, shift: coreShift, neuronsPerCore: neurons } = cores;
      writeStruct(EXTRA, { coreMask, words: Math.ceil(neurons / 32), coreShift, neurons }, words, listAt + start++, where);
    }
    for (const block of blocks) {
      const address =
        block.kind === 'direct'
          ? { rowLength: 0, address: block.offset, isSingle: 1 }
          : { rowLength: block.rowLength - 1, address: block.offset / ADDRESS_UNIT, isSingle: 0 };
      writeStruct(ADDRESS, address, words, listAt + start++, where);
    }
  });
  return words;
}

/** Bytes, then the words. */
function directMatrix(direct: Int32Array): Uint32Array {
  const words = new Uint32Array(1 + direct.length);
  words[0] = direct.length * BYTES;
  words.set(direct, 1);
  return words;
}
