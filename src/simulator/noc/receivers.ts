/** What is on its way to each core, first come first served, and when each core has finished what it received. */
export class Receivers {
  readonly #finishedS: Float64Array;
  /** Linked lists of messages not yet received, by core. A core receives one after the other, so each list is in the order of time. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #next: Int32Array;
  readonly #receivedS: Float64Array;
  /** No message is received before. */
  #earliestS = Number.POSITIVE_INFINITY;

  constructor(cores: number, messages: number) {
    this.#finishedS = new Float64Array(cores);
    this.#first = new Int32Array(cores).fill(NONE);
    this.#last = new Int32Array(cores).fill(NONE);
    this.#next = new Int32Array(messages).fill(NONE);
    this.#receivedS = new Float64Array(messages);
  }

  /** A message that arrives at a core is received when the core has finished the one before. Returns that time. */
  receive(core: number, message: number, arrivedS: number): number {
    const receivedS = Math.max(this.#finishedS[core], arrivedS);
    this.#receivedS[message] = receivedS;
    this.#earliestS = Math.min(this.#earliestS, receivedS);
    if (this.#first[core] === NONE) this.#first[core] = message;
    else this.#next[this.#last[core]] = message;
    this.#last[core] = message;
    return receivedS;
  }

  /** Returns when the core has finished it. */
  finish(core: number, arrivedS: number, processingS: number): number {
    this.#finishedS[core] = Math.max(this.#finishedS[core] + processingS, arrivedS + processingS);
    return this.#finishedS[core];
  }

  /** Lets go of every message that has been received by `nowS`: core by core, as SANA-FE does, since sums depend on the order. */
  release(nowS: number, each: (message: number) => void): void {
    if (nowS < this.#earliestS) return;
    this.#earliestS = Number.POSITIVE_INFINITY;
    for (let core = 0; core < this.#first.length; core++) {
      let message = this.#first[core];
      while (message !== NONE && nowS >= this.#receivedS[message]) {
        each(message);
        message = this.#next[message];
      }
      this.#first[core] = message;
      if (message !== NONE) this.#earliestS = Math.min(this.#earliestS, this.#receivedS[message]);
    }
  }
}

const NONE = -1;
