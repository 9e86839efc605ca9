import { diagnostic, type Report } from '../../diagnostics/index.ts';
import type { NetworkNode } from '../../ir/network.ts';

/** Neurons forget within seconds; a time constant of this many seconds was meant in milliseconds. */
const SECONDS_MAX = 1;
/** Timesteps per time constant from which on a timestep in another unit is likelier. */
const STEPS_MAX = 10_000;

/**
 * The unit trap: NIR's own text speaks of milliseconds, its exporters write seconds, and no file says which. Warns where the time constants
 * look like milliseconds.
 */
export function warnOfUnits(nodes: readonly NetworkNode[], timestepS: number, file: string, report: Report): void {
  const constants = nodes.flatMap((node) => {
    const membrane =
      node.kind === 'population' ? node.neuron : node.kind === 'integrator' || node.kind === 'readout' ? node.membrane : undefined;
    if (membrane?.parameters !== 'continuous' || membrane.timeConstantS === null) return [];
    const { timeConstantS } = membrane;
    return typeof timeConstantS === 'number' ? [timeConstantS] : Array.from(timeConstantS);
  });
  if (constants.length === 0) return;
  const least = constants.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (least < SECONDS_MAX && least / timestepS < STEPS_MAX) return;
  report(
    diagnostic('time-unit', `the shortest time constant is ${least} s, ${Math.round(least / timestepS)} timesteps of ${timestepS} s`, {
      places: [{ file }],
      notes: ['if the file counts milliseconds, the timestep has to be in milliseconds too: --timestep 1 for one of 1 ms'],
    }),
  );
}
