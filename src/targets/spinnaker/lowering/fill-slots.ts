import type { ShiftChoice } from '../shifts/choose-shifts.ts';
import type { ScaledProjection } from '../shifts/incoming.ts';
import { RAW_MAX, receptorOf, weightUnit } from '../weights.ts';

/**
 * The largest unit, up to twice the least, at which the same shifts still hold what arrives: slots are filled to the margin, and a unit of a raw
 * weight is as little of a threshold as it can be.
 */
export function fillSlots(
  chooseAt: (unit: number) => ShiftChoice,
  least: number,
  margin: number,
  inputs: number,
): { readonly unit: number; readonly choice: ShiftChoice } {
  const choice = chooseAt(least);
  const room = choice.receptors.map(({ shift, bound, measured }) => {
    const slot = (RAW_MAX - inputs / 2) * weightUnit(shift);
    const needed = Math.min(bound ?? Number.POSITIVE_INFINITY, measured === null ? Number.POSITIVE_INFINITY : measured * (1 + margin));
    return needed === 0 || !Number.isFinite(needed) ? Number.POSITIVE_INFINITY : slot / needed;
  });
  const factor = Math.floor(Math.min(2, ...room) * UNIT_STEPS) / UNIT_STEPS;
  if (!(factor > 1) || factor >= 2) return { unit: least, choice };
  const filled = chooseAt(least * factor);
  const same = filled.receptors.every(({ shift }, type) => shift === choice.receptors[type].shift);
  return same ? { unit: least * factor, choice: filled } : { unit: least, choice };
}

/** Units are multiples of 1/64 of a power of two. */
const UNIT_STEPS = 64;

/** Spikes that one neuron receives in a step at most, counts of unknown size taken for one. */
export function mostInputs(projections: readonly ScaledProjection[], neurons: number): number {
  const inputs = new Float64Array(neurons);
  for (const { target, spikesPerStepMax } of projections) {
    for (let k = 0; k < target.length; k++) inputs[target[k]] += spikesPerStepMax ?? 1;
  }
  return inputs.reduce((most, count) => Math.max(most, count), 0);
}

/** All inputs of one sign at once, sources of unknown counts taken for one spike. */
export function largestPossible(projections: readonly ScaledProjection[], neurons: number): number {
  const sums = [new Float64Array(neurons), new Float64Array(neurons)];
  for (const { target, weight, spikesPerStepMax } of projections) {
    for (let k = 0; k < weight.length; k++) sums[receptorOf(weight[k])][target[k]] += Math.abs(weight[k]) * (spikesPerStepMax ?? 1);
  }
  return sums.reduce((most, values) => values.reduce((a, b) => Math.max(a, b), most), 0);
}
