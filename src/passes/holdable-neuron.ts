import type { PopulationNode } from '../ir/network.ts';
import { type DiscreteNeuron, mapParameter, type PerNeuron, type Reset, sharedWhereAlike, valuesOf } from '../ir/neuron.ts';

/** Registers of 12-bit decays, one number where all are the same. */
export function decayRegisters(decay: PerNeuron, toRegister: (decay: number) => number): PerNeuron {
  const register = (value: number): number => toRegister(Math.round((1 - value) * 4096));
  return sharedWhereAlike(mapParameter(decay, register));
}

/** What a chip's LIF can hold. */
export type HoldableNeuron = DiscreteNeuron & { readonly threshold: number };

const isShare = (values: PerNeuron): boolean => valuesOf(values).every((value) => value >= 0 && value <= 1);

/** After normalize-neurons: a start at 0, a reset to it or by subtraction, nothing added per step but past a synaptic current. */
export function isHoldable(neuron: PopulationNode['neuron']): neuron is HoldableNeuron {
  return (
    neuron.parameters === 'discrete' &&
    isShare(neuron.decay) &&
    typeof neuron.threshold === 'number' &&
    neuron.threshold > 0 &&
    (neuron.currentDecay === null || isShare(neuron.currentDecay)) &&
    (neuron.leak === 0 || neuron.currentDecay !== null) &&
    neuron.inputGain === 1 &&
    neuron.initial === 0 &&
    isHoldableReset(neuron.reset)
  );
}

const isHoldableReset = (reset: Reset): boolean =>
  reset.kind === 'to-value' ? reset.value === 0 : valuesOf(reset.amount ?? 1).every((amount) => amount > 0);
