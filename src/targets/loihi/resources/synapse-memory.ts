import { BLOCK_FIELDS, BlockField } from '../../../ir/mapping.ts';
import {
  COMPRESSIONS,
  type Compression,
  delayFieldBits,
  entryBits,
  type FieldWidths,
  GAP_MAX,
  indexBits,
  listWords,
  skipBits,
  weightFieldBits,
} from './synapse-words.ts';

/** Synapses of one core, or of one slice of a population, as blocks. */
export interface BlockTable {
  readonly axonFirst: Int32Array;
  readonly blocks: Int32Array;
  readonly weights: Int16Array;
}

/** Compartments that belong together: what one format register is shared by. */
export interface TargetGroup {
  readonly first: number;
  /** Compartments that an index has to tell apart. */
  readonly span: number;
}

/** One format register, and what is stored in it. */
export interface SynapseFormat {
  readonly compression: Compression;
  /** Mixed signs lose the lowest bit of each weight; one sign keeps it. */
  readonly signs: 'mixed' | 'excitatory' | 'inhibitory';
  readonly plastic: boolean;
  readonly exponent: number;
  readonly widths: FieldWidths;
  readonly synapses: number;
  readonly bits: number;
}

/** What the synapses of a core take of its tables. */
export interface SynapseMemory {
  readonly words: number;
  /** Words of the longest list of one axon. */
  readonly longestList: number;
  readonly formats: readonly SynapseFormat[];
  /** Largest delay, which sets the length of the accumulators. */
  readonly delayMax: number;
  /** Axons with plastic synapses. */
  readonly plasticAxons: number;
}

/** `dense, mixed signs, exponent 2, fields of 8 + 3 bits: 4096 synapses in 45056 bits` */
export function describeFormat({ compression, signs, plastic, exponent, widths, synapses, bits }: SynapseFormat): string {
  const { weight, delay, index, skip } = widths;
  const fields = [weight, delay, ...(compression === 'sparse' ? [index] : compression === 'run-length' ? [skip] : [])].join(' + ');
  const kind = `${compression}${plastic ? ', plastic' : ''}, ${signs}${signs === 'mixed' ? ' signs' : ''}`;
  return `${kind}, exponent ${exponent}, fields of ${fields} bits: ${synapses} synapses in ${bits} bits`;
}

/**
 * The cheapest way to store a core's synapses: for all synapses with the same group of targets, exponent, memory and sign mode (a
 * projection, in effect) one format, with fields just wide enough and the compression that takes the fewest bits.
 */
export function layOutSynapses(table: BlockTable, groupOf: (compartment: number) => TargetGroup, synapsesPerEntry: number): SynapseMemory {
  const classes = new Map<string, FormatClass>();
  const lists: (readonly Portion[])[] = [];
  const odd = oddClasses(table, groupOf);
  let plasticAxons = 0;
  for (let axon = 0; axon + 1 < table.axonFirst.length; axon++) {
    const portions = new Map<FormatClass, Portion>();
    for (let block = table.axonFirst[axon]; block < table.axonFirst[axon + 1]; block++) {
      const entry = readBlock(table, block);
      const format = classOf(classes, entry, groupOf(entry.target), odd);
      format.take(entry);
      const portion = portions.get(format) ?? new Portion(format, synapsesPerEntry);
      portions.set(format, portion);
      portion.add(entry);
    }
    lists.push([...portions.values()]);
    if ([...portions.keys()].some((format) => format.plastic)) plasticAxons++;
  }
  for (const portion of lists.flat()) portion.count();
  for (const format of classes.values()) format.choose();
  let [words, longestList] = [0, 0];
  for (const list of lists) {
    if (list.length === 0) continue;
    const length = listWords(list.reduce((sum, portion) => sum + portion.bits(), 0));
    words += length;
    longestList = Math.max(longestList, length);
  }
  const formats = [...classes.values()].map((format) => format.freeze());
  return { words, longestList, formats, delayMax: Math.max(0, ...[...classes.values()].map((format) => format.delayMax)), plasticAxons };
}

interface Block {
  readonly target: number;
  readonly count: number;
  readonly delay: number;
  readonly exponent: number;
  readonly plastic: boolean;
  readonly signs: SynapseFormat['signs'];
  /** Zero bits that all its weights end in; 8 where all are 0. */
  readonly zeros: number;
}

const WEIGHT_BITS = 8;

function readBlock({ blocks, weights }: BlockTable, index: number): Block {
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
    signs: min === 0 ? 'excitatory' : max === 0 ? 'inhibitory' : 'mixed',
    zeros: bits === 0 ? WEIGHT_BITS : Math.min(WEIGHT_BITS, 31 - Math.clz32(bits & -bits)),
  };
}

