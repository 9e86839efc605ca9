import type { ChipModel } from '../ir/chip-model.ts';
import { roundHalfEven } from '../ir/round.ts';

/** Largest unit power for which every bias still fits its register. */
export function biasPowerMax(bias: Float32Array | Int32Array | null, chip: ChipModel): number {
  let largest = 0;
  for (let i = 0; i < (bias?.length ?? 0); i++) largest = Math.max(largest, Math.abs(bias === null ? 0 : bias[i]));
  if (largest === 0) return Number.POSITIVE_INFINITY;
  return Math.floor(Math.log2((mantissaMax(chip) * 2 ** chip.limits.biasExponent.value) / largest));
}

/**
 * Biases in integer units, each one that a mantissa and an exponent can hold, nearest. `tieBonus` is added first: with the chip's strict
 * comparison, v + 1 > threshold is v >= threshold. Where a large bias leaves no room for a single unit it is rounded away; ties matter in
 * populations without bias (rotated currents, attention), and there it is exact.
 */
export function quantizeBias(
  bias: Float32Array | Int32Array | null,
  size: number,
  unit: number,
  tieBonus: number,
  chip: ChipModel,
  exponentLeast = 0,
): Int32Array | null {
  if (bias === null && tieBonus === 0) return null;
  return Int32Array.from({ length: size }, (_, i) => nearest((bias === null ? 0 : bias[i] * unit) + tieBonus, chip, exponentLeast));
}

function nearest(value: number, chip: ChipModel, exponentLeast: number): number {
  const limit = mantissaMax(chip);
  for (let exponent = exponentLeast; exponent <= chip.limits.biasExponent.value; exponent++) {
    const mantissa = roundHalfEven(value / 2 ** exponent);
    if (Math.abs(mantissa) <= limit) return mantissa * 2 ** exponent;
  }
  throw new Error(`a bias of ${value} units does not fit; the unit was chosen so that it should`);
}

const mantissaMax = (chip: ChipModel): number => 2 ** (chip.limits.biasMantissaBits.value - 1) - 1;
