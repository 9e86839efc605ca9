import { ROW_HEADER_WORDS, ROW_LENGTH_MAX, type RowBlock } from '../../../ir/spinnaker-core.ts';
import { writeStruct } from './bit-fields.ts';
import { ADDRESS_UNIT, ROW_HEADER } from './layouts.ts';

const BYTES = 4;

/** Lays blocks out in the matrix and in the direct matrix. */
export class BlockWriter {
  readonly #directBytesMax: number;
  readonly #parts: Int32Array[] = [];
  #words = 0;
  readonly #direct: Int32Array[] = [];
  #directWords = 0;

  constructor(directBytesMax: number) {
    this.#directBytesMax = directBytesMax;
  }

  /** Blocks that hold these rows; none where there is no synapse. */
  add(first: Int32Array, words: Int32Array): RowBlock[] {
    const sources = first.length - 1;
    if (words.length === 0) return [];
    if (words.length === sources && first.every((at, i) => at === i) && (this.#directWords + sources) * BYTES <= this.#directBytesMax) {
      const offset = this.#directWords * BYTES;
      this.#direct.push(words);
      this.#directWords += sources;
      return [{ kind: 'direct', offset }];
    }
    let longest = 0;
    for (let i = 0; i < sources; i++) longest = Math.max(longest, first[i + 1] - first[i]);
    const blocks: RowBlock[] = [];
    for (let from = 0; from < longest; from += ROW_LENGTH_MAX) {
      blocks.push(this.#addRows(first, words, from, Math.min(ROW_LENGTH_MAX, longest - from)));
    }
    return blocks;
  }

  /** Of every row, at most `rowLength` words from its word `from` on. */
  #addRows(first: Int32Array, words: Int32Array, from: number, rowLength: number): RowBlock {
    const sources = first.length - 1;
    const stride = ROW_HEADER_WORDS + rowLength;
    const unit = ADDRESS_UNIT / BYTES;
    const block = new Int32Array(Math.ceil((sources * stride) / unit) * unit);
    const header = new Uint32Array(ROW_HEADER_WORDS);
    for (let i = 0; i < sources; i++) {
      const begin = Math.min(first[i] + from, first[i + 1]);
      const end = Math.min(begin + rowLength, first[i + 1]);
      writeStruct(ROW_HEADER, { plasticWords: 0, fixedWords: end - begin, plasticControls: 0 }, header, 0, 'row');
      block.set(header, i * stride);
      block.set(words.subarray(begin, end), i * stride + ROW_HEADER_WORDS);
    }
    const offset = this.#words * BYTES;
    this.#parts.push(block);
    this.#words += block.length;
    return { kind: 'rows', offset, rowLength };
  }

  matrix = (): Int32Array => concat(this.#parts, this.#words);
  direct = (): Int32Array => concat(this.#direct, this.#directWords);
}

function concat(parts: readonly Int32Array[], length: number): Int32Array {
  const all = new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
