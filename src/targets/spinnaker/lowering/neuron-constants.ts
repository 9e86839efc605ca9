import { expAccum, expFraction } from '../../../ir/spinnaker-exponential.ts';

/** 1.0 in s16.15. */
const ONE = 32768;

/** e^(-16) is 0 in s16.15: nothing outlasts the step. */
const FORGETFUL = 16 * ONE;

/** Raw time constant (ms) and capacitance (nF) of a neuron. */
export interface MembraneConstants {
  readonly timeConstant: number;
  readonly capacitance: number;
}

/**
 * A core decays by e^(-rate) in a step, and the rate is 1 / tau rounded down in s16.15: so the rate is chosen, and tau after it. It is at least
 * 2^-15, since with a rate of 0 nothing would be taken in. `kept`: what the core makes of a rate.
 */
function rateOf(decay: number, kept: (rate: number) => number): number {
  if (decay <= 0) return FORGETFUL;
  const near = Math.min(FORGETFUL, Math.round(-Math.log(decay) * ONE));
  const rates = [near, near - 1, near + 1].filter((rate) => rate >= 1);
  const apart = (rate: number): number => Math.abs(kept(rate) - decay);
  return rates.reduce((best, rate) => (apart(rate) < apart(best) ? rate : best));
}

const keptOfMembrane = (rate: number): number => expAccum(-rate) / ONE;
const keptOfCurrent = (rate: number): number => expFraction(-rate) / 2 ** 32;

/**
 * The constants with which a core computes v' = decay * v + current at steps of 1 ms: keep = e^(-1 / tau) = decay, and R = tau / c = 1 / (1 - keep),
 * since what is new counts (1 - keep) * R. 0 <= decay <= 1. The most that the exponential of a core keeps is 1 - 2^-14: R is then 2^14, and what v
 * loses in a step, v / 2^14 rounded to the nearest raw accum, is nothing while |v| < 1/4.
 */
export function membraneConstants(decay: number): MembraneConstants {
  const rate = rateOf(decay, keptOfMembrane);
  const timeConstant = Math.floor((ONE * ONE) / rate);
  return { timeConstant, capacitance: Math.max(1, Math.round(timeConstant * (1 - keptOfMembrane(rate)))) };
}

/** R of a neuron that keeps so much of v. */
export const resistanceOf = (decay: number): number => 1 / (1 - keptOfMembrane(rateOf(decay, keptOfMembrane)));

/**
 * Raw time constant (ms) of a current of which a step leaves `decay` (0 <= decay < 1), and the share of an arriving weight that counts at once,
 * tau (1 - decay). The time constant is the least with this rate: with larger ones the share comes to more than 1.0, of which u0.32 would keep
 * what is over.
 */
export function synapseConstants(decay: number): { readonly timeConstant: number; readonly init: number } {
  const rate = rateOf(decay, keptOfCurrent);
  const timeConstant = Math.floor((ONE * ONE) / (rate + 1)) + 1;
  return { timeConstant, init: (timeConstant / ONE) * (1 - keptOfCurrent(rate)) };
}
