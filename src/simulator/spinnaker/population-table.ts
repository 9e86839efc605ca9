import { ROW_HEADER_WORDS, type RowBlock, type SpinnakerCore } from '../../ir/spinnaker-core.ts';
import { rowCounts, strideOf } from './check-rows.ts';

/** A block as it is read: words `first + id * stride` .. of row `id`. */
export interface RowSource {
  readonly words: Int32Array;
  readonly first: number;
  readonly stride: number;
  readonly rows: number;
  /** 0 for a direct block, which holds one word a row. */
  readonly headerWords: number;
}

/** The master population table: from a key to rows of synapses. */
export class PopulationTable {
  readonly #keys: Uint32Array;
  readonly #masks: Uint32Array;
  readonly #blocks: readonly (readonly RowSource[])[];
  readonly #cores: SpinnakerCore['table'][number]['cores'][];

  constructor(core: SpinnakerCore) {
    const counts = rowCounts(core);
    this.#keys = Uint32Array.from(core.table, ({ key }) => key);
    this.#masks = Uint32Array.from(core.table, ({ mask }) => mask);
    this.#cores = core.table.map(({ cores }) => cores);
    this.#blocks = core.table.map(({ blocks }) => blocks.map((block) => rowSource(core, block, counts.get(block) ?? 0)));
  }

  /** The entry that a key matches, by the search of sPyNNaker; -1: none does. */
  find(key: number): number {
    const keys = this.#keys;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((key & this.#masks[middle]) >>> 0 === keys[middle]) return middle;
      if (keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return -1;
  }

  blocksOf = (entry: number): readonly RowSource[] => this.#blocks[entry];

  /** The source neuron whose key this is: the row of every block. */
  neuronOf(entry: number, key: number): number {
    const cores = this.#cores[entry];
    if (cores === null) return (key & ~this.#masks[entry]) >>> 0;
    const local = (key & ~(this.#masks[entry] | (cores.mask << cores.shift))) >>> 0;
    return local + ((key >>> cores.shift) & cores.mask) * cores.neuronsPerCore;
  }
}

function rowSource({ matrix, direct }: SpinnakerCore, block: RowBlock, rows: number): RowSource {
  const inSdram = block.kind === 'rows';
  const [words, headerWords] = inSdram ? [matrix, ROW_HEADER_WORDS] : [direct, 0];
  return { words, first: block.offset / 4, stride: strideOf(block), rows, headerWords };
}
