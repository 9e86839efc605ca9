/** Seeded choices (mulberry32): the same seed draws the same things, on every machine. */
export class Draw {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  unit() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number in [0, limit). */
  below(limit) {
    return Math.floor(this.unit() * limit);
  }

  chance(probability) {
    return this.unit() < probability;
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}

/** One seed for input `index` of the run with seed `seed`: inputs can be made again one by one. */
export const seedOf = (seed, index) => (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
