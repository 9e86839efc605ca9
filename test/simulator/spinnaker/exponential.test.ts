import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { expAccum, expFraction } from '../../../src/ir/spinnaker-exponential.ts';

const GOLDEN = fileURLToPath(new URL('../../golden/spinnaker/exp_table.json', import.meta.url));
const { rows } = JSON.parse(readFileSync(GOLDEN, 'utf8')) as { rows: [number, number, number][] };

/** e^(numerator / 2^15) * 2^bits, rounded down, from the power series in integers with 128 guard bits. */
function exactExp(numerator: number, bits: number): bigint {
  const unit = 1n << 160n;
  const x = (BigInt(numerator) * unit) >> 15n;
  let [term, sum] = [unit, unit];
  for (let n = 1n; n < 120n; n++) {
    term = (term * x) / (unit * n);
    sum += term;
  }
  return (sum << BigInt(bits)) / unit;
}

describe('the exponentials of spinn_common', () => {
  it('equal the compiled C code on every recorded argument', () => {
    expect(rows.length).toBeGreaterThan(1000);
    for (const [x, accum, fraction] of rows) expect([x, expAccum(x), expFraction(x)]).toEqual([x, accum, fraction]);
  });

  it('stay near e^x, and where x is whole are it, rounded', () => {
    for (let x = -340695; x <= 363408; x += 997) {
      const exact = Number(exactExp(x, 32));
      // e^x below 1 is good to 2^-17; above 1 the same relative to e^x.
      const tolerance = 2 ** 15 * Math.max(1, exact / 2 ** 32);
      expect(Math.abs(expAccum(x) * 2 ** 17 - exact), `expAccum(${x})`).toBeLessThan(tolerance + 2 ** 17);
      if (x < 0) expect(Math.abs(expFraction(x) - exact), `expFraction(${x})`).toBeLessThan(tolerance);
    }
    for (let n = -10; n < 0; n++) expect(expFraction(n * 32768)).toBe(Number((exactExp(n * 32768, 33) + 1n) >> 1n));
    for (let n = 0; n <= 11; n++) expect(expAccum(n * 32768)).toBe(Number(((exactExp(n * 32768, 33) + 1n) >> 1n) >> 17n));
  });

  it('have the corners of the C code', () => {
    expect([expAccum(0), expFraction(0)]).toEqual([32768, 0]);
    expect([expAccum(-340696), expFraction(-340696)]).toEqual([0, 0]);
    expect([expAccum(363409), expFraction(363409)]).toEqual([2 ** 31 - 1, 2 ** 31 - 1]);
    expect(expAccum(363408)).toBeGreaterThan(2 ** 31 - 2 ** 18);
  });
});
