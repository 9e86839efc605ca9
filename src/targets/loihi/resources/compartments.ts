import type { ChipModel } from '../../../ir/chip-model.ts';

/**
 * Compartments that a core can use when its longest synaptic delay is `delayMax`. On Loihi 1 all accumulators share one memory: with b
 * delay bits a synapse delays by up to 2^b - 2 steps (6, 14, 30, 62), and each bit beyond the provisioned ones halves the compartments.
 */
export function compartmentsAllowed(chip: ChipModel, delayMax: number): number {
  const all = chip.limits.compartmentsPerCore.value;
  if (chip.tables === undefined) return all;
  return Math.floor(all / 2 ** Math.max(0, accumulatorBits(delayMax) - chip.tables.delayBits.value));
}

/** Threshold mantissa of a compartment outside its window, where registers keep it silent; null: its own program does. */
export const closedThreshold = ({ operations, limits }: ChipModel): number | null =>
  operations.windows === 'embedded' ? 2 ** limits.thresholdMantissaBits.value - 1 : null;

export const accumulatorBits = (delayMax: number): number => Math.ceil(Math.log2(delayMax + 2));
