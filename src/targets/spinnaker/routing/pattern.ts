/**
 * The keys that agree with `key` wherever `mask` is set; the other bits are open, and `key` is 0 there. Signed 32-bit integers, as the
 * operators of the language give them.
 */
export interface Pattern {
  readonly key: number;
  readonly mask: number;
}

export const intersects = (a: Pattern, b: Pattern): boolean => ((a.key ^ b.key) & a.mask & b.mask) === 0;

/** Whether every key of `inner` is one of `outer`. */
export const contains = (outer: Pattern, inner: Pattern): boolean =>
  (outer.mask & ~inner.mask) === 0 && ((outer.key ^ inner.key) & outer.mask) === 0;

/** The smallest pattern that contains both: a bit stays fixed where both fix it and agree. */
export function join(a: Pattern, b: Pattern): Pattern {
  const mask = a.mask & b.mask & ~(a.key ^ b.key);
  return { key: a.key & mask, mask };
}

/** Bits of a 32-bit integer that are set. */
export function countBits(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
