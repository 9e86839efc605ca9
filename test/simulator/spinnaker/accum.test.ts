import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ceilAccum,
  decayAccum,
  divideAccum,
  fractionTimesAccum,
  multiplyRounded,
  multiplyTruncated,
} from '../../../src/simulator/spinnaker/accum.ts';

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const corners = fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 32768, -32768, 65535, -65536, 16384, -16384);
const int32 = fc.oneof(fc.integer(INT32), fc.integer({ min: -70000, max: 70000 }), corners);
const uint32 = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 31));
const positive = fc.oneof(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 100 }));

const clamp = (x: bigint): bigint => (x > 2n ** 31n - 1n ? 2n ** 31n - 1n : x < -(2n ** 31n) ? -(2n ** 31n) : x);
const runs = { numRuns: 5000 };

/** Object.is tells -0 from 0. */
function same(computed: number, exact: bigint): void {
  expect(Object.is(computed, Number(exact)), `${computed}, not ${exact}`).toBe(true);
}

describe('accum arithmetic equals 64-bit integers', () => {
  it('multiplyRounded', () => {
    fc.assert(
      fc.property(int32, int32, (x, y) => same(multiplyRounded(x, y), clamp((BigInt(x) * BigInt(y) + 2n ** 14n) >> 15n))),
      runs,
    );
  });

  it('multiplyTruncated', () => {
    fc.assert(
      fc.property(int32, int32, (x, y) => same(multiplyTruncated(x, y), BigInt.asIntN(32, (BigInt(x) * BigInt(y)) >> 15n))),
      runs,
    );
  });

  it('decayAccum', () => {
    fc.assert(
      fc.property(int32, uint32, (x, factor) => same(decayAccum(x, factor), (BigInt(x) * BigInt(factor)) >> 32n)),
      runs,
    );
  });

  it('divideAccum', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => same(divideAccum(a, b), BigInt.asIntN(32, (BigInt(a) << 15n) / BigInt(b)))),
      runs,
    );
  });

  it('fractionTimesAccum', () => {
    fc.assert(
      fc.property(positive, uint32, (x, fraction) =>
        same(fractionTimesAccum(x, fraction), BigInt.asUintN(32, (BigInt(x) * BigInt(fraction)) >> 15n)),
      ),
      runs,
    );
  });

  it('rounds half up, truncates down, and takes a ceiling', () => {
    expect([multiplyRounded(1, 16384), multiplyRounded(-1, 16384), multiplyRounded(-3, 16384)]).toEqual([1, 0, -1]);
    expect([multiplyTruncated(1, 16384), multiplyTruncated(-1, 16384), multiplyTruncated(-3, 16384)]).toEqual([0, -1, -2]);
    expect([0, 1, 32768, 32769, -1].map(ceilAccum)).toEqual([0, 1, 1, 2, 0]);
  });
});
