/**
 * An integer as digits, each sent as a spike of its own: plane k of a channel fires where digit k is set. Unsigned: binary digits 0 and 1,
 * plane = digit. Signed: digits -1, 0 and 1 in non-adjacent form, which sets the fewest (Reitwiesner 1960: a third of them on average);
 * plane 2 k stands for +2^k, plane 2 k + 1 for -2^k.
 */
export interface DigitCode {
  readonly digits: number;
  readonly signed: boolean;
}

/** A plane's value is `sign` * 2^digit. */
export interface DigitPlane {
  readonly digit: number;
  readonly sign: 1 | -1;
}

/** Digits of the largest code: values are 32-bit integers. */
export const DIGITS_MAX = 31;

export const planeCount = ({ digits, signed }: DigitCode): number => (signed ? 2 * digits : digits);

export const planeAt = ({ signed }: DigitCode, plane: number): DigitPlane =>
  signed ? { digit: Math.floor(plane / 2), sign: plane % 2 === 0 ? 1 : -1 } : { digit: plane, sign: 1 };

/** Writes 1 into `planes[first + plane]` for every digit of `value`. False where the code has too few digits, or no sign. */
export function writeDigits(value: number, code: DigitCode, planes: Int32Array, first: number): boolean {
  if (value < 0 && !code.signed) return false;
  let rest = value;
  for (let digit = 0; rest !== 0; digit++) {
    if (digit === code.digits) return false;
    if (rest % 2 !== 0) {
      // 1 where the rest leaves 1 when divided by 4, -1 where it leaves 3.
      const one = code.signed && ((rest % 4) + 4) % 4 === 3 ? -1 : 1;
      rest -= one;
      planes[first + (code.signed ? 2 * digit + (one === 1 ? 0 : 1) : digit)] = 1;
    }
    rest /= 2;
  }
  return true;
}
