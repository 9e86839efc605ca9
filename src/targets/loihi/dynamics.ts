import type { ChipModel } from '../../ir/chip-model.ts';
import type { CompartmentGroup } from '../../ir/mapping.ts';
import { notLowered } from '../mapping/schedule.ts';
import type { Owner } from './connectivity.ts';

/** Registers of a population's compartments. */
export function dynamicsOf(
  owner: Owner,
  chip: ChipModel,
): Pick<CompartmentGroup, 'role' | 'currentDecay' | 'voltageDecay' | 'thresholdMantissa' | 'tie'> {
  const { node } = owner;
  if (node.kind === 'readout') {
    // No memory, and a threshold that is never used: the membrane potential of each step is the logit.
    const thresholdMantissa = 2 ** chip.limits.thresholdMantissaBits.value - 1;
    return { role: 'readout', currentDecay: 4095, voltageDecay: 4096, thresholdMantissa };
  }
  if (node.kind === 'integrator') throw notLowered(`${node.id} integrates without firing`);
  const { neuron } = node;
  if (neuron.parameters !== 'integer') throw notLowered(`${node.id} has ${neuron.parameters} neurons`);
  const { currentDecay, voltageDecay, thresholdMantissa } = neuron;
  return { role: 'spiking', currentDecay, voltageDecay, thresholdMantissa, ...(neuron.tie === 'ge' ? { tie: 'ge' } : {}) };
}
