/** Stands for the destination of work at a core's end that sends nothing. */
export const NOWHERE = -1;

/**
 * The messages of one step, by sending core: cores in ascending order, each core's messages in the order it makes them. Columns grow and are
 * used again for the next step, so that a long run allocates nothing.
 */
export class StepMessages {
  count = 0;
  /** Core ids; `to` may be NOWHERE. */
  from = new Int32Array(64);
  to = new Int32Array(64);
  /** Seconds that the sender works on it since its last message, and the receiver once it is there. */
  generationS = new Float64Array(64);
  processingS = new Float64Array(64);

  clear(): void {
    this.count = 0;
  }

  add(from: number, to: number, generationS: number, processingS: number): void {
    if (this.count > 0 && from < this.from[this.count - 1]) throw new Error(`messages of core ${from} come too late`);
    if (this.count === this.from.length) this.#grow();
    this.from[this.count] = from;
    this.to[this.count] = to;
    this.generationS[this.count] = generationS;
    this.processingS[this.count] = processingS;
    this.count++;
  }

  #grow(): void {
    this.from = lengthen(this.from, new Int32Array(this.from.length * 2));
    this.to = lengthen(this.to, new Int32Array(this.to.length * 2));
    this.generationS = lengthen(this.generationS, new Float64Array(this.generationS.length * 2));
    this.processingS = lengthen(this.processingS, new Float64Array(this.processingS.length * 2));
  }
}

function lengthen<T extends Int32Array | Float64Array>(column: T, longer: T): T {
  longer.set(column);
  return longer;
}
