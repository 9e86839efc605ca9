/** Lists of bytes, packed: a million short ones take little more than their bytes. */
export class PackedLists {
  readonly #chunks: Uint8Array[] = [];
  readonly #chunk: Int32Array;
  readonly #start: Int32Array;
  readonly #length: Int32Array;
  #used = 0;

  constructor(count: number) {
    this.#chunk = new Int32Array(count);
    this.#start = new Int32Array(count);
    this.#length = new Int32Array(count);
  }

  set(index: number, bytes: Uint8Array): void {
    const room = (this.#chunks.at(-1)?.length ?? 0) - this.#used;
    if (bytes.length > room) {
      this.#chunks.push(new Uint8Array(Math.max(CHUNK_BYTES, bytes.length)));
      this.#used = 0;
    }
    this.#chunks.at(-1)?.set(bytes, this.#used);
    this.#chunk[index] = this.#chunks.length - 1;
    this.#start[index] = this.#used;
    this.#length[index] = bytes.length;
    this.#used += bytes.length;
  }

  /** A view of the bytes that were set; none where nothing was. */
  get(index: number): Uint8Array {
    const start = this.#start[index];
    return this.#chunks[this.#chunk[index]]?.subarray(start, start + this.#length[index]) ?? new Uint8Array(0);
  }
}

const CHUNK_BYTES = 2 ** 22;
