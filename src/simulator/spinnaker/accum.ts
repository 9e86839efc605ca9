/**
 * `accum`, the signed 16.15 fixed point of SpiNNaker's ARM cores, as raw 32-bit integers: 1.0 is 32768. Every product here is exact without
 * 64-bit integers: a factor is cut into 16-bit halves, and what remains stays below 2^53.
 */
export const ACCUM_ONE = 32768;
const ACCUM_MAX = 2 ** 31 - 1;
const ACCUM_MIN = -(2 ** 31);

/** (x * y + 2^14) >> 15, clamped to 32 bits: `MULT_ROUND_NEAREST_ACCUM` of spinn_common (round.h), which rounds half up. */
export function multiplyRounded(x: number, y: number): number {
  const product = 2 * (x >> 16) * y + Math.floor(((x & 0xffff) * y + 0x4000) / 0x8000);
  return product > ACCUM_MAX ? ACCUM_MAX : product < ACCUM_MIN ? ACCUM_MIN : product;
}

/** (x * y) >> 15: what `*` of two accums compiles to. Rounds down, and wraps where `multiplyRounded` clamps [INF: of libgcc, not seen run]. */
export function multiplyTruncated(x: number, y: number): number {
  return (2 * (x >> 16) * y + Math.floor(((x & 0xffff) * y) / 0x8000)) | 0;
}

/** (x * factor) >> 32, rounding down; factor is a u0.32 fraction, 0 .. 2^32 - 1 (`decay_s1615`). */
export function decayAccum(x: number, factor: number): number {
  return Math.floor(((x >> 16) * factor + Math.floor(((x & 0xffff) * factor) / 0x10000)) / 0x10000);
}

/** a / b of positive accums, rounding down; a quotient beyond 32 bits loses its upper bits (`kdivk`). */
export function divideAccum(a: number, b: number): number {
  return Math.floor((a * ACCUM_ONE) / b) | 0;
}

/** The u0.32 product of an accum and a u0.32 fraction; upper bits are lost (`decay_s1615_to_u032`). Both non-negative. */
export function fractionTimesAccum(x: number, fraction: number): number {
  return (2 * (x >> 16) * fraction + Math.floor(((x & 0xffff) * fraction) / 0x8000)) >>> 0;
}

/** Smallest integer that is not below an accum. */
export const ceilAccum = (x: number): number => (x >> 15) + ((x & 0x7fff) > 0 ? 1 : 0);
