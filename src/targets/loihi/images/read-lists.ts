import type { ChipModel, CoreTables } from '../../../ir/chip-model.ts';
import type { SynapseMemory } from '../resources/synapse-memory.ts';
import { listWords, WORD_BITS } from '../resources/synapse-words.ts';
import { BitReader } from './bits.ts';
import { BlockBuilder, type StoredSynapses } from './block-builder.ts';
import {
  COMPRESSION_CODES,
  type EntryFormat,
  INDEX_BITS,
  prefixFields,
  SIGN_CODES,
  synapseFields,
  WEIGHT_FIELD_BITS,
  weightStep,
} from './entry-formats.ts';
import type { StoredList } from './input-axons.ts';
import { type Field, readField, requireZeros, unpackRegisters } from './layout.ts';
import { damaged, type Where, within } from './problem.ts';
import { FORMAT_ID, NUM_SYNAPSES, type Register, synapseFormat } from './registers.ts';
import { formatRegisters } from './write-lists.ts';

/** A format register, made ready for reading entries. */
interface Format extends EntryFormat {
  readonly format: number;
  readonly exponent: number;
  readonly plastic: boolean;
  readonly base: number;
  readonly prefix: readonly Field[];
  readonly fields: readonly Field[];
  readonly step: number;
  /** Synapses of an entry at most. */
  readonly most: number;
}

/** Formats by number; the first register is not used. */
export function readFormats(text: string, tables: CoreTables, chip: ChipModel, where: Where): readonly (Format | null)[] {
  const registers = unpackRegisters(synapseFormat(chip), text, tables.synapseFormats.value + 1, where);
  return registers.map((register, index) => (index === 0 ? null : readFormat(register, index, within(where, `[${index}]`))));
}

function readFormat(register: Register<typeof synapseFormat>, format: number, where: Where): Format {
  const compression = COMPRESSION_CODES[register.compression];
  const signs = SIGN_CODES[register.fanoutType];
  if (compression === null) throw damaged(where, `has compression ${register.compression}`, '0, 2 or 3');
  if (signs === null) throw damaged(where, `has fanoutType ${register.fanoutType}`, '1, 2 or 3');
  const widths = {
    weight: WEIGHT_FIELD_BITS[register.wgtBits],
    delay: register.dlyBits,
    index: INDEX_BITS[register.idxBits],
    skip: register.skipBits,
  };
  const entry: EntryFormat = { compression, signs, widths };
  return {
    ...entry,
    format,
    exponent: register.wgtExp,
    plastic: register.learning === 1,
    base: register.targetBase,
    prefix: prefixFields(entry),
    fields: synapseFields(entry),
    step: weightStep(entry),
    most: register.numSynapses + 1,
  };
}

/**
 * The registers are as the synapses need them: another format could say the same, and nobody would see that a bit is wrong. `stored`: how
 * the synapses that were read would be stored.
 */
export function requireFormats(text: string, stored: SynapseMemory, perEntry: number, chip: ChipModel, where: Where): void {
  const found = unpackRegisters(synapseFormat(chip), text, Number.POSITIVE_INFINITY, where);
  const expected = formatRegisters(stored.formats, perEntry);
  if (found.length !== expected.length)
    throw damaged(where, `has ${found.length} registers`, `${expected.length}: those in use, and the first`);
  expected.forEach((register, index) => {
    for (const { name } of synapseFormat(chip).fields) {
      if (found[index][name] === register[name]) continue;
      throw damaged(
        within(where, `[${index}]`),
        `has ${name} ${found[index][name]}`,
        `${register[name]}, which its synapses take the fewest bits with`,
      );
    }
  });
}

