import { BLOCK_FIELDS, BlockField, type CoreProgram, FAST_MEMORY, WEIGHT_MEMORY } from '../../../ir/mapping.ts';

export type StoredSynapses = Pick<CoreProgram, 'listFirst' | 'blocks' | 'weights' | 'fastWeightCells'>;

/** What the synapses of one entry have in common. */
export interface SynapseKind {
  /** Number of its format: synapses of different formats never share a block. */
  readonly format: number;
  readonly exponent: number;
  readonly plastic: boolean;
}

/**
 * Blocks from synapses one by one: neighbours that differ by one compartment alone share a block. Blocks of equal weights share the cells;
 * fast weights have a cell each.
 */
export class BlockBuilder {
  private readonly listFirst: number[] = [0];
  private readonly blocks: number[] = [];
  private readonly weights: number[] = [];
  private readonly cellOf = new Map<string, number>();
  private fastWeightCells = 0;
  private open: SynapseKind | null = null;
  /** Weights of the open block. */
  private run: number[] = [];

  add(kind: SynapseKind, target: number, delay: number, weight: number): void {
    const { blocks } = this;
    const last = blocks.length - BLOCK_FIELDS;
    if (
      this.open?.format === kind.format &&
      blocks[last + BlockField.target] + blocks[last + BlockField.count] === target &&
      blocks[last + BlockField.delay] === delay
    ) {
      blocks[last + BlockField.count]++;
    } else {
      this.close();
      blocks.push(target, 1, delay, this.fastWeightCells, kind.exponent, kind.plastic ? FAST_MEMORY : WEIGHT_MEMORY);
      this.open = kind;
    }
    if (kind.plastic) this.fastWeightCells++;
    else this.run.push(weight);
  }

  endList(): void {
    this.close();
    this.listFirst.push(this.blocks.length / BLOCK_FIELDS);
  }

  private close(): void {
    if (this.run.length > 0) {
      const key = this.run.join(' ');
      const cell = this.cellOf.get(key) ?? this.weights.length;
      if (cell === this.weights.length) for (const weight of this.run) this.weights.push(weight);
      this.cellOf.set(key, cell);
      this.blocks[this.blocks.length - BLOCK_FIELDS + BlockField.weight] = cell;
      this.run = [];
    }
    this.open = null;
  }

  build(): StoredSynapses {
    return {
      listFirst: Int32Array.from(this.listFirst),
      blocks: Int32Array.from(this.blocks),
      weights: Int16Array.from(this.weights),
      fastWeightCells: this.fastWeightCells,
    };
  }
}
