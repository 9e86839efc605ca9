import type { ChipModel } from '../../../ir/chip-model.ts';
import { BLOCK_FIELDS, BlockField, type CoreProgram } from '../../../ir/mapping.ts';
import type { WeightSigns } from '../resources/synapse-words.ts';
import { BitReader, BitWriter } from './bits.ts';
import type { StoredSynapses } from './block-builder.ts';
import { SIGN_CODES } from './entry-formats.ts';
import type { StoredList } from './input-axons.ts';
import {
  type Field,
  packRegisters,
  readField,
  readWords,
  requireZeros,
  signed,
  unpackRegisters,
  unsigned,
  writeField,
  writeWords,
} from './layout.ts';
import { damaged, type Where, within } from './problem.ts';
import { synapseBlock, weightCellsMax } from './registers.ts';

/** Weights lie side by side in words of this size. */
const WEIGHT_WORD = 64;

/** A cell as blocks of these signs read it: its field, and what the field is multiplied by. */
interface Reading {
  readonly field: Field;
  readonly step: number;
}

/** How a cell of `bits` bits is read. Both signs: even weights, halved. */
function readingOf(signs: WeightSigns, bits: number): Reading {
  switch (signs) {
    case 'mixed':
      return { field: signed('weight', bits, 'half a weight'), step: 2 };
    case 'excitatory':
      return { field: unsigned('weight', bits, 'a weight'), step: 1 };
    case 'inhibitory':
      return { field: unsigned('weight', bits, 'a weight without its sign'), step: -1 };
  }
}

/** By code, see SIGN_CODES. */
const readings = ({ limits }: ChipModel): readonly (Reading | null)[] =>
  SIGN_CODES.map((signs) => (signs === null ? null : readingOf(signs, limits.weightBits.value)));

interface BlockView {
  readonly target: number;
  readonly count: number;
  readonly delay: number;
  readonly weight: number;
  readonly exponent: number;
  readonly memory: number;
}

function* blocksOf(blocks: Int32Array): Generator<BlockView> {
  for (let at = 0; at < blocks.length; at += BLOCK_FIELDS) {
    const field = (name: keyof typeof BlockField): number => blocks[at + BlockField[name]];
    yield {
      target: field('target'),
      count: field('count'),
      delay: field('delay'),
      weight: field('weight'),
      exponent: field('exponent'),
      memory: field('memory'),
    };
  }
}

/** Blocks as registers, and the weight cells as their signs hold them. `marks`: blocks that are the last of their list. */
export function writeBlocks(
  { blocks, weights }: CoreProgram,
  marks: readonly boolean[],
  chip: ChipModel,
): { blocks: string; weights: string } {
  const registers = [];
  const signsOf = new Uint8Array(weights.length);
  for (const { count, weight, ...block } of blocksOf(blocks)) {
    const signs = block.memory === 1 ? 0 : signCode(weights.subarray(weight, weight + count));
    for (let cell = weight; signs > 0 && cell < weight + count; cell++) {
      if (signsOf[cell] > 0 && signsOf[cell] !== signs) throw new Error(`weight ${cell} is read with different signs`);
      signsOf[cell] = signs;
    }
    registers.push({ ...block, weight, count: count - 1, signs, last: marks[registers.length] ? 1 : 0 });
  }
  const byCode = readings(chip);
  const writer = new BitWriter();
  weights.forEach((weight, cell) => {
    const reading = byCode[signsOf[cell]];
    if (reading === null) throw new Error(`no block reads weight ${cell}`);
    writeField(writer, reading.field, weight === 0 ? 0 : weight / reading.step);
  });
  writer.padTo(Math.ceil(writer.position / WEIGHT_WORD) * WEIGHT_WORD);
  return { blocks: packRegisters(synapseBlock(chip), registers), weights: writeWords(writer) };
}

function signCode(weights: Int16Array): number {
  if (weights.every((weight) => weight % 2 === 0)) return SIGN_CODES.indexOf('mixed');
  return SIGN_CODES.indexOf(weights.every((weight) => weight >= 0) ? 'excitatory' : 'inhibitory');
}

/** The texts of a core's blocks and weights, and what its settings say of them. */
export interface BlockImages {
  readonly blocks: string;
  readonly weights: string;
  readonly weightCells: number;
  readonly fastWeightCells: number;
}

export type Block = ReturnType<typeof readBlockRegisters>[number];

