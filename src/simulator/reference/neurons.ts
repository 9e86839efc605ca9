import type { Stream } from '../../ir/accumulate.ts';
import type { TargetNode } from '../../ir/network.ts';
import { type AccumNeuron, at, type DiscreteNeuron, type IntegerNeuron } from '../../ir/neuron.ts';
import { receptorsOf } from './receptors.ts';

/** Synaptic currents, by receptor, and membrane potential of every neuron of a population, between steps. */
export interface NeuronState {
  readonly u: readonly Float64Array[];
  readonly v: Float64Array;
  /** Steps of a neuron that left another potential behind than they found, summed over the population; the first step of each always counts. */
  updates: number;
  /** Nothing has been stepped yet. */
  fresh: boolean;
}

/** What a population begins a clip with. */
export function initialState(neuron: DiscreteNeuron | IntegerNeuron | AccumNeuron, size: number): NeuronState {
  const v = (n: number): number => (neuron.parameters === 'discrete' ? Math.fround(at(neuron.initial, n)) : 0);
  const u = Array.from({ length: receptorsOf(neuron) }, () => new Float64Array(size));
  return { u, v: Float64Array.from({ length: size }, (_, n) => v(n)), updates: 0, fresh: true };
}

/** Steps a population of discrete neurons through its currents [steps, size], in float32; `state` goes on. Returns spikes of the same shape. */
export function stepDiscrete(
  neuron: DiscreteNeuron,
  current: Float32Array,
  gate: Stream | null,
  size: number,
  state: NeuronState = initialState(neuron, size),
): Float32Array {
  const spikes = new Float32Array(current.length);
  for (let n = 0; n < size; n++) {
    const decay = at(neuron.decay, n);
    const leak = at(neuron.leak, n);
    const gain = at(neuron.inputGain, n);
    const threshold = Math.fround(at(neuron.threshold, n));
    const amount = neuron.reset.kind === 'by-subtraction' ? at(neuron.reset.amount ?? threshold, n) : 0;
    const strict = neuron.tie === 'gt';
    let u = state.u[0][n];
    let v = state.v[n];
    for (let i = n; i < current.length; i += size) {
      const x = gate === null ? current[i] : Math.fround(current[i] * gate[i]);
      u = neuron.currentDecay === null ? x : Math.fround(at(neuron.currentDecay, n) * u + x);
      const h = Math.fround(Math.fround(decay * v + leak) + Math.fround(gain * u));
      const fires = strict ? h > threshold : h >= threshold;
      const before = v;
      v = h;
      if (fires) {
        spikes[i] = 1;
        v = neuron.reset.kind === 'to-value' ? Math.fround(at(neuron.reset.value, n)) : Math.fround(h - amount);
      }
      if (v !== before || (i === n && state.fresh)) state.updates++;
    }
    state.u[0][n] = u;
    state.v[n] = v;
  }
  state.fresh = false;
  return spikes;
}

/** Spikes of a population in a chip's integers, and how often a current left 24 bits, or a potential that a spike does not set to 0. */
export interface IntegerSpikes {
  readonly spikes: Int32Array;
  readonly overflows: number;
  /** Largest |v| before clipping. */
  readonly peak: number;
}

/** Bias and normalisation of the sums [steps, size] that projections brought, in place: normalization(sum + bias), in float32. */
export function finishCurrent({ bias, normalization, size }: TargetNode, out: Float32Array): void {
  if (bias !== null) {
    for (let first = 0; first < out.length; first += size) for (let n = 0; n < size; n++) out[first + n] += bias[n];
  }
  if (normalization === null) return;
  const { mean, variance, scale, shift, epsilon } = normalization;
  const deviation = Float64Array.from(variance, (v) => Math.sqrt(v + epsilon));
  for (let first = 0; first < out.length; first += size) {
    for (let n = 0; n < size; n++) out[first + n] = ((out[first + n] - mean[n]) / deviation[n]) * scale[n] + shift[n];
  }
}

const V_MAX = 2 ** 23 - 1;

/** The same for Loihi's integers: see IntegerNeuron. `arriving` are sums of mantissas << exponent, before the << 6. */
export function stepInteger(
  neuron: IntegerNeuron,
  arriving: Int32Array,
  bias: Int32Array | null,
  gate: Stream | null,
  size: number,
  state: NeuronState = initialState(neuron, size),
): IntegerSpikes {
  const spikes = new Int32Array(arriving.length);
  // v is whole: at the threshold or above it is above one unit less.
  const threshold = neuron.thresholdMantissa * 64 - (neuron.tie === 'ge' ? 1 : 0);
  const { resetAmount } = neuron;
  let overflows = 0;
  let peak = 0;
  for (let n = 0; n < size; n++) {
    const keepU = 4096 - at(neuron.currentDecay, n) - 1;
    const keepV = 4096 - at(neuron.voltageDecay, n);
    let u = state.u[0][n];
    let v = state.v[n];
    for (let i = n; i < arriving.length; i += size) {
      const open = gate === null || gate[i] > 0;
      const wide = decayed(u, keepU) + (open ? arriving[i] * 64 : 0);
      u = wrapCurrent(wide);
      if (u !== wide) overflows++;
      const h = decayed(v, keepV) + u + (open && bias !== null ? bias[n] : 0);
      if (Math.abs(h) > peak) peak = Math.abs(h);
      const before = v;
      v = Math.max(-V_MAX, Math.min(V_MAX, h));
      if (v !== h && resetAmount !== undefined) overflows++;
      if (v > threshold) {
        spikes[i] = 1;
        v = resetAmount === undefined ? 0 : v - at(resetAmount, n);
      }
      if (v !== before || (i === n && state.fresh)) state.updates++;
    }
    state.u[0][n] = u;
    state.v[n] = v;
  }
  state.fresh = false;
  return { spikes, overflows, peak };
}

/** sign(x) * ((|x| * keep) >> 12), exact: |x| < 2^24 and keep <= 2^12 stay inside a double. */
function decayed(x: number, keep: number): number {
  const magnitude = Math.floor((Math.abs(x) * keep) / 4096);
  return x < 0 ? -magnitude : magnitude;
}

/** Lava's rule: +2^23 is kept, -2^23 becomes +2^23. */
function wrapCurrent(u: number): number {
  if (u > 2 ** 23) return u - 2 ** 24;
  return u <= -(2 ** 23) ? u + 2 ** 24 : u;
}
