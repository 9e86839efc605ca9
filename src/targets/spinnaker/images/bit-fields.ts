import { failure } from '../../../diagnostics/index.ts';

/** A field of a C structure: its name, its bits, and whether it is two's complement. */
export type Field<Name extends string> = readonly [name: Name, bits: number, sign?: 'signed'];

/**
 * Fields from the lowest bit of the first 32-bit word on, as GCC lays out the bit fields of a structure on the little-endian ARM. No field
 * crosses a word.
 */
export interface StructLayout<Name extends string> {
  readonly name: string;
  readonly words: number;
  readonly fields: readonly PlacedField<Name>[];
}

interface PlacedField<Name extends string> {
  readonly name: Name;
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  readonly signed: boolean;
}

export type FieldValues<Name extends string> = Readonly<Record<Name, number>>;

const WORD = 32;

/** Places fields one after the other. */
export function defineStruct<Name extends string>(name: string, fields: readonly Field<Name>[]): StructLayout<Name> {
  let bit = 0;
  const placed = fields.map(([field, bits, sign]): PlacedField<Name> => {
    const place = { name: field, word: Math.floor(bit / WORD), shift: bit % WORD, bits, signed: sign === 'signed' };
    if (bits < 0 || bits > WORD || place.shift + bits > WORD) throw new Error(`${name}.${field} crosses a word`);
    bit += bits;
    return place;
  });
  if (bit % WORD !== 0) throw new Error(`${name} ends within a word`);
  return { name, words: bit / WORD, fields: placed };
}

/** Writes a structure at word `at`. Throws `does-not-fit` where a value has more bits than its field; `item` says what it is of. */
export function writeStruct<Name extends string>(
  layout: StructLayout<Name>,
  values: FieldValues<Name>,
  words: Uint32Array,
  at: number,
  item: string,
): void {
  words.fill(0, at, at + layout.words);
  for (const { name, word, shift, bits, signed } of layout.fields) {
    const value = values[name];
    const [least, most] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw failure('does-not-fit', `${item}: ${name} is ${value}, and its field has ${bits} bits`, {
        places: [{ item }],
        notes: [`allowed: integers ${least} .. ${most}`],
      });
    }
    words[at + word] |= (value & (2 ** bits - 1)) << shift;
  }
}

export function readStruct<Name extends string>(layout: StructLayout<Name>, words: Uint32Array, at: number): FieldValues<Name> {
  const values = layout.fields.map(({ name, word, shift, bits, signed }): [Name, number] => {
    const raw = (words[at + word] >>> shift) % 2 ** bits;
    return [name, signed && raw >= 2 ** (bits - 1) ? raw - 2 ** bits : raw];
  });
  return Object.fromEntries(values) as Record<Name, number>;
}

/** The lowest bit of a field, for loops that pack words themselves. */
export function shiftOf<Name extends string>(layout: StructLayout<Name>, name: Name): number {
  const field = layout.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${layout.name} has no field ${name}`);
  return field.shift;
}
