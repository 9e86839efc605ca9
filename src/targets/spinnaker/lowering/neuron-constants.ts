/** 1.0 in s16.15. */
const ONE = 32768;

/** e^(-16) is 0 in s16.15: nothing of v outlasts the step. */
const FORGETFUL = ONE / 16;

/** Raw time constant (ms) and capacitance (nF) of a neuron. */
export interface MembraneConstants {
  readonly timeConstant: number;
  readonly capacitance: number;
}

/**
 * The constants with which a core computes v' = decay * v + current at steps of 1 ms: keep = e^(-1 / tau) = decay, and R = tau / c = 1 / (1 - decay),
 * since what is new counts (1 - keep) * R. 0 <= decay < 1.
 */
export function membraneConstants(decay: number): MembraneConstants {
  if (decay <= 0) return { timeConstant: FORGETFUL, capacitance: FORGETFUL };
  const timeConstant = Math.round(ONE / Math.log(1 / decay));
  return { timeConstant, capacitance: Math.max(1, Math.round(timeConstant * (1 - decay))) };
}

/** R of a neuron that keeps so much of v. */
export const resistanceOf = (decay: number): number => 1 / (1 - decay);
