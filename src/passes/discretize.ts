import { failure } from '../diagnostics/index.ts';
import type { Network, NetworkNode, TargetNode } from '../ir/network.ts';
import { at, type ContinuousMembrane, type DiscreteMembrane, type PerNeuron } from '../ir/neuron.ts';
import type { Discretization, Pass, PassContext } from './pass.ts';

/**
 * Continuous neurons as difference equations of one timestep. With k = dt / tau (forward Euler) or 1 - exp(-dt / tau) (exponential):
 *
 *   tau dv/dt = (leak - v) + R x      h[t] = (1 - k) v[t-1] + k leak + k R x[t]
 *   dv/dt = R x                       h[t] = v[t-1] + dt R x[t], dt = 1 where no timestep is given
 *   tau_syn di/dt = -i + x            i[t] = (1 - k_syn) i[t-1] + k_syn x[t]; the factor k_syn joins the input gain
 *
 * An input of 1 is held for one timestep. The state starts at 0. The current of a step acts in the same step, as on Loihi.
 */
export const discretize: Pass = {
  name: 'discretize',
  description: 'neurons in seconds and volts as neurons in timesteps',
  run: discretizeNetwork,
};

/** The same for what has no chip yet: the float network is simulated in timesteps. */
export function discretizeNetwork(network: Network, context: Pick<PassContext, 'timestepS' | 'discretization'>): Network {
  let changed = false;
  const inSteps = (node: TargetNode, continuous: ContinuousMembrane): DiscreteMembrane => {
    changed = true;
    const timeless = continuous.timeConstantS === null && continuous.synapticTimeConstantS === null;
    const timestepS = context.timestepS ?? (timeless ? 1 : null);
    if (timestepS === null) {
      throw failure('timestep-missing', `${node.name} has time constants in seconds, and no timestep is given`, placeOf(node));
    }
    return discretizeMembrane(node, continuous, timestepS, context.discretization ?? 'euler');
  };
  const nodes = network.nodes.map((node): NetworkNode => {
    if (node.kind === 'population') {
      if (node.neuron.parameters !== 'continuous') return node;
      const { threshold, tie, reset } = node.neuron;
      return { ...node, neuron: { ...inSteps(node, node.neuron), threshold, tie, reset } };
    }
    if (node.kind !== 'integrator' && node.kind !== 'readout') return node;
    return node.membrane?.parameters === 'continuous' ? { ...node, membrane: inSteps(node, node.membrane) } : node;
  });
  return changed ? { ...network, nodes } : network;
}

function discretizeMembrane(node: TargetNode, neuron: ContinuousMembrane, timestepS: number, method: Discretization): DiscreteMembrane {
  const share = (timeConstantS: PerNeuron): PerNeuron => map(node.size, (tau) => shareOf(node, tau, timestepS, method), timeConstantS);
  const membrane = neuron.timeConstantS === null ? null : share(neuron.timeConstantS);
  const synapse = neuron.synapticTimeConstantS === null ? null : share(neuron.synapticTimeConstantS);
  const product = (...factors: readonly PerNeuron[]): PerNeuron =>
    map(node.size, (...values) => values.reduce((a, b) => a * b, 1), ...factors);
  const rest = (k: PerNeuron): PerNeuron => map(node.size, (value) => 1 - value, k);
  return {
    parameters: 'discrete',
    decay: membrane === null ? 1 : rest(membrane),
    leak: membrane === null ? 0 : product(membrane, neuron.leak),
    inputGain: product(membrane ?? timestepS, neuron.resistance, synapse ?? 1),
    currentDecay: synapse === null ? null : rest(synapse),
    initial: 0,
  };
}

/** The share of the way to its rest that a state goes in a timestep. */
function shareOf(node: TargetNode, timeConstantS: number, timestepS: number, method: Discretization): number {
  if (method === 'exponential') return -Math.expm1(-timestepS / timeConstantS);
  if (timestepS > timeConstantS) {
    const message = `${node.name} has a time constant of ${timeConstantS} s, shorter than the timestep of ${timestepS} s`;
    throw failure('timestep-too-long', message, placeOf(node));
  }
  return timestepS / timeConstantS;
}

/** A number where all parameters are shared. */
function map(size: number, compute: (...values: number[]) => number, ...parameters: readonly PerNeuron[]): PerNeuron {
  const value = (i: number): number => compute(...parameters.map((parameter) => at(parameter, i)));
  return parameters.every((parameter) => typeof parameter === 'number')
    ? value(0)
    : Float64Array.from({ length: size }, (_, i) => value(i));
}

const placeOf = (node: TargetNode) => ({ places: [{ file: node.origin.file, item: node.origin.nodes[0] ?? node.name }] });
