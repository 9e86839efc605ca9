import type { Stream } from '../../ir/accumulate.ts';
import { type AccumNeuron, at } from '../../ir/neuron.ts';
import { NEURON_FIELDS, NeuronField } from '../../ir/spinnaker-neuron.ts';
import { ACCUM_ONE, decayAccum, multiplyRounded } from '../spinnaker/accum.ts';
import { ROUNDED } from '../spinnaker/dialect.ts';
import { deriveConstants, type LifConstants } from '../spinnaker/lif-constants.ts';
import { type IntegerSpikes, initialState, type NeuronState } from './neurons.ts';

/**
 * Steps a population of SpiNNaker's neurons through its currents [steps, size], raw accums: one for each receptor where currents decay
 * (`byReceptor`), else one, since sums of accums that do not overflow do not depend on their order. `overflows` counts numbers that left 32
 * bits, `peak` is the largest |v|.
 */
export function stepAccum(
  neuron: AccumNeuron,
  arriving: readonly Int32Array[],
  bias: Int32Array | null,
  gate: Stream | null,
  size: number,
  state: NeuronState = initialState(neuron, size),
): IntegerSpikes {
  const { resistance, keep, decay, init } = constantsOf(neuron, size);
  const spikes = new Int32Array(arriving[0].length);
  const decays = neuron.synapticTimeConstant !== undefined;
  let overflows = 0;
  let peak = 0;
  /** The current of a receptor in this step, from magnitudes of weights; the state is what a step leaves of it. */
  const received = (i: number, n: number, receptor: 0 | 1): number => {
    const u = state.u[receptor][n] + decayAccum(Math.abs(arriving[receptor][i]), init[receptor][n]);
    if ((u | 0) !== u) overflows++;
    state.u[receptor][n] = decayAccum(u | 0, decay[receptor][n]);
    return u | 0;
  };
  for (let n = 0; n < size; n++) {
    let v = state.v[n];
    for (let i = n; i < spikes.length; i += size) {
      const open = gate === null || gate[i] > 0;
      const input = decays ? received(i, n, 0) - received(i, n, 1) : arriving[0][i];
      const current = open ? input + (bias === null ? 0 : bias[n]) : 0;
      const target = multiplyRounded(current | 0, resistance[n]);
      const gap = target - v;
      const h = target - multiplyRounded(keep[n], gap | 0);
      if ((current | 0) !== current || (gap | 0) !== gap || (h | 0) !== h || Math.abs(target) >= ACCUM_LIMIT) overflows++;
      peak = Math.max(peak, Math.abs(h));
      v = h | 0;
      if (v < neuron.threshold) continue;
      spikes[i] = 1;
      v = 0;
    }
    state.v[n] = v;
  }
  return { spikes, overflows, peak };
}

/** Products beyond it were clamped. */
const ACCUM_LIMIT = 2 ** 31 - 1;

/** What the core derives of its neurons' parameters. */
function constantsOf({ timeConstant, capacitance, synapticTimeConstant = ACCUM_ONE }: AccumNeuron, size: number): LifConstants {
  const parameters = new Int32Array(size * NEURON_FIELDS);
  for (let n = 0; n < size; n++) {
    const first = n * NEURON_FIELDS;
    parameters[first + NeuronField.tauMembrane] = at(timeConstant, n);
    parameters[first + NeuronField.capacitance] = at(capacitance, n);
    parameters[first + NeuronField.tauExcitatory] = at(synapticTimeConstant, n);
    parameters[first + NeuronField.tauInhibitory] = at(synapticTimeConstant, n);
  }
  return deriveConstants(parameters, ACCUM_ONE, 'curr-exp', ROUNDED);
}
