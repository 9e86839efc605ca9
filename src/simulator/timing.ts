import type { Basis, ChipModel } from '../ir/chip-model.ts';
import { featuresEntry, type LoihiProgram } from '../ir/mapping.ts';
import { CORE_FIELDS, CoreField, STEP_FIELDS, StepField, type Trace } from '../ir/trace.ts';
import { secondsOf, weakestBasis } from './figures.ts';
import { chipsUsed, crossingsBetween, hopsBetween, layFloor } from './floor.ts';

/** What takes time; each second of a clip belongs to exactly one part. */
export type TimingPart = 'neuronUpdates' | 'synapticEvents' | 'fastWeightUpdates' | 'packets' | 'embeddedProcessor' | 'hops' | 'barrier';

export interface TimingTerm {
  /** A `TimingPart` on a Loihi chip. */
  readonly name: string;
  readonly seconds: number;
  readonly basis: Basis;
  /** Key into the chip's `sources`. */
  readonly source: string;
  readonly reason: null;
}

export interface SegmentTiming {
  readonly index: number;
  readonly kind: 'run' | 'write';
  readonly steps: number;
  /** Chip steps, and the embedded processor's work behind them. */
  readonly seconds: number;
  readonly embeddedSeconds: number;
}

export interface Timing {
  /** One clip, back to back. */
  readonly seconds: number;
  readonly segments: readonly SegmentTiming[];
  /** Length of each chip step. */
  readonly stepSeconds: Float64Array;
  /** Parts of `seconds`: of each step, the busiest unit's. */
  readonly terms: readonly TimingTerm[];
  readonly basis: Basis;
  /** Index of the core with the largest busy time, all steps together. */
  readonly criticalCore: number;
  readonly busySeconds: Float64Array;
  /** From the end of the chip step that sends the last frame to the end of the clip. */
  readonly secondsAfterLastFrame: number;
  /** Frames of the clip: model timesteps. */
  readonly frames: number;
}

/**
 * Time of a traced clip by the simple model of docs/energy-model.md:
 *
 *   step = max(over cores: updates + synaptic events + fast-weight updates + packets in and out; embedded processor: packets sent and collected)
 *          + longest route of the program, if a packet left its tile in this step
 *          + barrier: linear in the tiles in use, of one length for several chips
 *
 * Segments follow each other; between them the embedded processor works through its operations one by one.
 */
export function timeTrace(trace: Trace, program: LoihiProgram, chip: ChipModel): Timing {
  const embedded = secondsOf(chip, 'embeddedOperation');
  const barrier = barrierSeconds(program, chip);
  const route = longestRouteSeconds(program, chip);
  const costs = coreCosts(chip);
  const parts = new Float64Array(PARTS.length);
  const stepSeconds = new Float64Array(trace.steps);
  const busySeconds = new Float64Array(trace.cores);
  for (let step = 0; step < trace.steps; step++) {
    const field = (offset: number): number => trace.perStep[step * STEP_FIELDS + offset];
    const busiest = addBusiest(trace, step, costs, busySeconds, embedded * (field(StepField.injected) + field(StepField.collected)), parts);
    const hops = field(StepField.hopsHorizontal) + field(StepField.hopsVertical) > 0 ? route : 0;
    parts[PARTS.indexOf('hops')] += hops;
    parts[PARTS.indexOf('barrier')] += barrier;
    stepSeconds[step] = busiest + hops + barrier;
  }
  const segments = timeSegments(trace, program, stepSeconds, embedded);
  parts[PARTS.indexOf('embeddedProcessor')] += segments.reduce((sum, segment) => sum + segment.embeddedSeconds, 0);
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const terms = PARTS.map((name, index) => ({ name, seconds: parts[index], ...provenance(name, chip, chipsUsed(program)), reason: null }));
  const { lastFrame, frames } = framesOf(program);
  return {
    seconds,
    segments,
    stepSeconds,
    terms,
    basis: weakestBasis(terms.filter((term) => term.seconds > 0).map((term) => term.basis)),
    criticalCore: busySeconds.indexOf(Math.max(...busySeconds)),
    busySeconds,
    secondsAfterLastFrame: seconds - secondsUntil(lastFrame, segments, trace, stepSeconds),
    frames,
  };
}

const PARTS: readonly TimingPart[] = [
  'neuronUpdates',
  'synapticEvents',
  'fastWeightUpdates',
  'packets',
  'embeddedProcessor',
  'hops',
  'barrier',
];

const FIGURES: Readonly<Record<TimingPart, readonly (keyof ChipModel['time'])[]>> = {
  neuronUpdates: ['neuronUpdateActive', 'neuronUpdateInactive'],
  synapticEvents: ['synapticEvent'],
  fastWeightUpdates: ['fastWeightUpdate'],
  packets: ['spikeInTile'],
  embeddedProcessor: ['embeddedOperation'],
  hops: ['hopHorizontal', 'hopVertical'],
  barrier: ['barrierOneTile', 'barrierAllTiles'],
};

/** What several chips rest on besides, or instead. */
const FIGURES_OF_SEVERAL: Partial<Readonly<Record<TimingPart, readonly (keyof ChipModel['time'])[]>>> = {
  hops: ['hopHorizontal', 'hopVertical', 'chipCrossing'],
  barrier: ['barrierChips'],
};

function provenance(name: TimingPart, chip: ChipModel, chips: number): { readonly basis: Basis; readonly source: string } {
  const names = (chips > 1 ? FIGURES_OF_SEVERAL[name] : undefined) ?? FIGURES[name];
  const figures = names.flatMap((figure) => chip.time[figure] ?? []);
  return {
    basis: weakestBasis(figures.map((figure) => figure.basis)),
    source: [...new Set(figures.map((figure) => figure.source))].join(', '),
  };
}

