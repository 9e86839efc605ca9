import { BLOCK_FIELDS, BlockField } from '../../../ir/mapping.ts';
import { FormatClass, Portion, type StoredBlock, type SynapseFormat } from './format-class.ts';
import { listWords, WEIGHT_BITS } from './synapse-words.ts';
import type { TargetGroup } from './target-groups.ts';

/** Synapses of one core, or of one slice of a population, as blocks. */
export interface BlockTable {
  readonly listFirst: Int32Array;
  readonly blocks: Int32Array;
  readonly weights: Int16Array;
}

/** A list: its blocks by format, in the order they are stored in. */
export interface SynapseList {
  readonly words: number;
  /** Without what is left free to stand as far apart as the longest list of its population axon. */
  readonly wordsUsed: number;
  readonly portions: readonly { readonly format: number; readonly blocks: readonly number[] }[];
}

/** What the synapses of a core take of its tables. */
export interface SynapseMemory {
  readonly words: number;
  /** Words of the longest list. */
  readonly longestList: number;
  readonly formats: readonly SynapseFormat[];
  readonly lists: readonly SynapseList[];
  /** Largest delay, which sets the length of the accumulators. */
  readonly delayMax: number;
  /** Lists with plastic synapses, which have an axon each. */
  readonly plasticAxons: number;
}

/** `dense, mixed signs, exponent 2, fields of 8 + 3 bits: 4096 synapses in 45056 bits` */
export function describeFormat({ compression, signs, plastic, exponent, base, widths, synapses, bits }: SynapseFormat): string {
  const { weight, delay, index, skip } = widths;
  const fields = [weight, delay, ...(compression === 'sparse' ? [index] : compression === 'run-length' ? [skip] : [])].join(' + ');
  const kind = `${compression}${plastic ? ', plastic' : ''}, ${signs}${signs === 'mixed' ? ' signs' : ''}`;
  const from = base === 0 ? '' : `, targets from ${base}`;
  return `${kind}, exponent ${exponent}${from}, fields of ${fields} bits: ${synapses} synapses in ${bits} bits`;
}

/**
 * The cheapest way to store a core's synapses: for all synapses with the same group of targets, exponent, memory and sign mode (a
 * projection, in effect) one format, with fields just wide enough and the compression that takes the fewest bits. `firstList`: of those that
 * each list stands together with, which take as many words as the longest of them (see firstListOf); left out, every list stands alone.
 */
export function layOutSynapses(
  table: BlockTable,
  groupOf: (compartment: number) => TargetGroup,
  synapsesPerEntry: number,
  firstList: Int32Array = Int32Array.from({ length: table.listFirst.length - 1 }, (_, list) => list),
): SynapseMemory {
  const classes = new Map<string, FormatClass>();
  const stored: (readonly Portion[])[] = [];
  const entries = Array.from({ length: table.blocks.length / BLOCK_FIELDS }, (_, block) => readBlock(table, block));
  const odd = oddClasses(entries, groupOf);
  for (let list = 0; list + 1 < table.listFirst.length; list++) {
    const portions = new Map<FormatClass, Portion>();
    for (let block = table.listFirst[list]; block < table.listFirst[list + 1]; block++) {
      const entry = entries[block];
      const format = classOf(classes, entry, groupOf(entry.target), odd);
      format.take(entry);
      const portion = portions.get(format) ?? new Portion(format, synapsesPerEntry);
      portions.set(format, portion);
      portion.add(block, entry);
    }
    stored.push([...portions.values()]);
  }
  for (const portion of stored.flat()) portion.count();
  for (const format of classes.values()) format.choose();
  const words = stored.map((portions) =>
    portions.length === 0 ? 0 : listWords(portions.reduce((sum, portion) => sum + portion.bits(), 0)),
  );
  const stride = new Int32Array(words.length);
  words.forEach((count, list) => {
    stride[firstList[list]] = Math.max(stride[firstList[list]], count);
  });
  const lists = stored.map(
    (portions, list): SynapseList => ({
      words: stride[firstList[list]],
      wordsUsed: words[list],
      portions: portions.map(({ format, blocks }) => ({ format: format.index, blocks })),
    }),
  );
  return {
    words: lists.reduce((sum, list) => sum + list.words, 0),
    longestList: lists.reduce((most, list) => Math.max(most, list.words), 0),
    formats: [...classes.values()].map((format) => format.freeze()),
    lists,
    delayMax: Math.max(0, ...[...classes.values()].map((format) => format.delayMax)),
    plasticAxons: stored.filter((portions) => portions.some(({ format }) => format.plastic)).length,
  };
}

function readBlock({ blocks, weights }: BlockTable, index: number): StoredBlock {
  const field = (offset: number): number => blocks[index * BLOCK_FIELDS + offset];
  const plastic = field(BlockField.memory) === 1;
  const count = field(BlockField.count);
  let [bits, min, max] = [0, 0, 0];
  if (plastic) bits = 1;
  for (let cell = field(BlockField.weight); !plastic && cell < field(BlockField.weight) + count; cell++) {
    bits |= Math.abs(weights[cell]);
    min = Math.min(min, weights[cell]);
    max = Math.max(max, weights[cell]);
  }
  return {
    target: field(BlockField.target),
    count,
    delay: field(BlockField.delay),
    exponent: field(BlockField.exponent),
    plastic,
    // The least weight of all has no place among those of one sign.
    signs: min === 0 ? 'excitatory' : max === 0 && min > -(2 ** WEIGHT_BITS) ? 'inhibitory' : 'mixed',
    zeros: bits === 0 ? WEIGHT_BITS : Math.min(WEIGHT_BITS, 31 - Math.clz32(bits & -bits)),
  };
}

const classKey = (block: StoredBlock, group: TargetGroup): string => `${group.first} ${block.exponent} ${block.plastic}`;

/** Classes that hold an odd weight: those need one sign a format. Everywhere else both signs share one. */
function oddClasses(entries: readonly StoredBlock[], groupOf: (compartment: number) => TargetGroup): ReadonlySet<string> {
  const odd = new Set<string>();
  for (const entry of entries) if (entry.zeros === 0) odd.add(classKey(entry, groupOf(entry.target)));
  return odd;
}

function classOf(classes: Map<string, FormatClass>, block: StoredBlock, group: TargetGroup, odd: ReadonlySet<string>): FormatClass {
  const key = classKey(block, group);
  const signs = odd.has(key) ? block.signs : 'mixed';
  const known = classes.get(`${key} ${signs}`);
  if (known !== undefined) return known;
  const made = new FormatClass(classes.size, block, signs, group);
  classes.set(`${key} ${signs}`, made);
  return made;
}
