import type { Report } from '../diagnostics/index.ts';
import type { ChipModel } from '../ir/chip-model.ts';
import type { NodeId } from '../ir/ids.ts';
import type { Network } from '../ir/network.ts';

/** `euler`: x' ~ (x[t] - x[t-1]) / dt, as most frameworks step; `exponential`: exact for an input that is constant over a timestep. */
export const DISCRETIZATIONS = ['euler', 'exponential'] as const;
export type Discretization = (typeof DISCRETIZATIONS)[number];

/** What passes may know besides the network. */
export interface PassContext {
  readonly report: Report;
  /** Seconds per timestep, for neurons in the units of physics; null or absent: not known. */
  readonly timestepS?: number | null;
  /** How such neurons become difference equations; absent: forward Euler. */
  readonly discretization?: Discretization;
}

/** What it takes to go down to the integers of a Loihi chip. */
export interface LoweringContext extends PassContext {
  readonly chip: ChipModel;
  /** Bits of a weight, sign included: up to 8, and up to 16 as two synapses. */
  readonly weightBits: number;
  /** Bits of those into neurons whose spikes come back to them; absent: the same. */
  readonly loopWeightBits?: number;
  /** Mean of every channel of real-valued features, as the integers that are sent; null or absent: not known. */
  readonly featureMeans?: Float64Array | null;
  /** Caps on the power of two of a population's integer unit, learned from calibration data; empty without. */
  readonly unitPowerMax: ReadonlyMap<NodeId, number>;
  /**
   * Least exponent of a bias; absent: 0. Where it is not 0, a unit cannot be added for ties: the threshold register of a model that fires at
   * v >= threshold is one lower instead, so that it fires from 63 units below on.
   */
  readonly biasExponentLeast?: number;
}

/** A rewriting of the network. `run` returns its argument itself when there is nothing to do, and never changes it. */
export interface Pass<Context extends PassContext = PassContext> {
  readonly name: string;
  readonly description: string;
  run(network: Network, context: Context): Network;
}
