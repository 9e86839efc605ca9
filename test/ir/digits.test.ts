import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DigitCode, planeAt, planeCount, writeDigits } from '../../src/ir/digits.ts';

function planesOf(value: number, code: DigitCode): Int32Array | null {
  const planes = new Int32Array(planeCount(code) + 2).fill(0);
  return writeDigits(value, code, planes, 1) ? planes : null;
}

/** What the planes stand for. */
function sumOf(planes: Int32Array, code: DigitCode): number {
  let value = 0;
  for (let plane = 0; plane < planeCount(code); plane++) {
    const { digit, sign } = planeAt(code, plane);
    value += planes[plane + 1] * sign * 2 ** digit;
  }
  return value;
}

describe('digits', () => {
  it('add up to the value, and touch nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 17), max: 2 ** 17 }), (value) => {
        const code = { digits: 18, signed: true };
        const planes = planesOf(value, code) ?? new Int32Array(0);
        expect(sumOf(planes, code)).toBe(value);
        expect([planes[0], planes[planes.length - 1]]).toEqual([0, 0]);
        if (value >= 0) expect(sumOf(planesOf(value, { digits: 18, signed: false }) ?? planes, { digits: 18, signed: false })).toBe(value);
      }),
    );
  });

  it('have no two neighbours set where they are signed, so that a third of them is set on average', () => {
    const code = { digits: 12, signed: true };
    let set = 0;
    for (let value = -1024; value < 1024; value++) {
      const planes = planesOf(value, code) ?? new Int32Array(0);
      const digits = Array.from({ length: 12 }, (_, digit) => planes[1 + 2 * digit] + planes[2 + 2 * digit]);
      for (let i = 0; i < 11; i++) expect(digits[i] + digits[i + 1]).toBeLessThanOrEqual(1);
      set += digits.reduce((sum, digit) => sum + digit, 0);
    }
    expect(set / 2048).toBeLessThan(4);
  });

  it('refuse what does not fit', () => {
    expect(planesOf(8, { digits: 3, signed: false })).toBeNull();
    expect(planesOf(7, { digits: 3, signed: false })).not.toBeNull();
    expect(planesOf(-1, { digits: 3, signed: false })).toBeNull();
    // 7 = 8 - 1 takes four signed digits, 5 = 4 + 1 takes three.
    expect(planesOf(7, { digits: 3, signed: true })).toBeNull();
    expect(planesOf(5, { digits: 3, signed: true })).not.toBeNull();
  });
});