export const readBlockRegisters = (text: string, chip: ChipModel, where: Where) =>
  unpackRegisters(synapseBlock(chip), text, Number.POSITIVE_INFINITY, where);

/** More synapses than any core holds; a file of this size could declare them without holding them. */
const SYNAPSES_MAX = 2 ** 24;

export function readBlocks(
  registers: readonly Block[],
  lists: readonly StoredList[],
  images: Omit<BlockImages, 'blocks'>,
  chip: ChipModel,
  at: (section: string) => Where,
): StoredSynapses {
  const { weightCells, fastWeightCells } = images;
  const read = cellReader(images, chip, at('synapses.weights'));
  const weights = new Int16Array(weightCells);
  const signsOf = new Uint8Array(weightCells);
  const fastRead = new Uint8Array(fastWeightCells);
  const blocks = new Int32Array(registers.length * BLOCK_FIELDS);
  let synapses = 0;
  registers.forEach(({ target, count: less, delay, weight, exponent, memory, signs }, index) => {
    const where = within(at('synapses.blocks'), `[${index}]`);
    const count = less + 1;
    const cells = memory === 1 ? fastWeightCells : weightCells;
    if (weight + count > cells) throw damaged(where, `reads cells ${weight} .. ${weight + count - 1}`, `0 .. ${cells - 1}`);
    if ((signs === 0) !== (memory === 1))
      throw damaged(where, `has signs ${signs} and memory ${memory}`, '1, 2 or 3 for weights, 0 for fast ones');
    synapses += count;
    if (synapses > SYNAPSES_MAX) throw damaged(where, 'has one synapse too many', `${SYNAPSES_MAX} on a core`);
    if (memory === 1) fastRead.fill(1, weight, weight + count);
    for (let cell = weight; signs > 0 && cell < weight + count; cell++) {
      if (signsOf[cell] > 0 && signsOf[cell] !== signs)
        throw damaged(where, `reads cell ${cell} with signs ${signs}`, `${signsOf[cell]}, as another block does`);
      if (signsOf[cell] === 0) weights[cell] = read(cell, signs);
      signsOf[cell] = signs;
    }
    blocks.set([target, count, delay, weight, exponent, memory], index * BLOCK_FIELDS);
  });
  const unread = signsOf.indexOf(0);
  if (unread >= 0) throw damaged(at('synapses.blocks'), `leave weight ${unread} unread`, 'blocks that read every weight');
  const unreadFast = fastRead.indexOf(0);
  if (unreadFast >= 0)
    throw damaged(at('synapses.blocks'), `leave fast weight ${unreadFast} unread`, 'blocks that read every fast weight of the settings');
  requireLearning(lists, registers, at('synapses.blocks'));
  const listFirst = new Int32Array(lists.length + 1);
  lists.forEach(({ length }, list) => {
    listFirst[list + 1] = listFirst[list] + length;
  });
  return { listFirst, blocks, weights, fastWeightCells };
}

/** Reads a weight by the code of its signs. */
function cellReader(
  { weights, weightCells }: Omit<BlockImages, 'blocks'>,
  chip: ChipModel,
  where: Where,
): (cell: number, signs: number) => number {
  const bits = chip.limits.weightBits.value;
  const most = weightCellsMax(chip);
  const units = readWords(weights, WEIGHT_WORD, where);
  const words = Math.ceil((weightCells * bits) / WEIGHT_WORD);
  if (weightCells > most || words * 2 !== units.length) {
    throw damaged(where, `has ${units.length / 2} words`, `${words}: ${weightCells} weights of ${bits} bits, ${most} at most`);
  }
  requireZeros(new BitReader(units, weightCells * bits, words * WEIGHT_WORD), where);
  const byCode = readings(chip);
  return (cell, signs) => {
    const reading = byCode[signs];
    // `+ 0` turns -0 into 0.
    return reading === null ? 0 : readField(new BitReader(units, cell * bits, (cell + 1) * bits), reading.field) * reading.step + 0;
  };
}

function requireLearning(lists: readonly StoredList[], blocks: readonly Block[], where: Where): void {
  for (const { first, length, learns } of lists) {
    const found = blocks.slice(first, first + length).some((block) => block.memory === 1);
    if (found !== learns)
      throw damaged(within(where, `[${first}]`), `begins a list ${found ? 'with' : 'without'} fast weights`, 'what its axon says');
  }
}
