import type { Basis, ChipModel } from '../ir/chip-model.ts';
import { featuresEntry, type LoihiProgram } from '../ir/mapping.ts';
import { STEP_FIELDS, StepField, type Trace } from '../ir/trace.ts';
import type { CostLine } from './cost-lines.ts';
import { secondsOf, weakestBasis } from './figures.ts';
import { chipsUsed } from './floor.ts';
import { openMeshSteps } from './mesh-steps.ts';
import { coreCosts, workOfStep } from './step-work.ts';

/** What takes time; each second of a clip belongs to exactly one part. `mesh`: waiting for routes, links and other cores. */
export type TimingPart = 'neuronUpdates' | 'synapticEvents' | 'fastWeightUpdates' | 'packets' | 'embeddedProcessor' | 'mesh' | 'barrier';

/** `simple`: the mesh costs nothing. `detailed`: packets queue at cores and block each other on links. */
export const TIMING_MODELS = ['simple', 'detailed'] as const;
export type TimingModel = (typeof TIMING_MODELS)[number];

export interface TimingOptions {
  readonly model: TimingModel;
  /** What is taken to need no time; only `barrier` and `embeddedProcessor` matter here. */
  readonly without: readonly CostLine[];
}

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

const SIMPLE: TimingOptions = { model: 'simple', without: [] };

/**
 * Time of a traced clip by the models of docs/energy-model.md:
 *
 *   step = max(over cores: what it updates and sends, what it receives and reads; embedded processor: packets sent and collected)
 *          + (detailed) what the slowest packet waits for in the mesh
 *          + barrier
 *
 * Segments follow each other; between them the embedded processor works through its operations one by one. `detailed` needs a trace that was
 * recorded with its sends.
 */
export function timeTrace(trace: Trace, program: LoihiProgram, chip: ChipModel, options: TimingOptions = SIMPLE): Timing {
  const embedded = options.without.includes('embeddedProcessor') ? 0 : secondsOf(chip, 'embeddedOperation');
  const barrier = options.without.includes('barrier') ? 0 : barrierSeconds(program, chip);
  const costs = coreCosts(chip);
  const inMesh = options.model === 'detailed' ? openMeshSteps(trace, program, chip, costs, embedded) : null;
  const parts: Record<TimingPart, number> = {
    neuronUpdates: 0,
    synapticEvents: 0,
    fastWeightUpdates: 0,
    packets: 0,
    embeddedProcessor: 0,
    mesh: 0,
    barrier: 0,
  };
  const stepSeconds = new Float64Array(trace.steps);
  const busySeconds = new Float64Array(trace.cores);
  for (let step = 0; step < trace.steps; step++) {
    const row = step * STEP_FIELDS;
    const embeddedS = embedded * (trace.perStep[row + StepField.injected] + trace.perStep[row + StepField.collected]);
    const { seconds, shares } = workOfStep(trace, step, costs, embeddedS, busySeconds);
    for (const { part, seconds: share } of shares) parts[part] += share;
    const mesh = inMesh === null ? 0 : Math.max(0, inMesh(step) - seconds);
    parts.mesh += mesh;
    parts.barrier += barrier;
    stepSeconds[step] = seconds + mesh + barrier;
  }
  const segments = timeSegments(trace, program, stepSeconds, embedded);
  parts.embeddedProcessor += segments.reduce((sum, segment) => sum + segment.embeddedSeconds, 0);
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const terms = PARTS.map((name) => ({ name, seconds: parts[name], ...provenance(name, chip, chipsUsed(program)), reason: null }));
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
  'mesh',
  'barrier',
];

/** What each part rests on; of several names those that the chip has. */
const FIGURES: Readonly<Record<TimingPart, readonly (keyof ChipModel['time'])[]>> = {
  neuronUpdates: ['neuronUpdateActive', 'neuronUpdateInactive', 'spike'],
  synapticEvents: ['synapticEvent'],
  fastWeightUpdates: ['fastWeightUpdate'],
  packets: ['packetSent', 'packetReceived'],
  embeddedProcessor: ['embeddedOperation'],
  mesh: ['hopHorizontal', 'hopVertical'],
  barrier: ['barrierByTiles'],
};

/** What it rests on where the chip has none of those. */
const FALLBACKS: Partial<Readonly<Record<TimingPart, readonly (keyof ChipModel['time'])[]>>> = {
  packets: ['spikeInTile'],
  barrier: ['barrierOneTile', 'barrierAllTiles'],
};

/** What several chips rest on instead. */
const FIGURES_OF_SEVERAL: Partial<Readonly<Record<TimingPart, readonly (keyof ChipModel['time'])[]>>> = {
  mesh: ['hopHorizontal', 'hopVertical', 'chipCrossing'],
  barrier: ['barrierChips'],
};

function provenance(name: TimingPart, chip: ChipModel, chips: number): { readonly basis: Basis; readonly source: string } {
  const find = (names: readonly (keyof ChipModel['time'])[]) => names.flatMap((figure) => chip.time[figure] ?? []);
  const own = find((chips > 1 ? FIGURES_OF_SEVERAL[name] : undefined) ?? FIGURES[name]);
  const buffers = name === 'mesh' && chip.geometry.linkBuffer !== undefined ? [chip.geometry.linkBuffer] : [];
  const figures = own.length > 0 ? [...own, ...buffers] : find(FALLBACKS[name] ?? []);
  return {
    basis: weakestBasis(figures.map((figure) => figure.basis)),
    source: [...new Set(figures.map((figure) => figure.source))].join(', '),
  };
}

/** By the tiles in use: as the chip tells for each number, or linear between one tile and all; one figure for any number of chips above one. */
function barrierSeconds(program: LoihiProgram, chip: ChipModel): number {
  if (chipsUsed(program) > 1) return secondsOf(chip, 'barrierChips');
  const tiles = new Set(program.cores.map((core) => `${core.chip}/${core.tile}`)).size;
  const stated = chip.time.barrierByTiles?.steps.findLast(([from]) => from <= tiles);
  if (stated !== undefined) return stated[1];
  const all = chip.geometry.columns * chip.geometry.rows;
  const one = secondsOf(chip, 'barrierOneTile');
  return all === 1 ? one : one + ((secondsOf(chip, 'barrierAllTiles') - one) * (tiles - 1)) / (all - 1);
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
