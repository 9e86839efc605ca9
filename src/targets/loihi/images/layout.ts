import { bytesOf, fromBase64, integersOf, toBase64 } from '../../../ir/array-text.ts';
import { BitReader, BitWriter } from './bits.ts';
import { damaged, type Where, within } from './problem.ts';

/** A bit field of a register. Declared once: what writes images, what reads them and the tables of the documentation all go by it. */
export interface Field<Name extends string = string> {
  readonly name: Name;
  /** 0 where the chip leaves nothing to choose. */
  readonly bits: number;
  readonly signed: boolean;
  /** Numbers that fit. */
  readonly least: number;
  readonly most: number;
  readonly meaning: string;
}

/** Fields of a register from bit 0 upwards; the bits above them are 0. */
export interface Layout<Name extends string = string> {
  readonly fields: readonly Field<Name>[];
  /** A multiple of 32. */
  readonly wordBits: number;
}

export type Values<Name extends string> = Readonly<Record<Name, number>>;

export const unsigned = <Name extends string>(name: Name, bits: number, meaning: string): Field<Name> => ({
  name,
  bits,
  signed: false,
  least: 0,
  most: 2 ** bits - 1,
  meaning,
});

export const signed = <Name extends string>(name: Name, bits: number, meaning: string): Field<Name> => ({
  name,
  bits,
  signed: true,
  least: bits === 0 ? 0 : -(2 ** (bits - 1)),
  most: bits === 0 ? 0 : 2 ** (bits - 1) - 1,
  meaning,
});

export function layout<Name extends string>(...fields: readonly Field<Name>[]): Layout<Name> {
  const bits = fields.reduce((sum, field) => sum + field.bits, 0);
  return { fields, wordBits: Math.max(32, 32 * Math.ceil(bits / 32)) };
}

/** Bits that tell `values` values apart. */
export const bitsFor = (values: number): number => (values <= 1 ? 0 : 32 - Math.clz32(values - 1));

/** Writes one field. A number that does not fit is a bug of whoever checked the program. */
export function writeField(writer: BitWriter, field: Field, value: number): void {
  if (!Number.isInteger(value) || value < field.least || value > field.most) {
    throw new Error(`${field.name} is ${value}, and its field holds ${field.least} .. ${field.most}`);
  }
  writer.write(value, field.bits);
}

export const readField = (reader: BitReader, { bits, signed }: Field): number => (signed ? reader.signed(bits) : reader.unsigned(bits));

/** Registers one behind the other, as text. */
export function packRegisters<Name extends string>(layout: Layout<Name>, registers: readonly Values<Name>[]): string {
  const writer = new BitWriter();
  registers.forEach((register, index) => {
    for (const field of layout.fields) writeField(writer, field, register[field.name]);
    writer.padTo((index + 1) * layout.wordBits);
  });
  return writeWords(writer);
}

/** Words as text: base64 of their bytes, the lowest byte of each word first. */
export const writeWords = (writer: BitWriter): string => toBase64(bytesOf(writer.finish()));

/** The words of a memory, as 32-bit units with the lowest one first; `where` names its text in the file. Throws where a word is cut off. */
export function readWords(text: string, wordBits: number, where: Where): Uint32Array {
  const bytes = fromBase64(text);
  if (bytes === null || bytes.length % (wordBits / 8) !== 0) {
    throw damaged(
      where,
      bytes === null ? 'is not base64' : `ends within a word: ${bytes.length} bytes`,
      `words of ${wordBits} bits in base64`,
    );
  }
  return integersOf(bytes);
}

/** The reverse of packRegisters, of at most `most` registers. */
export function unpackRegisters<Name extends string>(layout: Layout<Name>, text: string, most: number, where: Where): Values<Name>[] {
  const units = readWords(text, layout.wordBits, where);
  const count = (32 * units.length) / layout.wordBits;
  if (count > most) throw damaged(where, `has ${count} registers`, `at most ${most}, as many as the chip has`);
  return Array.from({ length: count }, (_, index) => {
    const reader = new BitReader(units, index * layout.wordBits, (index + 1) * layout.wordBits);
    const register = Object.fromEntries(layout.fields.map((field) => [field.name, readField(reader, field)])) as Values<Name>;
    requireZeros(reader, within(where, `[${index}]`));
    return register;
  });
}

/** Nothing is left in the rest of a word. */
export function requireZeros(reader: BitReader, where: Where): void {
  while (reader.left > 0) {
    if (reader.unsigned(Math.min(reader.left, 32)) !== 0) throw damaged(where, 'has bits set that no field uses', 'zeros there');
  }
}
