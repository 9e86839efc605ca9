import type { NeuronField, SpinnakerModel } from '../../../ir/spinnaker-neuron.ts';
import type { StructLayout } from './bit-fields.ts';
import { DELTA_INPUT, DELTA_SYNAPSES, EXP_SYNAPSES, LIF_PARAMETERS, THRESHOLD } from './layouts.ts';

export type NeuronFieldName = keyof typeof NeuronField | 'timestep';

/** The equations of a neuron are stepped this often in a timestep. */
export const STEPS_PER_TIMESTEP = 1;

/** Arrays of the region of neuron parameters, in the order of neuron_impl_standard.h: neuron, input, threshold, synapses. */
export function neuronStructs(model: SpinnakerModel): readonly StructLayout<NeuronFieldName>[] {
  switch (model) {
    case 'curr-exp':
      return [LIF_PARAMETERS, THRESHOLD, EXP_SYNAPSES];
    case 'curr-delta':
    case 'gated-delta':
      return [LIF_PARAMETERS, DELTA_INPUT, THRESHOLD, DELTA_SYNAPSES];
  }
}
