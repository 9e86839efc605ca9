import { BLOCK_FIELDS, BlockField } from '../../../ir/mapping.ts';
import type { SynapseFormat } from '../resources/format-class.ts';
import type { BlockTable, SynapseMemory } from '../resources/synapse-memory.ts';
import { GAP_MAX, WORD_BITS } from '../resources/synapse-words.ts';
import { BitWriter } from './bits.ts';
import { BlockBuilder, type StoredSynapses, type SynapseKind } from './block-builder.ts';
import { COMPRESSION_CODES, INDEX_BITS, prefixFields, SIGN_CODES, synapseFields, WEIGHT_FIELD_BITS, weightStep } from './entry-formats.ts';
import { type Field, writeField, writeWords } from './layout.ts';
import { FORMAT_ID, NUM_SYNAPSES, type Register, type synapseFormat } from './registers.ts';

/** Synapses one by one, field by field; the first `count` elements of each array. */
interface Synapses {
  readonly count: number;
  readonly block: Int32Array;
  readonly target: Int32Array;
  readonly delay: Int32Array;
  readonly weight: Int32Array;
}

/** Reads synapses list after list into the same arrays. */
class SynapseReader {
  private readonly table: BlockTable;
  private arrays = this.allocate(64);

  constructor(table: BlockTable) {
    this.table = table;
  }

  /** The synapses of the blocks, in their order, until the next call. Fast weights begin as 0. */
  read(chosen: readonly number[]): Synapses {
    const { blocks, weights } = this.table;
    let count = 0;
    for (const block of chosen) count += blocks[block * BLOCK_FIELDS + BlockField.count];
    if (count > this.arrays.block.length) this.arrays = this.allocate(2 * count);
    const { block, target, delay, weight } = this.arrays;
    let k = 0;
    for (const index of chosen) {
      const at = index * BLOCK_FIELDS;
      const cell = blocks[at + BlockField.memory] === 1 ? null : blocks[at + BlockField.weight];
      for (let i = 0; i < blocks[at + BlockField.count]; i++, k++) {
        block[k] = index;
        target[k] = blocks[at + BlockField.target] + i;
        delay[k] = blocks[at + BlockField.delay];
        weight[k] = cell === null ? 0 : weights[cell + i];
      }
    }
    return { count, block, target, delay, weight };
  }

  private allocate(length: number): Omit<Synapses, 'count'> {
    const make = (): Int32Array => new Int32Array(length);
    return { block: make(), target: make(), delay: make(), weight: make() };
  }
}

/** The same lists, their synapses in the order that the memory holds them in. */
export function inStoredOrder(table: BlockTable, { lists, formats }: SynapseMemory): StoredSynapses {
  const builder = new BlockBuilder();
  const reader = new SynapseReader(table);
  for (const { portions } of lists) {
    for (const { format, blocks } of portions) {
      const kind: SynapseKind = { format, exponent: formats[format].exponent, plastic: formats[format].plastic };
      const { count, target, delay, weight } = reader.read(blocks);
      for (let k = 0; k < count; k++) builder.add(kind, target[k], delay[k], weight[k]);
    }
    builder.endList();
  }
  return builder.build();
}

/** Registers of the formats; the first register is not used. */
export function formatRegisters(formats: readonly SynapseFormat[], synapsesPerEntry: number): Register<typeof synapseFormat>[] {
  const unused = {
    compression: 0,
    idxBits: 0,
    wgtBits: 0,
    dlyBits: 0,
    skipBits: 0,
    wgtExp: 0,
    fanoutType: 0,
    numSynapses: 0,
    learning: 0,
    targetBase: 0,
  };
  const registers = formats.map(({ compression, signs, plastic, exponent, base, widths }) => ({
    compression: COMPRESSION_CODES.indexOf(compression),
    idxBits: INDEX_BITS.indexOf(widths.index),
    wgtBits: WEIGHT_FIELD_BITS.indexOf(widths.weight),
    dlyBits: widths.delay,
    skipBits: compression === 'run-length' ? widths.skip : 0,
    wgtExp: exponent,
    fanoutType: SIGN_CODES.indexOf(signs),
    numSynapses: synapsesPerEntry - 1,
    learning: plastic ? 1 : 0,
    targetBase: base,
  }));
  return [unused, ...registers];
}

/** The synapse memory as words: all lists, one behind the other. */
export function writeLists(table: BlockTable, { lists, formats }: SynapseMemory, synapsesPerEntry: number): string {
  const writer = new BitWriter();
  const reader = new SynapseReader(table);
  let end = 0;
  for (const { words, portions } of lists) {
    for (const { format, blocks } of portions) {
      new EntryWriter(writer, formats[format], format + 1, synapsesPerEntry).write(reader.read(blocks));
    }
    end += words * WORD_BITS;
    if (writer.position > end) throw new Error(`a synapse list takes more than the ${words} words counted for it`);
    writer.padTo(end);
  }
  return writeWords(writer);
}

/** Cuts the synapses of one format and list into entries. */
class EntryWriter {
  private readonly writer: BitWriter;
  private readonly format: SynapseFormat;
  private readonly id: number;
  private readonly most: number;
  private readonly prefix: readonly Field[];
  private readonly fields: readonly Field[];
  private readonly step: number;

  constructor(writer: BitWriter, format: SynapseFormat, id: number, most: number) {
    this.writer = writer;
    this.format = format;
    this.id = id;
    this.most = most;
    this.prefix = prefixFields(format);
    this.fields = synapseFields(format);
    this.step = weightStep(format);
  }

  write(synapses: Synapses): void {
    for (let first = 0; first < synapses.count; ) {
      let end = first + 1;
      while (end < synapses.count && end - first < this.most && this.goesOn(synapses, end)) end++;
      this.entry(synapses, first, end);
      first = end;
    }
  }

  /** Whether an entry that holds the synapse before can hold synapse k too. */
  private goesOn({ block, target }: Synapses, k: number): boolean {
    const gap = target[k] - target[k - 1] - 1;
    switch (this.format.compression) {
      case 'sparse':
        return true;
      case 'run-length':
        return gap >= 0 && gap <= GAP_MAX;
      case 'dense':
        return block[k] === block[k - 1];
    }
  }

  private entry({ target, delay, weight }: Synapses, first: number, end: number): void {
    const { writer, step } = this;
    const { base, compression } = this.format;
    writeField(writer, FORMAT_ID, this.id);
    writeField(writer, NUM_SYNAPSES, end - first - 1);
    for (const field of this.prefix) writeField(writer, field, target[first] - base);
    const [wgt, dly, place] = this.fields;
    for (let k = first; k < end; k++) {
      writeField(writer, wgt, weight[k] === 0 ? 0 : weight[k] / step);
      writeField(writer, dly, delay[k]);
      if (compression === 'sparse') writeField(writer, place, target[k] - base);
      else if (compression === 'run-length') writeField(writer, place, k === first ? 0 : target[k] - target[k - 1] - 1);
    }
  }
}
