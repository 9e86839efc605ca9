import type { ChipModel } from '../../../ir/chip-model.ts';
import { BLOCK_FIELDS, BlockField, type CoreProgram, FAST_MEMORY } from '../../../ir/mapping.ts';
import { packRegisters, unpackRegisters } from './layout.ts';
import { damaged, type Where, within } from './problem.ts';
import { inputAxon, type Register } from './registers.ts';

type InputAxon = Register<typeof inputAxon>;
type AxonTable = Pick<CoreProgram, 'axonList' | 'axonBase' | 'axonAtom' | 'listFirst' | 'blocks'>;

/** Axons whose synapses are fast weights take further registers behind their own (Loihi 1: their traces), which stay empty here. */
const companionsOf = ({ tables }: ChipModel): number => (tables?.axonsPerPlasticAxon.value ?? 1) - 1;

const EMPTY: InputAxon = { pointer: 0, length: 0, base: 0, atoms: 0, learning: 0 };

/** Number of the register of each axon; those of a population have one. */
export function registersOfAxons(core: AxonTable, chip: ChipModel): Int32Array {
  let [register, next] = [0, 0];
  return core.axonList.map((list, axon) => {
    if (core.axonAtom[axon] > 0) return register;
    register = next;
    next += isLearning(core, list) ? 1 + companionsOf(chip) : 1;
    return register;
  });
}

function isLearning({ listFirst, blocks }: AxonTable, list: number): boolean {
  for (let block = listFirst[list]; block < listFirst[list + 1]; block++) {
    if (blocks[block * BLOCK_FIELDS + BlockField.memory] === FAST_MEMORY) return true;
  }
  return false;
}

/** How registers say where a list is. */
export interface Addressing {
  /** Words or blocks of the memory. */
  readonly unit: 'word' | 'block';
  readonly total: number;
  write(first: number, length: number): Pick<InputAxon, 'pointer' | 'length'>;
  read(register: InputAxon): Pick<StoredList, 'first' | 'length'>;
}

/** Words of 64 bits: by the first one and how many there are. */
export const byWords = (total: number): Addressing => ({
  unit: 'word',
  total,
  write: (first, length) => ({ pointer: length === 0 ? 0 : first, length }),
  read: ({ pointer, length }) => ({ first: pointer, length }),
});

/** Blocks: by the first one, from which on a list goes to the next block that is marked as its last. */
export function byBlocks(marks: readonly boolean[]): Addressing {
  const total = marks.length;
  const last = new Int32Array(total + 1).fill(total);
  for (let block = total - 1; block >= 0; block--) last[block] = marks[block] ? block : last[block + 1];
  return {
    unit: 'block',
    total,
    write: (first, length) => ({ pointer: length === 0 ? 0 : first + 1, length: 0 }),
    read({ pointer }) {
      if (pointer === 0) return { first: 0, length: 0 };
      const first = pointer - 1;
      return { first, length: last[Math.min(first, total)] - first + 1 };
    },
  };
}

/** `lengths`: how many words or blocks each list has; lists follow each other without gaps. */
export function writeInputAxons(core: AxonTable, lengths: readonly number[], to: Addressing, chip: ChipModel): string {
  const registers: InputAxon[] = [];
  let end = 0;
  const starts = lengths.map((length) => {
    end += length;
    return end - length;
  });
  core.axonList.forEach((list, axon) => {
    if (core.axonAtom[axon] > 0) {
      registers[registers.length - 1] = { ...registers[registers.length - 1], atoms: core.axonAtom[axon] };
      return;
    }
    const learning = isLearning(core, list);
    registers.push({ ...to.write(starts[list], lengths[list]), base: core.axonBase[axon], atoms: 0, learning: learning ? 1 : 0 });
    for (let companion = 0; learning && companion < companionsOf(chip); companion++) registers.push(EMPTY);
  });
  return packRegisters(inputAxon(chip), registers);
}

/** Words or blocks of the memory that belong together. */
export interface StoredList {
  readonly first: number;
  readonly length: number;
  /** As its axon says. */
  readonly learns: boolean;
  /** The first one of those that stand together, for the atoms of a population; itself where it stands alone. */
  readonly head: number;
  /** How many stand together. */
  readonly atoms: number;
}

