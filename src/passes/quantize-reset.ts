import type { ChipModel } from '../ir/chip-model.ts';
import type { PopulationNode, ReadoutNode } from '../ir/network.ts';
import { type DiscreteNeuron, hasSoftReset, mapParameter, type PerNeuron, sharedWhereAlike, valuesOf } from '../ir/neuron.ts';

/** What a spike takes away, in the units of the neuron; null: it sets the potential to a value. */
const amountOf = ({ reset, threshold }: DiscreteNeuron): PerNeuron | null =>
  reset.kind === 'to-value' ? null : (reset.amount ?? threshold);

/** The largest power of two of units for 1.0 at which the chip's state holds what a spike takes away. */
export function resetPowerMax(node: PopulationNode | ReadoutNode, chip: ChipModel): number {
  const amount = node.kind === 'population' && node.neuron.parameters === 'discrete' ? amountOf(node.neuron) : null;
  if (amount === null) return Number.POSITIVE_INFINITY;
  const largest = valuesOf(amount).reduce((a, b) => Math.max(a, b), 0);
  return Math.floor(Math.log2(amountMax(chip) / largest));
}

/** `amount` in integer units, each rounded to the nearest; null: the spikes of the neuron set the potential to 0. */
export function quantizeReset(neuron: DiscreteNeuron, unit: number): PerNeuron | null {
  const amount = amountOf(neuron);
  return amount === null ? null : sharedWhereAlike(mapParameter(amount, (each) => Math.round(each * unit)));
}

/**
 * How many times the largest current the potential may be, in a clip of `steps`: what spikes leave of it adds up, sum of decay^k. 1 where they
 * set it to a value.
 */
export function timesOfCurrent(node: PopulationNode | ReadoutNode, steps: number): number {
  if (node.kind !== 'population' || node.neuron.parameters !== 'discrete' || !hasSoftReset(node.neuron)) return 1;
  const decay = valuesOf(node.neuron.decay).reduce((a, b) => Math.max(a, b), 0);
  return Math.min(steps, 1 / (1 - decay));
}

/** The most that a spike can take away: the largest potential. */
export const amountMax = ({ limits }: ChipModel): number => 2 ** (limits.stateBits.value - 1) - 1;
