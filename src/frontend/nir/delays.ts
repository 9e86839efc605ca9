import type { Fields } from './fields.ts';

/** How far a delay may lie beside a whole number of timesteps. */
const TOLERANCE = 1e-3;
const STEPS_MAX = 2 ** 20;

/** Delays in seconds as whole timesteps. Throws `nir-unsupported` where they are none. */
export function delayStepsOf(delayS: Float64Array, timestepS: number, fields: Fields): Int32Array {
  return Int32Array.from(delayS, (delay) => {
    const steps = Math.round(delay / timestepS);
    if (!(delay >= 0) || steps > STEPS_MAX)
      throw fields.fail('nir-invalid-graph', `a delay of ${delay} s`, [`allowed: 0 to ${STEPS_MAX} timesteps`]);
    if (Math.abs(delay / timestepS - steps) > TOLERANCE)
      throw fields.fail('nir-unsupported', `a delay of ${delay} s is ${delay / timestepS} timesteps, no whole number`, [
        `the timestep is ${timestepS} s`,
      ]);
    return steps;
  });
}
