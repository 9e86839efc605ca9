/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values spread evenly over [low, high), in float32. */
export const uniform = (random: Random, length: number, low: number, high: number): Float32Array =>
  Float32Array.from({ length }, () => low + (high - low) * random());

/** An integer in [0, below). */
export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

export const pick = <Item>(random: Random, items: readonly Item[]): Item => items[below(random, items.length)];
