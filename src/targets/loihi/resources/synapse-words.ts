/**
 * How a Loihi 1 core stores the synapses of one axon (NXTF, dnn/src/data_structures.py of intel-nrc-ecosystem/models; nengo-loihi,
 * block.py). A list is a row of entries; an entry begins with the number of its format (4 bits) and its length (6 bits), and
 *
 *   dense       targets follow each other:            10 + index + n * (weight + delay)
 *   run-length  gaps between targets are stored:      10 + index + n * (weight + delay + skip)
 *   sparse      each synapse names its target:        10 + n * (weight + delay + index)
 *
 * This is NXTF's formula. nengo-loihi knows dense and sparse only, leaves out the dense entry's index, and rounds each entry up to a word.
 */
export const COMPRESSIONS = ['dense', 'run-length', 'sparse'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** Both signs: the lowest bit of the magnitude is not stored. */
export type WeightSigns = 'mixed' | 'excitatory' | 'inhibitory';

/** Bits of a weight's magnitude. */
export const WEIGHT_BITS = 8;

/** Bits of the fields of a synapse. */
export interface FieldWidths {
  readonly weight: number;
  readonly delay: number;
  readonly index: number;
  readonly skip: number;
}

const FORMAT_ID = 4;
const LENGTH = 6;
export const WORD_BITS = 64;

/** Bits of `entries` entries that hold `synapses` synapses together. */
export function entryBits(compression: Compression, entries: number, synapses: number, widths: FieldWidths): number {
  const { weight, delay, index, skip } = widths;
  const prefix = FORMAT_ID + LENGTH;
  switch (compression) {
    case 'dense':
      return entries * (prefix + index) + synapses * (weight + delay);
    case 'run-length':
      return entries * (prefix + index) + synapses * (weight + delay + skip);
    case 'sparse':
      return entries * prefix + synapses * (weight + delay + index);
  }
}

/** Words of an axon's list: one more where the last one is full or has no room for the mark that ends it (NXTF: 59 bits or more in use). */
export function listWords(bits: number): number {
  const rest = bits % WORD_BITS;
  return Math.ceil(bits / WORD_BITS) + (rest === 0 || rest >= 59 ? 1 : 0);
}

const bitsFor = (values: number): number => Math.ceil(Math.log2(values));

/** Index of one of `compartments` targets: 6 bits at the least. */
export const indexBits = (compartments: number): number => Math.max(6, bitsFor(compartments));

/** Delay field: none, or 3 to 6 bits. */
export const delayFieldBits = (delayMax: number): number => (delayMax === 0 ? 0 : Math.max(3, bitsFor(delayMax + 1)));

/** Gaps of 32 and more start a new entry. */
export const GAP_MAX = 31;

/** 2 to 5 bits. */
export const skipBits = (gapMax: number): number => Math.max(2, bitsFor(gapMax + 1));

/** The weight field has no width of 7 bits. */
export const weightFieldBits = (bits: number): number => (bits === 7 ? 8 : bits);
