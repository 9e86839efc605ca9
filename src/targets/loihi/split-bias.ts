import type { ChipModel } from '../../ir/chip-model.ts';

/** A bias register pair: mantissa << exponent. */
export interface BiasParts {
  readonly mantissa: number;
  readonly exponent: number;
}

/** The bias with the smallest exponent that holds it exactly; null where none does. */
export function splitBias(bias: number, limits: ChipModel['limits']): BiasParts | null {
  const mantissaMax = biasMantissaMax(limits);
  for (let exponent = 0; exponent <= limits.biasExponent.value; exponent++) {
    const mantissa = bias / 2 ** exponent;
    // `+ 0` turns -0 into 0.
    if (Number.isInteger(mantissa) && Math.abs(mantissa) <= mantissaMax) return { mantissa: mantissa + 0, exponent };
  }
  return null;
}

/** The sign takes one bit, and the most negative code is not used. */
export const biasMantissaMax = (limits: ChipModel['limits']): number => 2 ** (limits.biasMantissaBits.value - 1) - 1;
