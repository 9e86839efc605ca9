import type { Pattern } from './pattern.ts';

const BITS = 32;

/**
 * The smallest pattern that contains a changing set of others: for each bit, how many of them fix it to 0 and how many to 1. A bit of the
 * whole is fixed where all agree.
 */
export class BitCounts {
  private readonly zeros = new Int32Array(BITS);
  private readonly ones = new Int32Array(BITS);
  private size = 0;

  /** `change`: 1 puts a pattern in, -1 takes one out. */
  add({ key, mask }: Pattern, change: 1 | -1): void {
    this.size += change;
    for (let bit = 0; bit < BITS; bit++) {
      const fixed = (mask >>> bit) & 1;
      const one = (key >>> bit) & 1;
      this.ones[bit] += change * one;
      this.zeros[bit] += change * (fixed & ~one);
    }
  }

  /** Of an empty set: all bits fixed to 1, which means nothing. */
  join(): Pattern {
    let [key, mask] = [0, 0];
    for (let bit = 0; bit < BITS; bit++) {
      const one = Number(this.ones[bit] === this.size);
      key |= one << bit;
      mask |= (one | Number(this.zeros[bit] === this.size)) << bit;
    }
    return { key, mask };
  }
}
