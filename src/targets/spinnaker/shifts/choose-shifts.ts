import { SYNAPSE_TYPES } from '../../../ir/spinnaker-neuron.ts';
import { RAW_MAX, rawWeight, receptorOf, weightUnit } from '../weights.ts';
import { type ReceptorPart, type ScaledProjection, splitByReceptor } from './incoming.ts';
import { expectedLargest, shiftAbove, worstCase } from './spynnaker-rules.ts';

/** How the ring buffer of one receptor is scaled. */
export interface ReceptorShift {
  readonly shift: number;
  /**
   * What the shift follows from: the bound that no data exceed, the sums measured on calibration data, or, where there is neither, sPyNNaker's
   * rule of the worst case.
   */
  readonly basis: 'bound' | 'measured' | 'worst-case';
  /** No data can saturate a slot: all inputs of any neuron together fit. */
  readonly guaranteed: boolean;
  /** Largest value of a slot: measured on calibration data, and possible; in the units of the weights. null: not measured. */
  readonly measured: number | null;
  /** null: there is no bound, since some source may send any number of spikes in a step. */
  readonly bound: number | null;
  /** What other rules would take: every input at once with the largest weight, and sPyNNaker's statistics. */
  readonly worstCaseShift: number;
  readonly spynnakerShift: number;
}

/** What the weights of one projection keep on one receptor. */
export interface ProjectionBits {
  readonly projection: string;
  readonly receptor: number;
  /** Bits of the largest raw weight. */
  readonly weightBits: number;
  /** Bits that the weights have more than under the other rules: each halves the unit of a weight. */
  readonly wonOverWorstCase: number;
  readonly wonOverSpynnaker: number;
  /** Weights that are not 0 and become 0, here and under the worst-case rule. */
  readonly lost: number;
  readonly lostInWorstCase: number;
}

export interface ShiftChoice {
  /** By synapse type. */
  readonly receptors: readonly ReceptorShift[];
  /** Those that have synapses on the receptor. */
  readonly projections: readonly ProjectionBits[];
}

export interface ShiftOptions {
  readonly neurons: number;
  readonly stepMs: number;
  /** Largest sums of weights by receptor and neuron (measureSlots); null: no calibration data. */
  readonly measured: readonly ArrayLike<number>[] | null;
  /** How much more than the largest measured sum a slot has to hold: 0.25 is a quarter more. */
  readonly margin: number;
  /** Both receptors take the larger of their shifts, so that weights of both signs lie on one grid; left out: each its own. */
  readonly common?: boolean;
}

/** A shift is a left shift: it cannot be below 0, and beyond this a slot leaves the accum. */
const SHIFT_MAX = 15;
/** Sums of the same weights in another order differ by this much at most. */
const ROUNDING = 1e-9;

/**
 * The smallest ring-buffer shifts, and so the finest weights, at which no slot saturates: whatever the data, or on the calibration data with a
 * margin where that allows smaller ones. A single weight always fits.
 */
export function chooseShifts(projections: readonly ScaledProjection[], options: ShiftOptions): ShiftChoice {
  const parts = projections.map((projection) => splitByReceptor(projection, options.neurons));
  const chooseFrom = (least: number): readonly ReceptorShift[] =>
    Array.from({ length: SYNAPSE_TYPES }, (_, type) => {
      const ofType = parts.map((part) => part[type]);
      return chooseShift(projections, ofType, type, options, least);
    });
  const own = chooseFrom(0);
  const receptors = options.common === true ? chooseFrom(Math.max(...own.map(({ shift }) => shift))) : own;
  const bits = projections.flatMap((projection, p) =>
    parts[p].flatMap((part, type) => (part.synapses === 0 ? [] : [describeBits(projection, part, type, receptors[type])])),
  );
  return { receptors, projections: bits };
}

function chooseShift(
  projections: readonly ScaledProjection[],
  parts: readonly ReceptorPart[],
  type: number,
  { neurons, stepMs, measured, margin }: ShiftOptions,
  least: number,
): ReceptorShift {
  const [fanIn, sums] = [new Float64Array(neurons), new Float64Array(neurons)];
  forEachSynapse(projections, type, (magnitude, target, spikes) => {
    fanIn[target] += spikes;
    sums[target] += magnitude * spikes;
  });
  const slots = measured?.[type] ?? null;
  const bounded = parts.every(({ synapses, spikesPerStepMax }) => synapses === 0 || spikesPerStepMax !== null);
  if (bounded && slots !== null && sums.some((sum, n) => slots[n] > sum * (1 + ROUNDING))) {
    throw new Error('more was measured than all inputs together can send: spikesPerStepMax is too low');
  }
  const worstCaseShift = shiftAbove(worstCase(parts, stepMs));
  const largestWeight = parts.reduce((most, { largest }) => Math.max(most, largest), 0);
  const weightsFit = (shift: number): boolean => rawWeight(largestWeight, shift) <= RAW_MAX;
  /** All inputs at once, in the raw weights themselves. */
  const boundFits = (shift: number): boolean => {
    const raw = new Float64Array(neurons);
    forEachSynapse(projections, type, (magnitude, target, spikes) => {
      raw[target] += rawWeight(magnitude, shift) * spikes;
    });
    return bounded && maximum(raw) <= RAW_MAX;
  };
  /** Of a sum of weights it is not known which: each was rounded by half a unit at most. */
  const measuredFits = (shift: number): boolean =>
    slots !== null && fanIn.every((inputs, n) => (slots[n] * (1 + margin)) / weightUnit(shift) + inputs / 2 <= RAW_MAX);
  const known = bounded || slots !== null;
  const shift = smallestShift((s) => weightsFit(s) && (known ? boundFits(s) || measuredFits(s) : s >= worstCaseShift), least);
  const guaranteed = boundFits(shift);
  return {
    shift,
    basis: guaranteed ? 'bound' : slots !== null ? 'measured' : bounded ? 'bound' : 'worst-case',
    guaranteed,
    measured: slots === null ? null : maximum(slots),
    bound: bounded ? maximum(sums) : null,
    worstCaseShift,
    spynnakerShift: shiftAbove(expectedLargest(parts, stepMs)),
  };
}

function smallestShift(fits: (shift: number) => boolean, least: number): number {
  let shift = least;
  while (shift < SHIFT_MAX && !fits(shift)) shift++;
  return shift;
}

function describeBits(projection: ScaledProjection, part: ReceptorPart, type: number, receptor: ReceptorShift): ProjectionBits {
  let [lost, lostInWorstCase] = [0, 0];
  forEachSynapse([projection], type, (magnitude) => {
    if (rawWeight(magnitude, receptor.shift) === 0) lost++;
    if (rawWeight(magnitude, receptor.worstCaseShift) === 0) lostInWorstCase++;
  });
  return {
    projection: part.projection,
    receptor: type,
    weightBits: rawWeight(part.largest, receptor.shift).toString(2).length,
    wonOverWorstCase: receptor.worstCaseShift - receptor.shift,
    wonOverSpynnaker: receptor.spynnakerShift - receptor.shift,
    lost,
    lostInWorstCase,
  };
}

function forEachSynapse(
  projections: readonly ScaledProjection[],
  type: number,
  visit: (magnitude: number, target: number, spikes: number) => void,
): void {
  for (const { weight, target, spikesPerStepMax } of projections) {
    for (let k = 0; k < weight.length; k++) {
      if (weight[k] !== 0 && receptorOf(weight[k]) === type) visit(Math.abs(weight[k]), target[k], spikesPerStepMax ?? 1);
    }
  }
}

function maximum(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
}
