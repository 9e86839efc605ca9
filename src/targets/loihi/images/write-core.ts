import type { ChipModel } from '../../../ir/chip-model.ts';
import { BLOCK_FIELDS, type CoreProgram } from '../../../ir/mapping.ts';
import { storeSynapses } from '../usage.ts';
import { type GroupWindow, writeCompartments } from './compartments.ts';
import { type CoreImage, listSettingsOf } from './core-image.ts';
import { byBlocks, byWords, writeInputAxons } from './input-axons.ts';
import { packRegisters } from './layout.ts';
import { blockSettings, listSettings, synapseFormat } from './registers.ts';
import { type AddressBook, writeRoutes } from './routes.ts';
import { writeBlocks } from './synapse-blocks.ts';
import { formatRegisters, writeLists } from './write-lists.ts';

/** The image of a core; on a chip with tables, of one whose synapses are in stored order. */
export function writeCore(core: CoreProgram, book: AddressBook, chip: ChipModel): CoreImage {
  const { lists, atoms, axons } = writeRoutes(core.outputs, book, chip);
  return {
    core: core.core,
    groups: core.groups.map(windowOf),
    ...writeCompartments(core, { lists, atoms }, chip),
    outputAxons: axons,
    ...(chip.tables === undefined ? writeAsBlocks(core, chip) : writeAsLists(core, chip.tables.synapsesPerEntry.value, chip)),
  };
}

function windowOf({ population, firstNeuron, first, count, segment, start, steps, role, buffered }: GroupWindow): GroupWindow {
  return { population, firstNeuron, first, count, segment, start, steps, role, buffered };
}

type SynapsePart = Pick<CoreImage, 'settings' | 'inputAxons' | 'synapses'>;

function writeAsBlocks(core: CoreProgram, chip: ChipModel): SynapsePart {
  const { listFirst, weights, fastWeightCells } = core;
  const ends = new Set(listFirst.subarray(1));
  const marks = Array.from({ length: core.blocks.length / BLOCK_FIELDS }, (_, block) => ends.has(block + 1));
  return {
    settings: packRegisters(blockSettings(chip), [{ weightCells: weights.length, fastWeightCells }]),
    inputAxons: writeInputAxons(core, lengthsOf(listFirst), byBlocks(marks), chip),
    synapses: { kind: 'blocks', ...writeBlocks(core, marks, chip) },
  };
}

const lengthsOf = (first: Int32Array): number[] => Array.from({ length: first.length - 1 }, (_, i) => first[i + 1] - first[i]);

function writeAsLists(core: CoreProgram, perEntry: number, chip: ChipModel): SynapsePart {
  const memory = storeSynapses(core, perEntry);
  return {
    settings: packRegisters(listSettings(chip), [listSettingsOf(core.compartments, memory.delayMax, memory.plasticAxons, chip)]),
    inputAxons: writeInputAxons(
      core,
      memory.lists.map(({ words }) => words),
      byWords(memory.words),
      chip,
    ),
    synapses: {
      kind: 'lists',
      formats: packRegisters(synapseFormat(chip), formatRegisters(memory.formats, perEntry)),
      memory: writeLists(core, memory, perEntry),
    },
  };
}
