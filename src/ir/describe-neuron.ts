import { type Membrane, type Neuron, type PerNeuron, type Reset, valuesOf } from './neuron.ts';

/** Numbers, or words such as the tie rule; a range where neurons differ; null for what the neuron does not have. */
export type NeuronParameters = Readonly<Record<string, string | number | null>>;

/** 'LIF', 'IF' (no leak), or 'CUBA-LIF' and 'CUBA-IF' with a synaptic current. */
export function neuronKind(neuron: Neuron): string {
  switch (neuron.parameters) {
    case 'continuous':
      return named(neuron.synapticTimeConstantS !== null, neuron.timeConstantS !== null);
    case 'discrete':
      return named(
        neuron.currentDecay !== null,
        valuesOf(neuron.decay).some((decay) => decay !== 1),
      );
    case 'integer':
      return named(
        valuesOf(neuron.currentDecay).some((decay) => decay < NO_CURRENT_MEMORY),
        valuesOf(neuron.voltageDecay).some((decay) => decay > 0),
      );
    case 'accum':
      return named(neuron.synapticTimeConstant !== undefined, true);
  }
}

/** With this register the current of a step is gone in the next: dec(u, 4096) = 0. */
const NO_CURRENT_MEMORY = 4095;

const named = (current: boolean, leak: boolean): string => `${current ? 'CUBA-' : ''}${leak ? 'LIF' : 'IF'}`;

/** The parameters under the names of the equations in neuron.ts. */
export function neuronParameters(neuron: Neuron): NeuronParameters {
  switch (neuron.parameters) {
    case 'continuous':
      return {
        ...membraneParameters(neuron),
        threshold: shown(neuron.threshold),
        fires: fires(neuron.tie),
        reset: shownReset(neuron.reset),
      };
    case 'discrete':
      return {
        ...membraneParameters(neuron),
        threshold: shown(neuron.threshold),
        fires: fires(neuron.tie),
        reset: shownReset(neuron.reset),
      };
    case 'integer':
      return {
        currentDecay: shown(neuron.currentDecay),
        voltageDecay: shown(neuron.voltageDecay),
        thresholdMantissa: neuron.thresholdMantissa,
        fires: fires(neuron.tie ?? 'gt'),
        ...(neuron.resetAmount === undefined ? {} : { reset: `by subtraction of ${shown(neuron.resetAmount)}` }),
        unit: neuron.unit,
      };
    case 'accum':
      return {
        timeConstant: shown(neuron.timeConstant),
        capacitance: shown(neuron.capacitance),
        synapticTimeConstant: shown(neuron.synapticTimeConstant ?? null),
        threshold: neuron.threshold,
        unit: neuron.unit,
      };
  }
}

/** Of a membrane, whether it fires or not. */
export function membraneParameters(membrane: Membrane): NeuronParameters {
  if (membrane.parameters === 'continuous') {
    const { timeConstantS, synapticTimeConstantS, resistance, leak } = membrane;
    return {
      timeConstantS: shown(timeConstantS),
      synapticTimeConstantS: shown(synapticTimeConstantS),
      resistance: shown(resistance),
      leak: shown(leak),
    };
  }
  const { decay, leak, inputGain, currentDecay, initial } = membrane;
  return {
    decay: shown(decay),
    leak: shown(leak),
    inputGain: shown(inputGain),
    currentDecay: shown(currentDecay),
    initial: shown(initial),
  };
}

const fires = (tie: 'ge' | 'gt'): string => (tie === 'ge' ? 'v >= threshold' : 'v > threshold');

function shownReset(reset: Reset): string {
  if (reset.kind === 'to-value') return `to ${shown(reset.value)}`;
  return reset.amount === undefined ? 'by subtraction' : `by subtraction of ${shown(reset.amount)}`;
}

function shown(value: PerNeuron | null): string | number | null {
  if (value === null || typeof value === 'number') return value;
  const least = value.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = value.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return least === most ? least : `${least}..${most} per neuron`;
}
