import { roundHalfEven } from '../../ir/round.ts';
import { WEIGHT_BITS } from '../../ir/spinnaker-core.ts';
import { EXCITATORY, INHIBITORY } from '../../ir/spinnaker-neuron.ts';

/** Largest raw weight, and largest value of a slot. */
export const RAW_MAX = 2 ** WEIGHT_BITS - 1;

/** The receptor of a weight. The weight itself is stored without its sign. */
export const receptorOf = (weight: number): number => (weight < 0 ? INHIBITORY : EXCITATORY);

/** What one unit of a raw weight stands for. */
export const weightUnit = (shift: number): number => 2 ** (shift - WEIGHT_BITS + 1);

/**
 * |weight| in units of 2^(shift - 15), half to even, as sPyNNaker rounds. It then keeps the lower 16 bits without a word; here a raw weight
 * beyond RAW_MAX is for the caller to refuse.
 */
export const rawWeight = (weight: number, shift: number): number => roundHalfEven(Math.abs(weight) / weightUnit(shift));