const classKey = (block: Block, group: TargetGroup): string => `${group.first} ${block.exponent} ${block.plastic}`;

/** Classes that hold an odd weight: those need one sign a format. Everywhere else both signs share one. */
function oddClasses(table: BlockTable, groupOf: (compartment: number) => TargetGroup): ReadonlySet<string> {
  const odd = new Set<string>();
  for (let block = 0; block < table.blocks.length / BLOCK_FIELDS; block++) {
    const entry = readBlock(table, block);
    if (entry.zeros === 0) odd.add(classKey(entry, groupOf(entry.target)));
  }
  return odd;
}

function classOf(classes: Map<string, FormatClass>, block: Block, group: TargetGroup, odd: ReadonlySet<string>): FormatClass {
  const key = classKey(block, group);
  const signs = odd.has(key) ? block.signs : 'mixed';
  const known = classes.get(`${key} ${signs}`);
  if (known !== undefined) return known;
  const made = new FormatClass(block, signs, group.span);
  classes.set(`${key} ${signs}`, made);
  return made;
}

/** A format while its synapses are being collected. */
class FormatClass {
  readonly plastic: boolean;
  delayMax = 0;
  gapMax = 0;
  synapses = 0;
  readonly entries: Record<Compression, number> = { dense: 0, 'run-length': 0, sparse: 0 };
  private readonly signs: SynapseFormat['signs'];
  private readonly exponent: number;
  private readonly span: number;
  private zeros = WEIGHT_BITS;
  compression: Compression = 'dense';

  constructor(block: Block, signs: SynapseFormat['signs'], span: number) {
    this.plastic = block.plastic;
    this.exponent = block.exponent;
    this.signs = signs;
    this.span = span;
  }

  take(block: Block): void {
    this.delayMax = Math.max(this.delayMax, block.delay);
    this.zeros = Math.min(this.zeros, block.zeros);
  }

  /** Mixed signs: a sign bit, and the lowest bit is not stored. */
  widths(): FieldWidths {
    const magnitude = WEIGHT_BITS - this.zeros;
    const weight = this.signs === 'mixed' ? magnitude + 1 : magnitude;
    return {
      weight: weightFieldBits(Math.min(WEIGHT_BITS, weight)),
      delay: delayFieldBits(this.delayMax),
      index: indexBits(this.span),
      skip: skipBits(this.gapMax),
    };
  }

  bits(compression: Compression): number {
    return entryBits(compression, this.entries[compression], this.synapses, this.widths());
  }

  /** Ties go to the first of COMPRESSIONS. */
  choose(): void {
    for (const compression of COMPRESSIONS) if (this.bits(compression) < this.bits(this.compression)) this.compression = compression;
  }

  freeze(): SynapseFormat {
    const { compression, signs, plastic, exponent, synapses } = this;
    return { compression, signs, plastic, exponent, widths: this.widths(), synapses, bits: this.bits(compression) };
  }
}

/** The synapses of one axon that are stored in one format. */
class Portion {
  private readonly format: FormatClass;
  private readonly perEntry: number;
  private synapses = 0;
  private readonly entries: Record<Compression, number> = { dense: 0, 'run-length': 0, sparse: 0 };
  /** The chain of synapses that a run-length entry can go on with: its length, and the compartment behind its last target. */
  private chain = 0;
  private chainEnd = -1;

  constructor(format: FormatClass, perEntry: number) {
    this.format = format;
    this.perEntry = perEntry;
  }

  add({ target, count }: Block): void {
    this.synapses += count;
    this.entries.dense += Math.ceil(count / this.perEntry);
    const gap = target - this.chainEnd;
    if (this.chain > 0 && gap >= 0 && gap <= GAP_MAX) {
      this.chain += count;
      this.format.gapMax = Math.max(this.format.gapMax, gap);
    } else {
      this.entries['run-length'] += Math.ceil(this.chain / this.perEntry);
      this.chain = count;
    }
    this.chainEnd = target + count;
  }

  /** Ends the open chain and adds everything to the format's totals. */
  count(): void {
    this.entries['run-length'] += Math.ceil(this.chain / this.perEntry);
    this.entries.sparse = Math.ceil(this.synapses / this.perEntry);
    this.format.synapses += this.synapses;
    for (const compression of COMPRESSIONS) this.format.entries[compression] += this.entries[compression];
  }

  bits(): number {
    const { compression } = this.format;
    return entryBits(compression, this.entries[compression], this.synapses, this.format.widths());
  }
}
