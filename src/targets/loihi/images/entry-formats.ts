import type { Compression, FieldWidths, WeightSigns } from '../resources/synapse-words.ts';
import { WEIGHT_BITS } from '../resources/synapse-words.ts';
import { type Field, signed, unsigned } from './layout.ts';

/** Codes of the format registers: the place of a value in these lists. nengo-loihi, block.py; that of run-length is ours. */
export const COMPRESSION_CODES: readonly (Compression | null)[] = ['sparse', null, 'run-length', 'dense'];
export const SIGN_CODES: readonly (WeightSigns | null)[] = [null, 'mixed', 'excitatory', 'inhibitory'];
export const INDEX_BITS: readonly number[] = [0, 6, 7, 8, 9, 10, 11, 12];
export const WEIGHT_FIELD_BITS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8];

/** What a format register says of its entries. */
export interface EntryFormat {
  readonly compression: Compression;
  readonly signs: WeightSigns;
  readonly widths: FieldWidths;
}

/** Fields that follow an entry's number of synapses: where targets follow each other, or by gaps, the first target. */
export const prefixFields = ({ compression, widths }: EntryFormat): readonly Field[] =>
  compression === 'sparse' ? [] : [unsigned('idx', widths.index, 'first target')];

/** Fields of each synapse of an entry. */
export function synapseFields({ compression, signs, widths }: EntryFormat): readonly Field[] {
  const weight = (signs === 'mixed' ? signed : unsigned)('wgt', widths.weight, 'weight, its unused low bits cut off');
  const delay = unsigned('dly', widths.delay, 'delay');
  switch (compression) {
    case 'dense':
      return [weight, delay];
    case 'run-length':
      return [weight, delay, unsigned('skip', widths.skip, 'compartments left out in front of its target')];
    case 'sparse':
      return [weight, delay, unsigned('idx', widths.index, 'target')];
  }
}

/** A weight is the field times this: its low bits are not stored, nor is the lowest where both signs share a format. */
export const weightStep = ({ signs, widths }: Pick<EntryFormat, 'signs' | 'widths'>): number =>
  (signs === 'inhibitory' ? -1 : 1) * 2 ** (WEIGHT_BITS - widths.weight + (signs === 'mixed' ? 1 : 0));
