import type { ChipModel, CoreTables } from '../../../ir/chip-model.ts';
import { BLOCK_FIELDS, BlockField, type CoreProgram } from '../../../ir/mapping.ts';
import { WORD_BITS } from '../resources/synapse-words.ts';
import { storeSynapses } from '../usage.ts';
import type { StoredSynapses } from './block-builder.ts';
import { type Compartments, readCompartments, readGroups } from './compartments.ts';
import { type CoreImage, listSettingsOf } from './core-image.ts';
import { byBlocks, byWords, type InputAxons, readInputAxons } from './input-axons.ts';
import { type Layout, readWords, unpackRegisters, type Values } from './layout.ts';
import { damaged, type Where, within } from './problem.ts';
import { readFormats, readLists, requireFormats } from './read-lists.ts';
import { blockSettings, listSettings } from './registers.ts';
import { type Destinations, readRoutes } from './routes.ts';
import { readBlockRegisters, readBlocks } from './synapse-blocks.ts';

type At = (section: string) => Where;

/** A core as far as it can be read without the others, to which its outputs lead. */
export interface ReadCore extends InputAxons {
  readonly image: CoreImage;
  readonly at: At;
  readonly registers: Compartments;
  readonly synapses: StoredSynapses;
}

/** Throws `program-malformed` with the file, the section and the word that is wrong. */
export function readCore(image: CoreImage, chip: ChipModel, file: string): ReadCore {
  const at: At = (item) => ({ file, item });
  const registers = readCompartments(image, chip, at);
  return { image, at, registers, ...readSynapses(image, registers.compartments.length, chip, at) };
}

type ReadSynapses = InputAxons & Pick<ReadCore, 'synapses'>;

function readSynapses(image: CoreImage, compartments: number, chip: ChipModel, at: At): ReadSynapses {
  const { synapses: images } = image;
  switch (images.kind) {
    case 'lists':
      if (chip.tables === undefined) throw damaged(at('synapses.kind'), 'is lists', 'blocks, on a chip without synapse formats');
      return readAsLists(image, images, compartments, chip, chip.tables, at);
    case 'blocks':
      if (chip.tables !== undefined) throw damaged(at('synapses.kind'), 'is blocks', 'lists, on a chip with synapse formats');
      return readAsBlocks(image, images, chip, at);
  }
}

type Images<Kind extends CoreImage['synapses']['kind']> = Extract<CoreImage['synapses'], { kind: Kind }>;

function readAsLists(
  image: CoreImage,
  { formats: formatsText, memory }: Images<'lists'>,
  compartments: number,
  chip: ChipModel,
  tables: CoreTables,
  at: At,
): ReadSynapses {
  const words = readWords(memory, WORD_BITS, at('synapses.memory'));
  const found = readInputAxons(image.inputAxons, byWords((words.length * 32) / WORD_BITS), chip, at('inputAxons'));
  const formats = readFormats(formatsText, tables, chip, at('synapses.formats'));
  const synapses = readLists(words, found.lists, formats, at('synapses.memory'));
  const settings = readSettings(listSettings(chip), image.settings, at);
  const learning = found.lists.filter(({ learns }) => learns).length;
  const expected = listSettingsOf(compartments, delayMaxOf(synapses.blocks), learning, chip);
  for (const name of ['delayBits', 'posVmLimit', 'negVmLimit', 'numUpdates', 'numStdp'] as const) {
    if (settings[name] !== expected[name]) throw damaged(at('settings'), `has ${name} ${settings[name]}`, `${expected[name]}`);
  }
  return { ...found, synapses };
}

function readAsBlocks(image: CoreImage, { blocks: blocksText, weights }: Images<'blocks'>, chip: ChipModel, at: At): ReadSynapses {
  const settings = readSettings(blockSettings(chip), image.settings, at);
  const blocks = readBlockRegisters(blocksText, chip, at('synapses.blocks'));
  const found = readInputAxons(image.inputAxons, byBlocks(blocks.map(({ last }) => last === 1)), chip, at('inputAxons'));
  return { ...found, synapses: readBlocks(blocks, found.lists, { weights, ...settings }, chip, at) };
}

function readSettings<Name extends string>(layout: Layout<Name>, text: string, at: At): Values<Name> {
  const [settings] = unpackRegisters(layout, text, 1, at('settings'));
  if (settings === undefined) throw damaged(at('settings'), 'is empty', 'one register');
  return settings;
}

function delayMaxOf(blocks: Int32Array): number {
  let most = 0;
  for (let block = 0; block < blocks.length; block += BLOCK_FIELDS) most = Math.max(most, blocks[block + BlockField.delay]);
  return most;
}

/** The whole core, once all input axons are known. */
export function finishCore(
  read: ReadCore,
  site: Pick<CoreProgram, 'chip' | 'tile' | 'slot'>,
  to: Destinations,
  chip: ChipModel,
): CoreProgram {
  const { image, at, registers, axonList, axonBase, axonAtom, synapses } = read;
  const compartments = registers.compartments.length;
  const groups = readGroups(image.groups, registers, at('groups'), at('compartments'));
  if (image.synapses.kind === 'lists') {
    const perEntry = chip.tables?.synapsesPerEntry.value ?? 0;
    const stored = storeSynapses({ axonList, axonAtom, ...synapses, groups, compartments }, perEntry);
    requireFormats(image.synapses.formats, stored, perEntry, chip, at('synapses.formats'));
  }
  const outputs = {
    lists: registers.compartments.map((register) => register.outputs),
    atoms: registers.compartments.map(({ atom }) => atom),
    axons: image.outputAxons,
  };
  const where = { listOf: (source: number) => within(at('compartments'), `[${source}]`), axons: at('outputAxons') };
  return {
    core: image.core,
    ...site,
    compartments,
    groups,
    biasMantissa: Int32Array.from(registers.compartments, ({ bias }) => bias),
    biasExponent: Int32Array.from(registers.compartments, ({ biasExp }) => biasExp),
    axonList,
    axonBase,
    axonAtom,
    ...synapses,
    outputs: readRoutes(outputs, to, chip.limits.outputAxonsPerCore.value, chip, where),
  };
}
