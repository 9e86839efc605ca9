import type { ChipModel } from '../../../ir/chip-model.ts';
import { BLOCK_FIELDS, BlockField, type CoreProgram } from '../../../ir/mapping.ts';
import { packRegisters, unpackRegisters } from './layout.ts';
import { damaged, type Where, within } from './problem.ts';
import { inputAxon, type Register } from './registers.ts';

export type InputAxon = Register<typeof inputAxon>;

/** Axons whose synapses are fast weights take further registers behind their own (Loihi 1: their traces), which stay empty here. */
const companionsOf = ({ tables }: ChipModel): number => (tables?.axonsPerPlasticAxon.value ?? 1) - 1;

const EMPTY: InputAxon = { pointer: 0, length: 0, learning: 0 };

/** Number of the register of each axon. */
export function registersOfAxons({ axonFirst, blocks }: Pick<CoreProgram, 'axonFirst' | 'blocks'>, chip: ChipModel): Int32Array {
  const registers = new Int32Array(axonFirst.length - 1);
  let next = 0;
  for (let axon = 0; axon < registers.length; axon++) {
    registers[axon] = next;
    next += isLearning(blocks, axonFirst, axon) ? 1 + companionsOf(chip) : 1;
  }
  return registers;
}

function isLearning(blocks: Int32Array, axonFirst: Int32Array, axon: number): boolean {
  for (let block = axonFirst[axon]; block < axonFirst[axon + 1]; block++) {
    if (blocks[block * BLOCK_FIELDS + BlockField.memory] === 1) return true;
  }
  return false;
}

/** `lengthOf`: how many words or blocks the axon has; they follow each other without gaps. */
export function writeInputAxons(
  core: Pick<CoreProgram, 'axonFirst' | 'blocks'>,
  lengthOf: (axon: number) => number,
  chip: ChipModel,
): string {
  const registers: InputAxon[] = [];
  let pointer = 0;
  for (let axon = 0; axon + 1 < core.axonFirst.length; axon++) {
    const length = lengthOf(axon);
    const learning = isLearning(core.blocks, core.axonFirst, axon);
    registers.push({ pointer: length === 0 ? 0 : pointer, length, learning: learning ? 1 : 0 });
    for (let companion = 0; learning && companion < companionsOf(chip); companion++) registers.push(EMPTY);
    pointer += length;
  }
  return packRegisters(inputAxon(chip), registers);
}

export interface InputAxons {
  readonly axons: readonly InputAxon[];
  /** The axon of each register, -1 where it belongs to the one before it. */
  readonly axonOf: Int32Array;
}

/** `total`: words or blocks of the memory that the axons share out. */
export function readInputAxons(text: string, total: number, unit: string, chip: ChipModel, where: Where): InputAxons {
  const registers = unpackRegisters(inputAxon(chip), text, chip.limits.inputAxonsPerCore.value, where);
  const axonOf = new Int32Array(registers.length).fill(-1);
  const axons: InputAxon[] = [];
  let pointer = 0;
  for (let i = 0; i < registers.length; i++) {
    const axon = registers[i];
    const at = within(where, `[${i}]`);
    const expected = axon.length === 0 ? 0 : pointer;
    if (axon.pointer !== expected) {
      throw damaged(at, `points to ${unit} ${axon.pointer}`, `${expected}: lists follow each other, without overlap or gap`);
    }
    if (pointer + axon.length > total) {
      throw damaged(at, `reaches up to ${unit} ${pointer + axon.length}`, `the ${total} that the memory has`);
    }
    pointer += axon.length;
    axonOf[i] = axons.length;
    axons.push(axon);
    for (let companion = 0; axon.learning === 1 && companion < companionsOf(chip); companion++) requireEmpty(registers[++i], at);
  }
  if (pointer !== total) throw damaged(where, `shares out ${pointer} ${unit}s`, `all ${total} of the memory`);
  return { axons, axonOf };
}

function requireEmpty(companion: InputAxon | undefined, at: Where): void {
  if (companion?.pointer === 0 && companion.length === 0 && companion.learning === 0) return;
  throw damaged(at, 'has fast weights, and the register behind it is not left to them', 'an empty register behind it');
}
