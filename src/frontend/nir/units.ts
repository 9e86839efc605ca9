import { diagnostic, type Report } from '../../diagnostics/index.ts';
import { membraneOf, type NetworkNode } from '../../ir/network.ts';
import { valuesOf } from '../../ir/neuron.ts';

/** Neurons forget within seconds; a time constant of this many seconds was meant in milliseconds. */
const SECONDS_MAX = 1;
/** Timesteps per time constant from which on a timestep in another unit is likelier. */
const STEPS_MAX = 10_000;

/** Steps that an input of 1 has to last to add 1 to a potential, from which on a timestep in another unit is likelier. */
const STEPS_TO_ONE_MAX = 10;

/**
 * The unit trap: NIR's own text speaks of milliseconds, its exporters write seconds, and no file says which. Warns where time constants look
 * like milliseconds, and where neurons without one take next to nothing of their input, as they do if the file counts timesteps.
 */
export function warnOfUnits(nodes: readonly NetworkNode[], timestepS: number, file: string, report: Report): void {
  const membranes = nodes.flatMap((node) => {
    const membrane = membraneOf(node);
    return membrane?.parameters === 'continuous' ? [{ ...membrane, fires: node.kind === 'population' }] : [];
  });
  const warn = (message: string, note: string): void => report(diagnostic('time-unit', message, { places: [{ file }], notes: [note] }));
  const constants = membranes.flatMap(({ timeConstantS }) => (timeConstantS === null ? [] : valuesOf(timeConstantS)));
  const shortest = constants.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (constants.length > 0 && (shortest >= SECONDS_MAX || shortest / timestepS >= STEPS_MAX))
    warn(
      `the shortest time constant is ${shortest} s, ${Math.round(shortest / timestepS)} timesteps of ${timestepS} s`,
      'if the file counts milliseconds, the timestep has to be in milliseconds too: --timestep 1 for one of 1 ms',
    );
  // What integrates and never fires may well take its time.
  const gains = membranes.flatMap(({ fires, timeConstantS, resistance }) => (fires && timeConstantS === null ? valuesOf(resistance) : []));
  const largest = gains.reduce((a, b) => Math.max(a, Math.abs(b)), 0) * timestepS;
  if (largest > 0 && largest * STEPS_TO_ONE_MAX < 1)
    warn(
      `neurons without a time constant take ${Number(largest.toPrecision(6))} of their input in a timestep of ${timestepS} s`,
      constants.length === 0
        ? 'the file holds no time: without --timestep, r is what a step adds'
        : 'if r of these neurons counts timesteps, it has to be divided by the timestep where the file is written',
    );
}
