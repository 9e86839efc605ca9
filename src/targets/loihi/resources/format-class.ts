import {
  COMPRESSIONS,
  type Compression,
  delayFieldBits,
  entryBits,
  type FieldWidths,
  GAP_MAX,
  indexBits,
  skipBits,
  WEIGHT_BITS,
  type WeightSigns,
  weightFieldBits,
} from './synapse-words.ts';

/** One format register, and what is stored in it. */
export interface SynapseFormat {
  readonly compression: Compression;
  /** Mixed signs lose the lowest bit of each weight; one sign keeps it. */
  readonly signs: WeightSigns;
  readonly plastic: boolean;
  readonly exponent: number;
  /** Compartment that targets are counted from. */
  readonly base: number;
  readonly widths: FieldWidths;
  readonly synapses: number;
  readonly bits: number;
}

/** A block as far as its storage is concerned. */
export interface StoredBlock {
  readonly target: number;
  readonly count: number;
  readonly delay: number;
  readonly exponent: number;
  readonly plastic: boolean;
  readonly signs: WeightSigns;
  /** Zero bits that all its weights end in; 8 where all are 0. */
  readonly zeros: number;
}

/** A format while its synapses are being collected. */
export class FormatClass {
  readonly plastic: boolean;
  /** Its place among the core's formats. */
  readonly index: number;
  delayMax = 0;
  gapMax = 0;
  synapses = 0;
  readonly entries: Record<Compression, number> = { dense: 0, 'run-length': 0, sparse: 0 };
  compression: Compression = 'dense';
  private readonly signs: WeightSigns;
  private readonly exponent: number;
  private readonly base: number;
  private readonly span: number;
  private zeros = WEIGHT_BITS;

  constructor(index: number, { plastic, exponent }: StoredBlock, signs: WeightSigns, { first, span }: { first: number; span: number }) {
    this.index = index;
    this.plastic = plastic;
    this.exponent = exponent;
    this.signs = signs;
    this.base = first;
    this.span = span;
  }

  take(block: StoredBlock): void {
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
    const { compression, signs, plastic, exponent, base, synapses } = this;
    return { compression, signs, plastic, exponent, base, widths: this.widths(), synapses, bits: this.bits(compression) };
  }
}

/** The synapses of one axon that are stored in one format. */
export class Portion {
  readonly format: FormatClass;
  /** Indices of its blocks, in the order they are stored in. */
  readonly blocks: number[] = [];
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

  add(index: number, { target, count }: StoredBlock): void {
    this.blocks.push(index);
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
