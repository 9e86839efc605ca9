import type { Slice } from '../mapping/slices.ts';

/** Which synapses of a list end where. */
export class SynapsesByTarget {
  /** Synapses of target i: order[first[i]] .. order[first[i + 1] - 1], ascending. */
  private readonly first: Int32Array;
  private readonly order: Int32Array;

  constructor(targetIndex: Int32Array) {
    const targets = targetIndex.reduce((most, target) => Math.max(most, target + 1), 0);
    this.first = new Int32Array(targets + 1);
    for (const target of targetIndex) this.first[target + 1]++;
    for (let i = 0; i < targets; i++) this.first[i + 1] += this.first[i];
    const next = this.first.slice();
    this.order = new Int32Array(targetIndex.length);
    targetIndex.forEach((target, k) => {
      this.order[next[target]++] = k;
    });
  }

  /** Those that end in the slice, in the order of the list. */
  within({ first, count }: Slice): Int32Array {
    const last = this.first.length - 1;
    return this.order.slice(this.first[Math.min(first, last)], this.first[Math.min(first + count, last)]).sort();
  }
}