export interface InputAxons extends Pick<CoreProgram, 'axonList' | 'axonBase' | 'axonAtom'> {
  readonly lists: readonly StoredList[];
  /** The first axon of each register, -1 where it belongs to the one before it. */
  readonly axonOf: Int32Array;
}

/** Axons share out the whole memory: each begins the next list, or reads one that is there already. */
export function readInputAxons(text: string, by: Addressing, chip: ChipModel, where: Where): InputAxons {
  const { unit, total } = by;
  const registers = unpackRegisters(inputAxon(chip), text, chip.limits.inputAxonsPerCore.value, where);
  const axonOf = new Int32Array(registers.length).fill(-1);
  const axonList: number[] = [];
  const axonBase: number[] = [];
  const axonAtom: number[] = [];
  const lists: StoredList[] = [];
  const listAt = new Map<number, number>();
  let end = 0;
  for (let i = 0; i < registers.length; i++) {
    const { base, learning } = registers[i];
    const atoms = registers[i].atoms + 1;
    const at = within(where, `[${i}]`);
    const { first, length } = by.read(registers[i]);
    const known = length === 0 ? undefined : listAt.get(first);
    axonOf[i] = axonList.length;
    for (let atom = 0; atom < atoms; atom++) {
      axonList.push((known ?? lists.length) + atom);
      axonBase.push(base);
      axonAtom.push(atom);
    }
    if (known === undefined) {
      const expected = length === 0 ? 0 : end;
      if (first !== expected) {
        throw damaged(at, `points to ${unit} ${first}`, `${expected}, where the list before it ends, or where one begins that others read`);
      }
      if (end + atoms * length > total)
        throw damaged(at, `reaches up to ${unit} ${end + atoms * length}`, `the ${total} that the memory has`);
      if (atoms > 1 && (length === 0 || learning === 1)) throw damaged(at, `has ${atoms} atoms without plain lists`, 'lists for all atoms');
      const head = lists.length;
      listAt.set(first, head);
      for (let atom = 0; atom < atoms; atom++) lists.push({ first: first + atom * length, length, learns: learning === 1, head, atoms });
      end += atoms * length;
    } else {
      requireSame({ length, learning, atoms }, lists[known], unit, at);
    }
    for (let companion = 0; learning === 1 && companion < companionsOf(chip); companion++) requireEmpty(registers[++i], at);
  }
  if (end !== total) throw damaged(where, `shares out ${end} ${unit}s`, `all ${total} of the memory`);
  requireLowest(axonList, axonBase, lists, where);
  return { axonList: Int32Array.from(axonList), axonBase: Int32Array.from(axonBase), axonAtom: Int32Array.from(axonAtom), lists, axonOf };
}

/** An axon that reads what another one does. */
function requireSame(
  { length, learning, atoms }: Pick<InputAxon, 'length' | 'learning' | 'atoms'>,
  list: StoredList,
  unit: string,
  at: Where,
): void {
  if (length !== list.length) throw damaged(at, `reads ${length} ${unit}s from ${unit} ${list.first}`, `${list.length}, as others read it`);
  if (atoms !== list.atoms) throw damaged(at, `has ${atoms} lists from ${unit} ${list.first} on`, `${list.atoms}, as others read them`);
  if (learning === 1 || list.learns) throw damaged(at, 'reads the fast weights of another axon', 'fast weights with an axon of their own');
}

/** A list lies where the axon with the lowest targets reads it, so that one program has one image. */
function requireLowest(axonList: readonly number[], axonBase: readonly number[], lists: readonly StoredList[], where: Where): void {
  const lowest = lists.map(() => Number.POSITIVE_INFINITY);
  axonList.forEach((list, axon) => {
    lowest[list] = Math.min(lowest[list], axonBase[axon]);
  });
  const list = lowest.findIndex((base) => base > 0);
  if (list >= 0) throw damaged(where, `reads list ${list} with bases from ${lowest[list]} on`, 'an axon of base 0 for each list');
}

function requireEmpty(companion: InputAxon | undefined, at: Where): void {
  if (companion !== undefined && Object.values(companion).every((value) => value === 0)) return;
  throw damaged(at, 'has fast weights, and the register behind it is not left to them', 'an empty register behind it');
}
