import type { IntegratorNode, ReadoutNode } from '../ir/network.ts';
import { at, type DiscreteMembrane } from '../ir/neuron.ts';

type Values = number | ArrayLike<number>;

/** A DiscreteMembrane, with arrays of any kind. */
export interface MembraneValues {
  readonly decay: Values;
  readonly leak: Values;
  readonly inputGain: Values;
  readonly currentDecay: Values | null;
  readonly initial: Values;
}

/** Synaptic currents and potentials of membranes, between steps. */
export interface MembraneState {
  readonly u: Float64Array;
  readonly v: Float64Array;
}

export const restOf = ({ initial }: MembraneValues, size: number): MembraneState => ({
  u: new Float64Array(size),
  v: Float64Array.from({ length: size }, (_, n) => Math.fround(at(initial, n))),
});

/** Potentials [steps, size] of membranes that never fire, driven by `current` [steps, size]: DiscreteMembrane's equations in float32; `state` goes on. */
export function integrate(
  membrane: MembraneValues,
  current: Float32Array,
  size: number,
  state: MembraneState = restOf(membrane, size),
): Float32Array {
  const { decay, leak, inputGain, currentDecay } = membrane;
  const potentials = new Float32Array(current.length);
  for (let i = 0; i < current.length; i++) {
    const n = i % size;
    const u = currentDecay === null ? current[i] : Math.fround(at(currentDecay, n) * state.u[n] + current[i]);
    const v = Math.fround(Math.fround(at(decay, n) * state.v[n] + at(leak, n)) + Math.fround(at(inputGain, n) * u));
    state.u[n] = u;
    state.v[n] = v;
    potentials[i] = v;
  }
  return potentials;
}

/** The membrane of a node in timesteps. */
export function discreteOf({ name, membrane }: IntegratorNode | ReadoutNode): DiscreteMembrane {
  if (membrane?.parameters === 'discrete') return membrane;
  throw new Error(`${name} is in continuous time: discretize it first`);
}