/** Seconds of what a core does, in the order of the first four parts: times CORE_FIELDS counters they give its busy time. */
type CoreCosts = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

function coreCosts(chip: ChipModel): CoreCosts {
  const costs: CoreCosts = [
    new Float64Array(CORE_FIELDS),
    new Float64Array(CORE_FIELDS),
    new Float64Array(CORE_FIELDS),
    new Float64Array(CORE_FIELDS),
  ];
  costs[0][CoreField.active] = secondsOf(chip, 'neuronUpdateActive');
  costs[0][CoreField.inactive] = secondsOf(chip, 'neuronUpdateInactive');
  costs[1][CoreField.synapticEvents] = secondsOf(chip, 'synapticEvent');
  costs[2][CoreField.fastWeightUpdates] = secondsOf(chip, 'fastWeightUpdate');
  costs[3][CoreField.packetsOut] = secondsOf(chip, 'spikeInTile');
  costs[3][CoreField.packetsIn] = secondsOf(chip, 'spikeInTile');
  return costs;
}

/** Busy time of the unit that a step waits for, added to its parts; also adds up the busy time of every core. */
function addBusiest(
  trace: Trace,
  step: number,
  costs: CoreCosts,
  busySeconds: Float64Array,
  embedded: number,
  parts: Float64Array,
): number {
  let longest = -1;
  let busiest = 0;
  for (let core = 0; core < trace.cores; core++) {
    const row = (step * trace.cores + core) * CORE_FIELDS;
    let busy = 0;
    for (const cost of costs) busy += dot(cost, trace.perCore, row);
    busySeconds[core] += busy;
    if (busy > longest) {
      longest = busy;
      busiest = row;
    }
  }
  if (embedded > longest) {
    parts[PARTS.indexOf('embeddedProcessor')] += embedded;
    return embedded;
  }
  costs.forEach((cost, part) => {
    parts[part] += dot(cost, trace.perCore, busiest);
  });
  return longest;
}

function dot(cost: Float64Array, counters: Int32Array, row: number): number {
  let seconds = 0;
  for (let field = 0; field < cost.length; field++) seconds += cost[field] * counters[row + field];
  return seconds;
}

/** Linear between one tile in use and all tiles of a chip; one figure for any number of chips above one. */
function barrierSeconds(program: LoihiProgram, chip: ChipModel): number {
  if (chipsUsed(program) > 1) return secondsOf(chip, 'barrierChips');
  const tiles = new Set(program.cores.map((core) => `${core.chip}/${core.tile}`)).size;
  const all = chip.geometry.columns * chip.geometry.rows;
  const one = secondsOf(chip, 'barrierOneTile');
  return all === 1 ? one : one + ((secondsOf(chip, 'barrierAllTiles') - one) * (tiles - 1)) / (all - 1);
}

/** The longest way that a packet of this program can take. */
function longestRouteSeconds(program: LoihiProgram, chip: ChipModel): number {
  const floor = layFloor(program, chip);
  const horizontalS = secondsOf(chip, 'hopHorizontal');
  const verticalS = secondsOf(chip, 'hopVertical');
  let longest = 0;
  const consider = (from: number | null, to: number): void => {
    const [horizontal, vertical] = hopsBetween(floor, from, to);
    const crossings = crossingsBetween(floor, from, to);
    const betweenS = crossings === 0 ? 0 : crossings * secondsOf(chip, 'chipCrossing');
    longest = Math.max(longest, horizontal * horizontalS + vertical * verticalS + betweenS);
  };
  program.cores.forEach((core, index) => {
    for (const to of new Set(core.outputs.core)) consider(index, to);
    if (core.groups.some((group) => group.buffered || group.role === 'readout')) consider(null, index);
  });
  for (const injection of program.segments.flatMap((segment) => segment.injections)) {
    for (const to of new Set(injection.routes.core)) consider(null, to);
  }
  return longest;
}

function timeSegments(trace: Trace, program: LoihiProgram, stepSeconds: Float64Array, embedded: number): SegmentTiming[] {
  let first = 0;
  return program.segments.map(({ index, kind, steps }) => {
    let seconds = 0;
    for (let step = first; step < first + steps; step++) seconds += stepSeconds[step];
    first += steps;
    const embeddedSeconds = trace.embeddedOperations[index] * embedded;
    return { index, kind, steps, seconds: seconds + embeddedSeconds, embeddedSeconds };
  });
}

/** Model timesteps of a clip, and the segment and chip step in which the last frame is sent. */
function framesOf(program: LoihiProgram): {
  readonly frames: number;
  readonly lastFrame: { readonly segment: number; readonly step: number } | null;
} {
  const features = featuresEntry(program);
  if (features === undefined) return { frames: 0, lastFrame: null };
  const { injection, segment } = features;
  return { frames: injection.steps, lastFrame: { segment, step: injection.start + injection.steps - 1 } };
}

/** From the beginning of the clip to the end of the given chip step of a segment; 0 where there is none. */
function secondsUntil(
  moment: { readonly segment: number; readonly step: number } | null,
  segments: readonly SegmentTiming[],
  trace: Trace,
  stepSeconds: Float64Array,
): number {
  if (moment === null) return 0;
  let seconds = 0;
  for (const segment of segments) if (segment.index < moment.segment) seconds += segment.seconds;
  const first = trace.segmentOfStep.indexOf(moment.segment);
  for (let step = first; step <= first + moment.step; step++) seconds += stepSeconds[step];
  return seconds;
}
