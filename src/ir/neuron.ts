/** A parameter shared by a population, or one value per neuron. */
export type PerNeuron = number | Float64Array;

export type TieRule = 'ge' | 'gt';

/** `amount` is what a spike takes away; left out: the threshold. */
export type Reset =
  | { readonly kind: 'to-value'; readonly value: PerNeuron }
  | { readonly kind: 'by-subtraction'; readonly amount?: PerNeuron };

/**
 * A membrane in the units of physics, as in NIR files; `discretize` turns it into one in timesteps.
 *   timeConstantS dv/dt = (leak - v) + resistance * x        (timeConstantS: null for one that does not leak)
 */
export interface ContinuousMembrane {
  readonly parameters: 'continuous';
  /** Seconds. */
  readonly timeConstantS: PerNeuron | null;
  /** Seconds; null: no synaptic current, the input acts on the membrane at once. */
  readonly synapticTimeConstantS: PerNeuron | null;
  readonly resistance: PerNeuron;
  readonly leak: PerNeuron;
}

/** One that fires. */
export interface ContinuousNeuron extends ContinuousMembrane {
  readonly threshold: PerNeuron;
  readonly tie: TieRule;
  readonly reset: Reset;
}

/**
 * A membrane in timesteps:
 *   u[t] = currentDecay * u[t-1] + x[t]           (currentDecay null: u = x)
 *   h[t] = decay * v[t-1] + leak + inputGain * u[t]
 */
export interface DiscreteMembrane {
  readonly parameters: 'discrete';
  /** Factor per timestep. */
  readonly decay: PerNeuron;
  readonly leak: PerNeuron;
  readonly inputGain: PerNeuron;
  readonly currentDecay: PerNeuron | null;
  /** Membrane potential before the first step. */
  readonly initial: PerNeuron;
}

/** What integrates and never fires, v = h: its stream is its membrane potential. */
export type Membrane = ContinuousMembrane | DiscreteMembrane;

/**
 * Leaky integrate-and-fire:
 *   s[t] = h >= threshold ('ge') or h > threshold ('gt')
 *   v[t] = reset value, or h - amount (the threshold, if not given), where s = 1; h elsewhere
 */
export interface DiscreteNeuron extends DiscreteMembrane {
  readonly threshold: PerNeuron;
  readonly tie: TieRule;
  readonly reset: Reset;
}

/**
 * Loihi's integer CUBA-LIF (Lava's fixed-point model is the reference):
 *   u = dec(u, currentDecay + 1) + (a << 6)           a = sum of weight mantissas << weightExponent
 *   v = dec(v, voltageDecay) + u + bias, clipped to +-(2^23 - 1)
 *   spike if v > thresholdMantissa * 64 ('ge': or equal), then v = 0, or v - resetAmount; dec(x, k) = sign(x) * ((|x| * (4096 - k)) >> 12)
 */
export interface IntegerNeuron {
  readonly parameters: 'integer';
  /** 12-bit register, 0..4095. 4095: no current memory. */
  readonly currentDecay: PerNeuron;
  /** 12-bit register, 0..4096. */
  readonly voltageDecay: PerNeuron;
  /** 17-bit mantissa; the threshold is 64 times it. */
  readonly thresholdMantissa: number;
  /** Left out: 'gt', as Loihi's registers have it. */
  readonly tie?: TieRule;
  /** Units that a spike takes away, 1 .. 2^23 - 1; left out: it sets v to 0, as Loihi's registers have it. */
  readonly resetAmount?: PerNeuron;
  /** Integer units that stand for 1.0 of the discrete model (its threshold, say): says how to read v as a real number. */
  readonly unit: number;
}

/**
 * LIF neurons of SpiNNaker in s16.15, all parameters raw: sPyNNaker's IF_curr_delta or, with synaptic time constants, IF_curr_exp at 1 ms
 * (docs/targets/spinnaker-arithmetic.md), v = 0 at rest, after a spike and at the start. Currents, biases and weights are raw accums too.
 *   u = current, or, for the weights of each sign by themselves, u = decay * u + init * current,   decay = e^(-1 / s), init = s (1 - decay)
 *   a = (u + bias) * R,   v = a - keep * (a - v),   R = timeConstant / capacitance,   keep = e^(-1 / timeConstant);   spike if v >= threshold
 */
export interface AccumNeuron {
  readonly parameters: 'accum';
  readonly timeConstant: PerNeuron;
  readonly capacitance: PerNeuron;
  /** s, of both receptors; left out: a current lasts one step. */
  readonly synapticTimeConstant?: PerNeuron;
  readonly threshold: number;
  /** Raw accums that stand for 1.0 of the discrete model. */
  readonly unit: number;
}

export type Neuron = ContinuousNeuron | DiscreteNeuron | IntegerNeuron | AccumNeuron;

/** Whether a neuron's parameters, weights and biases are a chip's integers. */
export const isIntegerNeuron = ({ parameters }: Neuron): boolean => parameters === 'integer' || parameters === 'accum';

/** Whether a spike takes something away from the potential: what it leaves adds up. */
export function hasSoftReset(neuron: Neuron): boolean {
  switch (neuron.parameters) {
    case 'continuous':
    case 'discrete':
      return neuron.reset.kind === 'by-subtraction';
    case 'integer':
      return neuron.resetAmount !== undefined;
    case 'accum':
      return false;
  }
}

/** Value of a parameter for neuron `index`. */
export const at = (parameter: number | ArrayLike<number>, index: number): number =>
  typeof parameter === 'number' ? parameter : parameter[index];

/** A parameter of another kind, value by value. */
export const mapParameter = (parameter: PerNeuron, change: (value: number) => number): PerNeuron =>
  typeof parameter === 'number' ? change(parameter) : parameter.map(change);

/** Every value of a parameter. */
export const valuesOf = (parameter: PerNeuron): readonly number[] => (typeof parameter === 'number' ? [parameter] : Array.from(parameter));

/** One number where all neurons have the same. */
export const sharedWhereAlike = (parameter: PerNeuron): PerNeuron =>
  typeof parameter !== 'number' && parameter.every((value) => value === parameter[0]) ? parameter[0] : parameter;

/** A neuron that decides by the input of its own step alone: nothing outlasts the step. */
export const stateless = (threshold: number, tie: TieRule): DiscreteNeuron => ({
  parameters: 'discrete',
  decay: 0,
  leak: 0,
  inputGain: 1,
  currentDecay: null,
  threshold,
  tie,
  reset: { kind: 'to-value', value: 0 },
  initial: 0,
});
