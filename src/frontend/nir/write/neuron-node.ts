import type { IntegratorNode, PopulationNode, ReadoutNode } from '../../../ir/network.ts';
import {
  at,
  type ContinuousMembrane,
  type DiscreteMembrane,
  type DiscreteNeuron,
  type Neuron,
  type PerNeuron,
} from '../../../ir/neuron.ts';
import type { NirArray, NirNode } from '../graph.ts';
import { Inexpressible, nirNode, parameter } from './fields.ts';

/** How timesteps become seconds. */
export interface Seconds {
  /** null: not known. */
  readonly timestepS: number | null;
  /** The rule by which the file will be stepped. */
  readonly discretization: 'euler' | 'exponential';
}

type Parts = Omit<NirNode, 'name'>;

/** A population as a node that fires. NIR fires at v > v_threshold: where ties fire, it is the next float32 below. */
export function populationNode({ neuron, size }: PopulationNode, shape: readonly number[], seconds: Seconds): Parts {
  if (neuron.parameters === 'integer' || neuron.parameters === 'accum')
    throw new Inexpressible('its neurons are integers of a chip, whose decays cut digits off; NIR has real numbers');
  if (neuron.reset.kind === 'by-subtraction') throw new Inexpressible('it resets by subtraction; nodes of NIR reset to a value');
  const threshold = parameter(neuron.tie === 'gt' ? neuron.threshold : map(size, justBelow, neuron.threshold), shape);
  if (isThreshold(neuron)) return nirNode('Threshold', { threshold });
  return membraneNode('F', neuron, { v_threshold: threshold, v_reset: parameter(neuron.reset.value, shape) }, size, shape, seconds);
}

/** Membranes that never fire. */
export function integratorNode(
  { membrane, size }: { readonly membrane: NonNullable<(IntegratorNode | ReadoutNode)['membrane']>; readonly size: number },
  shape: readonly number[],
  seconds: Seconds,
): Parts {
  return membraneNode('', membrane, {}, size, shape, seconds);
}

/** Decides by the input of its own step, whatever it resets to. */
const isThreshold = (neuron: Neuron): neuron is DiscreteNeuron =>
  neuron.parameters === 'discrete' && neuron.decay === 0 && neuron.leak === 0 && neuron.inputGain === 1 && neuron.currentDecay === null;

function membraneNode(
  suffix: 'F' | '',
  given: ContinuousMembrane | DiscreteMembrane,
  firing: Readonly<Record<string, NirArray>>,
  size: number,
  shape: readonly number[],
  seconds: Seconds,
): Parts {
  const { timeConstantS, synapticTimeConstantS, resistance, leak } =
    given.parameters === 'continuous' ? given : inSeconds(given, size, seconds);
  const r = parameter(resistance, shape);
  if (timeConstantS === null) {
    if (synapticTimeConstantS !== null) throw new Inexpressible('it has a synaptic current and no leak; CubaLIF and CubaLI leak');
    if (map(size, (value) => value, leak) !== 0) throw new Inexpressible('it drifts without a leak; IF and I have no v_leak');
    return nirNode(`I${suffix}`, { r, ...firing });
  }
  const [tau, v_leak] = [parameter(timeConstantS, shape), parameter(leak, shape)];
  if (synapticTimeConstantS === null) return nirNode(`LI${suffix}`, { tau, r, v_leak, ...firing });
  const tau_syn = parameter(synapticTimeConstantS, shape);
  return nirNode(`CubaLI${suffix}`, { tau_syn, tau_mem: tau, r, v_leak, w_in: parameter(1, shape), ...firing });
}

/** The reverse of `discretize`: with k = 1 - decay, tau = dt / k or -dt / log(decay), v_leak = leak / k, r = gain / (k k_syn). */
function inSeconds(membrane: DiscreteMembrane, size: number, { timestepS, discretization }: Seconds): ContinuousMembrane {
  const { decay, leak, inputGain, currentDecay, initial } = membrane;
  if (timestepS === null) throw new Error('the timestep is not known');
  if (!every(initial, (value) => value === 0)) throw new Inexpressible('its potential starts at another value than 0');
  const timeConstant = (factor: number): number => (discretization === 'euler' ? timestepS / (1 - factor) : -timestepS / Math.log(factor));
  const leaks = (factor: number): boolean => factor < 1 && (discretization === 'euler' ? factor >= 0 : factor > 0);
  const synaptic = currentDecay ?? 0;
  if (currentDecay !== null && !every(currentDecay, leaks)) throw new Inexpressible(outside('its synaptic current', discretization));
  const share = (...[d, c]: number[]): number => (1 - d) * (currentDecay === null ? 1 : 1 - c);
  if (every(decay, (value) => value === 1)) {
    const gain = (...[g, c]: number[]): number => g / (timestepS * (currentDecay === null ? 1 : 1 - c));
    return {
      parameters: 'continuous',
      timeConstantS: null,
      synapticTimeConstantS: currentDecay === null ? null : map(size, timeConstant, currentDecay),
      resistance: map(size, gain, inputGain, synaptic),
      leak,
    };
  }
  if (!every(decay, leaks)) throw new Inexpressible(outside('its membrane', discretization));
  return {
    parameters: 'continuous',
    timeConstantS: map(size, timeConstant, decay),
    synapticTimeConstantS: currentDecay === null ? null : map(size, timeConstant, currentDecay),
    resistance: map(size, (g, d, c) => g / share(d, c), inputGain, decay, synaptic),
    leak: map(size, (value, d) => value / (1 - d), leak, decay),
  };
}

const outside = (what: string, discretization: Seconds['discretization']): string =>
  `${what} keeps a share that no time constant gives; ${discretization === 'euler' ? '0 or more, and less than 1' : 'between 0 and 1'} can be written`;

const every = (value: PerNeuron, holds: (one: number) => boolean): boolean =>
  typeof value === 'number' ? holds(value) : value.every((one) => holds(one));

/** One number where all arguments are, or come to, one. */
function map(size: number, compute: (...values: number[]) => number, ...parameters: readonly PerNeuron[]): PerNeuron {
  const values = Float64Array.from({ length: size }, (_, n) => compute(...parameters.map((value) => at(value, n))));
  return values.every((value) => value === values[0]) ? values[0] : values;
}

const bits = new DataView(new ArrayBuffer(4));

/** The largest float32 below a threshold: v >= threshold, in float32, is v > that. */
function justBelow(threshold: number): number {
  const near = Math.fround(threshold);
  if (near === 0) return -(2 ** -149);
  bits.setFloat32(0, near);
  bits.setInt32(0, bits.getInt32(0) + (near > 0 ? -1 : 1));
  return bits.getFloat32(0);
}
