/**
 * Messages in the order they are sent, earliest first. What comes first of messages sent at the same time follows from the layout of the heap,
 * as in libstdc++'s priority_queue, so that results can be compared with SANA-FE's: an added message rises while the one above it is strictly
 * later; when the first is taken its place sinks to a leaf, each time to the right unless the right is strictly later, and the last message
 * rises from there.
 */
export class SentQueue {
  readonly #heap: number[] = [];
  readonly #sentS: ArrayLike<number>;

  /** `sentS`: by message; a message in the queue must not change its time. */
  constructor(sentS: ArrayLike<number>) {
    this.#sentS = sentS;
  }

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  add(message: number): void {
    this.#heap.push(message);
    this.#rise(this.#heap.length - 1, message);
  }

  /** Takes the first message; there must be one. */
  take(): number {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined) throw new Error('the queue is empty');
    if (heap.length > 0) this.#rise(this.#sink(), last);
    return first;
  }

  /** Moves the hole at the root down to a leaf. */
  #sink(): number {
    const heap = this.#heap;
    let hole = 0;
    for (let right = 2; right < heap.length; right = 2 * hole + 2) {
      const child = this.#isLater(heap[right], heap[right - 1]) ? right - 1 : right;
      heap[hole] = heap[child];
      hole = child;
    }
    const left = 2 * hole + 1;
    if (left !== heap.length - 1) return hole;
    heap[hole] = heap[left];
    return left;
  }

  #rise(from: number, message: number): void {
    const heap = this.#heap;
    let hole = from;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      if (!this.#isLater(heap[above], message)) break;
      heap[hole] = heap[above];
      hole = above;
    }
    heap[hole] = message;
  }

  #isLater(a: number, b: number): boolean {
    return this.#sentS[a] > this.#sentS[b];
  }
}