/** All lists as blocks. */
export function readLists(
  words: Uint32Array,
  lists: readonly StoredList[],
  formats: readonly (Format | null)[],
  where: Where,
): StoredSynapses {
  const builder = new BlockBuilder();
  const longest = new Int32Array(lists.length);
  for (const list of lists) {
    const { learns, words: used } =
      list.length === 0 ? { learns: false, words: 0 } : new ListReader(words, list, formats, where).read(builder);
    if (learns !== list.learns) {
      throw damaged(within(where, `[${list.first}]`), `begins a list ${learns ? 'with' : 'without'} fast weights`, 'what its axon says');
    }
    longest[list.head] = Math.max(longest[list.head], used);
    builder.endList();
  }
  for (const { first, length, head, atoms } of lists) {
    if (atoms > 1 && longest[head] !== length)
      throw damaged(
        within(where, `[${first}]`),
        `is in lists of ${longest[head]} words at the most`,
        `${length}, as far apart as they stand`,
      );
  }
  return builder.build();
}

class ListReader {
  private readonly reader: BitReader;
  private readonly first: number;
  private readonly length: number;
  /** A list of a population may be shorter than the longest of its lists. */
  private readonly alone: boolean;
  private readonly formats: readonly (Format | null)[];
  private readonly where: Where;

  constructor(words: Uint32Array, { first, length, atoms }: StoredList, formats: readonly (Format | null)[], where: Where) {
    this.first = first * WORD_BITS;
    this.length = length;
    this.alone = atoms === 1;
    this.reader = new BitReader(words, this.first, (first + length) * WORD_BITS);
    this.formats = formats;
    this.where = where;
  }

  /** Returns whether there are fast weights in the list, and the words that it takes. */
  read(builder: BlockBuilder): { readonly learns: boolean; readonly words: number } {
    const { reader } = this;
    let learns = false;
    for (;;) {
      const bits = reader.position - this.first;
      this.needBits(FORMAT_ID.bits, 'has no end');
      const id = readField(reader, FORMAT_ID);
      if (id === 0) {
        const words = listWords(bits);
        if (words > this.length || (this.alone && words < this.length))
          throw damaged(this.at(), `ends its list after ${bits} bits`, `lists of ${this.length} words`);
        requireZeros(reader, this.at());
        return { learns, words };
      }
      const format = this.formats[id];
      if (format === undefined || format === null)
        throw damaged(this.at(), `has an entry of format ${id}`, `1 .. ${this.formats.length - 1}`);
      this.readEntry(format, builder);
      learns ||= format.plastic;
    }
  }

  private readEntry(format: Format, builder: BlockBuilder): void {
    const { reader } = this;
    const { prefix, fields, compression, step } = format;
    this.needBits(NUM_SYNAPSES.bits + widthOf(prefix), 'is cut off within an entry');
    const count = readField(reader, NUM_SYNAPSES) + 1;
    if (count > format.most) throw damaged(this.at(), `has an entry of ${count} synapses`, `1 .. ${format.most}`);
    let target = format.base + (prefix.length === 0 ? 0 : readField(reader, prefix[0]));
    this.needBits(count * widthOf(fields), `has an entry of ${count} synapses, which reaches past its list`);
    const [wgt, dly, place] = fields;
    for (let k = 0; k < count; k++) {
      const weight = readField(reader, wgt) * step;
      const delay = readField(reader, dly);
      if (compression === 'sparse') target = format.base + readField(reader, place);
      else if (compression === 'run-length') target += readField(reader, place);
      if (format.plastic && weight !== 0) throw damaged(this.at(), `has a fast weight of ${weight}`, '0: clips write them');
      // `+ 0` turns -0 into 0.
      builder.add(format, target, delay, weight + 0);
      target++;
    }
  }

  private needBits(bits: number, found: string): void {
    if (this.reader.left < bits) throw damaged(this.at(), found, `${this.reader.left} bits, as many as are left of its words`);
  }

  private at(): Where {
    return within(this.where, `[${Math.floor(this.reader.position / WORD_BITS)}]`);
  }
}

const widthOf = (fields: readonly Field[]): number => fields.reduce((sum, field) => sum + field.bits, 0);
