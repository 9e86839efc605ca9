import type { Stream } from '../../ir/accumulate.ts';
import type { AccumNeuron } from '../../ir/neuron.ts';
import { NEURON_FIELDS, NeuronField } from '../../ir/spinnaker-neuron.ts';
import { ACCUM_ONE, multiplyRounded } from '../spinnaker/accum.ts';
import { ROUNDED } from '../spinnaker/dialect.ts';
import { deriveConstants } from '../spinnaker/lif-constants.ts';
import { type IntegerSpikes, initialState, type NeuronState } from './neurons.ts';

/**
 * Steps a population of SpiNNaker's neurons through its currents [steps, size], raw accums. Where nothing overflows, sums of accums do not
 * depend on their order, so that one signed current stands for both receptors. `overflows` counts numbers that left 32 bits, `peak` is the
 * largest |v|.
 */
export function stepAccum(
  neuron: AccumNeuron,
  arriving: Int32Array,
  bias: Int32Array | null,
  gate: Stream | null,
  size: number,
  state: NeuronState = initialState(neuron, size),
): IntegerSpikes {
  const { resistance, keep } = constantsOf(neuron);
  const spikes = new Int32Array(arriving.length);
  let overflows = 0;
  let peak = 0;
  for (let n = 0; n < size; n++) {
    let v = state.v[n];
    for (let i = n; i < arriving.length; i += size) {
      const open = gate === null || gate[i] > 0;
      const current = open ? arriving[i] + (bias === null ? 0 : bias[n]) : 0;
      const target = multiplyRounded(current | 0, resistance);
      const gap = target - v;
      const h = target - multiplyRounded(keep, gap | 0);
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

/** What the core derives of a neuron's parameters. */
function constantsOf({ timeConstant, capacitance }: AccumNeuron): { readonly resistance: number; readonly keep: number } {
  const parameters = new Int32Array(NEURON_FIELDS);
  parameters[NeuronField.tauMembrane] = timeConstant;
  parameters[NeuronField.capacitance] = capacitance;
  const { resistance, keep } = deriveConstants(parameters, ACCUM_ONE, 'curr-delta', ROUNDED);
  return { resistance: resistance[0], keep: keep[0] };
}
