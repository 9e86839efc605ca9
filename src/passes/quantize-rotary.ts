import { type ChipModel, integerBits } from '../ir/chip-model.ts';
import type { RotaryNode } from '../ir/network.ts';

/** Fixed-point grid of a rotated current: multiples of 2^-fractionBits. */
export interface RotaryGrid {
  readonly fractionBits: number;
}

/** More than 16 fractional bits change no spike (measured on the trained models, docs/quantization.md). */
const FRACTION_BITS_MAX = 16;
/** The chip shifts an arriving payload left by 6. */
const INPUT_SHIFT = 6;
/** A membrane that halves in each step holds at most twice the largest current. */
const LEAK_FACTOR = 2;

/** As many fractional bits as payloads (or digits) and state registers leave for the largest rotated value, |direct| + |partner|. */
export function rotaryGrid(node: RotaryNode, chip: ChipModel): RotaryGrid {
  let largest = 0;
  for (let i = 0; i < node.direct.length; i++) largest = Math.max(largest, Math.abs(node.direct[i]) + Math.abs(node.partner[i]));
  const inState = Math.floor(Math.log2(2 ** (chip.limits.stateBits.value - 1) / (largest * LEAK_FACTOR))) - INPUT_SHIFT;
  const inPayload = integerBits(chip) - 1 - Math.ceil(Math.log2(largest));
  return { fractionBits: Math.max(0, Math.min(FRACTION_BITS_MAX, inState, inPayload)) };
}

/**
 * Tables as integers, every product rounded down: x is 0 or 1, so the products are the table's own entries. cos(0) = 1 stays exactly 1
 * and fires; cos(0.001) falls below 1 and must not.
 */
export function quantizeRotary(node: RotaryNode, grid: RotaryGrid): RotaryNode {
  const down = (table: ArrayLike<number>): Int32Array => Int32Array.from(table, (value) => Math.floor(value * 2 ** grid.fractionBits));
  return { ...node, direct: down(node.direct), partner: down(node.partner), fractionBits: grid.fractionBits };
}
