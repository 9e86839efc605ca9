import type { PopulationNode } from '../../../ir/network.ts';
import type { DiscreteNeuron, PerNeuron } from '../../../ir/neuron.ts';

/** A neuron after normalize-neurons that IF_curr_delta or IF_curr_exp computes. */
export type HeldNeuron = DiscreteNeuron & { readonly threshold: number };

export const HELD_NEURONS =
  'held: u = c u + x with c from 0 to below 1, or u = x; v = d v + u with d in 0 .. 1; decays may differ from neuron to neuron; a threshold, a reset to a value, a start at it';

/** Why the neurons of sPyNNaker are not this one; null: they are. */
export function whyNotHeld({ neuron, gate }: PopulationNode): string | null {
  if (neuron.parameters !== 'discrete') return `has ${neuron.parameters} neurons`;
  if (neuron.reset.kind === 'by-subtraction')
    return 'subtracts its threshold at a spike, and neurons of sPyNNaker are set to a value; to fit: train with a reset to a value';
  if (neuron.initial !== 0) return 'starts elsewhere than at its reset value';
  if (!within(neuron.decay, (decay) => decay <= 1)) return 'has a decay outside 0 .. 1';
  if (neuron.currentDecay !== null && !within(neuron.currentDecay, (decay) => decay < 1)) return 'has a synaptic current that never decays';
  if (neuron.currentDecay !== null && gate !== null) return 'gates a synaptic current';
  return isHeld(neuron) ? null : 'has a neuron that could not be brought to one threshold, a gain of 1 and a rest at its reset value';
}

/** A current that lasts has its leak beside it, and the gain that `divideByInit` gave it. */
export const isHeld = (neuron: PopulationNode['neuron']): neuron is HeldNeuron =>
  neuron.parameters === 'discrete' &&
  typeof neuron.threshold === 'number' &&
  neuron.threshold > 0 &&
  (neuron.currentDecay !== null || (neuron.leak === 0 && neuron.inputGain === 1)) &&
  neuron.reset.kind === 'to-value' &&
  neuron.reset.value === 0;

const within = (values: PerNeuron, below: (value: number) => boolean): boolean =>
  (typeof values === 'number' ? [values] : Array.from(values)).every((value) => value >= 0 && below(value));
