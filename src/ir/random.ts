/** Numbers in [0, 1), the same for the same seed on every machine. */
export type Random = () => number;

/** Tommy Ettinger's mulberry32: 32 bits of state, integer operations only. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Uniform integer in 0 .. bound - 1. */
export const randomBelow = (random: Random, bound: number): number => Math.floor(random() * bound);

/** A uniform permutation of 0 .. length - 1 (Fisher and Yates). */
export function randomPermutation(random: Random, length: number): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = randomBelow(random, i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
