import type { LoihiProgram } from '../../ir/mapping.ts';
import { CORE_FIELDS, STEP_FIELDS } from '../../ir/trace.ts';

/** Counters of a clip, and where the current chip step's begin. */
export interface Recorder {
  readonly steps: number;
  readonly perCore: Int32Array;
  readonly perStep: Int32Array;
  readonly segmentOfStep: Int32Array;
  readonly embeddedOperations: Int32Array;
  /** Spikes by population. */
  readonly spikes: Float64Array;
  /** Currents that wrapped, by population. */
  readonly wraps: Float64Array;
  readonly readout: Int32Array;
  /** Chip step, counted over all segments. */
  step: number;
  /** Offsets of this step's row in perCore and perStep. */
  coreRow: number;
  stepRow: number;
}

export function startRecorder(program: LoihiProgram, populations: number, readoutSteps: number): Recorder {
  const steps = program.segments.reduce((sum, segment) => sum + segment.steps, 0);
  const segmentOfStep = new Int32Array(steps);
  let first = 0;
  for (const segment of program.segments) {
    segmentOfStep.fill(segment.index, first, first + segment.steps);
    first += segment.steps;
  }
  return {
    steps,
    perCore: new Int32Array(steps * program.cores.length * CORE_FIELDS),
    perStep: new Int32Array(steps * STEP_FIELDS),
    segmentOfStep,
    embeddedOperations: new Int32Array(program.segments.length),
    spikes: new Float64Array(populations),
    wraps: new Float64Array(populations),
    readout: new Int32Array(readoutSteps * program.readout.classes),
    step: 0,
    coreRow: 0,
    stepRow: 0,
  };
}

/** Moves on to chip step `step` of the clip. */
export function enterStep(recorder: Recorder, step: number, cores: number): void {
  recorder.step = step;
  recorder.coreRow = step * cores * CORE_FIELDS;
  recorder.stepRow = step * STEP_FIELDS;
}
