import { NEURON_FIELDS, NeuronField, type SpinnakerModel } from '../../ir/spinnaker-neuron.ts';
import { ACCUM_ONE, divideAccum, fractionTimesAccum } from './accum.ts';
import type { Dialect } from './dialect.ts';

/** What a core computes of its neurons' parameters when it starts: one entry a neuron. */
export interface LifConstants {
  /** tau_m / c_m. */
  readonly resistance: Int32Array;
  /** e^(-timestep / tau_m): what a step leaves of v. */
  readonly keep: Int32Array;
  readonly refractorySteps: Int32Array;
  /** By receptor, u0.32: what a step leaves of the synaptic input, and what of a new weight counts in its first step. 0 for `curr-delta`. */
  readonly decay: readonly [Uint32Array, Uint32Array];
  readonly init: readonly [Uint32Array, Uint32Array];
}

/** 1.0 in u0.32, which has no 1.0. */
const FRACTION_MAX = 2 ** 32 - 1;

/**
 * Constants of `parameters.length / NEURON_FIELDS` neurons for a timestep in ms (s16.15), as `neuron_model_initialise` and `decay_and_init`:
 * each division rounds down. Time constants, capacitance and timestep must be positive, the refractory time not negative.
 */
export function deriveConstants(parameters: Int32Array, timestep: number, model: SpinnakerModel, dialect: Dialect): LifConstants {
  const neurons = parameters.length / NEURON_FIELDS;
  const fractions = (): [Uint32Array, Uint32Array] => [new Uint32Array(neurons), new Uint32Array(neurons)];
  const constants: LifConstants = {
    resistance: new Int32Array(neurons),
    keep: new Int32Array(neurons),
    refractorySteps: new Int32Array(neurons),
    decay: fractions(),
    init: fractions(),
  };
  for (let n = 0; n < neurons; n++) {
    const field = (index: number): number => parameters[n * NEURON_FIELDS + index];
    const tau = field(NeuronField.tauMembrane);
    constants.resistance[n] = divideAccum(tau, field(NeuronField.capacitance));
    constants.keep[n] = dialect.exponential(-divideAccum(timestep, tau));
    constants.refractorySteps[n] = dialect.refractorySteps(divideAccum(field(NeuronField.refractoryTime), timestep));
    if (model !== 'curr-exp') continue;
    [NeuronField.tauExcitatory, NeuronField.tauInhibitory].forEach((index, type) => {
      const decay = dialect.exponentialFraction(-divideAccum(timestep, field(index)));
      constants.decay[type][n] = decay;
      constants.init[type][n] = fractionTimesAccum(divideAccum(field(index), timestep), FRACTION_MAX - decay);
    });
  }
  return constants;
}

/** What `curr-delta` multiplies its input by: 1 / timestep, so that a weight moves v by the same whatever the timestep [SP input_type_delta.h]. */
export const deltaScale = (timestep: number): number => divideAccum(ACCUM_ONE, timestep);
