import { at, type Neuron, type PerNeuron, type Reset } from '../ir/neuron.ts';

/** The same neurons in another order: number i is number order[i] of those given. */
export function orderedNeuron(neuron: Neuron, order: Int32Array): Neuron {
  const each = (value: PerNeuron): PerNeuron => (typeof value === 'number' ? value : Float64Array.from(order, (n) => at(value, n)));
  const orNull = (value: PerNeuron | null): PerNeuron | null => (value === null ? null : each(value));
  switch (neuron.parameters) {
    case 'continuous':
      return {
        ...neuron,
        timeConstantS: orNull(neuron.timeConstantS),
        synapticTimeConstantS: orNull(neuron.synapticTimeConstantS),
        resistance: each(neuron.resistance),
        leak: each(neuron.leak),
        threshold: each(neuron.threshold),
        reset: orderedReset(neuron.reset, each),
      };
    case 'discrete':
      return {
        ...neuron,
        decay: each(neuron.decay),
        leak: each(neuron.leak),
        inputGain: each(neuron.inputGain),
        currentDecay: orNull(neuron.currentDecay),
        threshold: each(neuron.threshold),
        reset: orderedReset(neuron.reset, each),
        initial: each(neuron.initial),
      };
    case 'integer': {
      const { resetAmount } = neuron;
      return {
        ...neuron,
        currentDecay: each(neuron.currentDecay),
        voltageDecay: each(neuron.voltageDecay),
        ...(resetAmount === undefined ? {} : { resetAmount: each(resetAmount) }),
      };
    }
    case 'accum': {
      const { synapticTimeConstant } = neuron;
      return {
        ...neuron,
        timeConstant: each(neuron.timeConstant),
        capacitance: each(neuron.capacitance),
        ...(synapticTimeConstant === undefined ? {} : { synapticTimeConstant: each(synapticTimeConstant) }),
      };
    }
  }
}

function orderedReset(reset: Reset, each: (value: PerNeuron) => PerNeuron): Reset {
  switch (reset.kind) {
    case 'to-value':
      return { ...reset, value: each(reset.value) };
    case 'by-subtraction':
      return reset.amount === undefined ? reset : { ...reset, amount: each(reset.amount) };
  }
}
