import type { Network } from '../../../ir/network.ts';
import type { SpinnakerChip } from '../../../ir/spinnaker-chip.ts';
import type { WeightResolution } from '../../../ir/spinnaker-program.ts';
import { alignLatency, normalizeNeurons, orderNeurons, relaySpikes } from '../../../passes/index.ts';
import { refuseIntegrators } from '../../refuse-integrators.ts';
import type { LowerContext, Lowered } from '../../target.ts';
import { realNumbers } from './from-loihi.ts';
import { CALIBRATION_CLIPS, measureMaxima } from './measure.ts';
import { membraneConstants } from './neuron-constants.ts';
import { MARGIN, MARGIN_OF_COUNTS, quantizeAccum, type ScaledPopulation, weighedTargets } from './quantize-accum.ts';
import { divideByInit } from './synaptic-currents.ts';

const ONE = 32768;
const MS = 1e3;

/** An exact network in the integers of SpiNNaker, with a schedule. Ring buffers are scaled by calibration data where there are any. */
export function lowerForSpinnaker(exact: Network, context: LowerContext, { name, chip }: SpinnakerChip): Lowered {
  refuseIntegrators(exact, name);
  const { calibration } = context;
  const real = divideByInit(normalizeNeurons.run(realNumbers(orderNeurons.run(exact, context)), context));
  const measured = calibration === null ? null : measureMaxima(real, weighedTargets(real), calibration);
  const { network, scaled } = quantizeAccum(real, measured, chip.timestep.value * MS);
  const scheduled = alignLatency.run(network, context);
  const how =
    calibration === null
      ? 'all inputs of a neuron at once fit a slot, where their number has a bound; no calibration data'
      : `slots hold ${100 * MARGIN} % more (of counts ${100 * MARGIN_OF_COUNTS} %) than ${Math.min(CALIBRATION_CLIPS, calibration.clips)} clips of ${calibration.file} needed, or all inputs of a neuron at once`;
  return {
    // A delay of 1 is the hop itself.
    network: relaySpikes(scheduled, chip.delaySteps.value - 1, REPEATER),
    scaleRule: `s16.15; weights of 16 bits in units of 2^(shift - 15), a shift for each population and receptor: ${how}`,
    resolution: scaled.flatMap((population) => resolutionOf(population, exact)),
  };
}

/** Fires where a spike of weight 1.0 arrives. */
const REPEATER = {
  neuron: { parameters: 'accum', ...membraneConstants(0), threshold: ONE, unit: ONE },
  weightsOf: (size: number): Int32Array => new Int32Array(size).fill(ONE),
} as const;

const RECEPTORS = ['excitatory', 'inhibitory'] as const;

function resolutionOf({ population, receptors, projections }: ScaledPopulation, network: Network): readonly WeightResolution[] {
  const name = network.nodes.find(({ id }) => id === population)?.name ?? population;
  return projections.map(({ receptor, ...bits }) => {
    const { shift, basis, guaranteed } = receptors[receptor];
    return { population: name, ...bits, receptor: RECEPTORS[receptor], shift, basis, guaranteed };
  });
}
