import type { LoihiProgram } from '../../ir/mapping.ts';
import { CORE_FIELDS, SEND_FIELDS, SendField, type SendLog, STEP_FIELDS } from '../../ir/trace.ts';

/** Counters of a clip, and where the current chip step's begin. */
export interface Recorder {
  readonly steps: number;
  readonly perCore: Int32Array;
  readonly perStep: Int32Array;
  readonly segmentOfStep: Int32Array;
  readonly embeddedOperations: Int32Array;
  /** By embedded operation of the program. */
  readonly embeddedWork: Int32Array;
  /** Spikes by population. */
  readonly spikes: Float64Array;
  /** Currents that wrapped, by population. */
  readonly wraps: Float64Array;
  readonly readout: Int32Array;
  /** null: sends are not kept. */
  readonly sends: SendRecorder | null;
  /** Chip step, counted over all segments. */
  step: number;
  /** Offsets of this step's row in perCore and perStep. */
  coreRow: number;
  stepRow: number;
}

/** Rows of a SendLog as they come; the array grows. */
export class SendRecorder {
  readonly #first: Int32Array;
  #rows = new Int32Array(1024 * SEND_FIELDS);
  #count = 0;

  constructor(steps: number) {
    this.#first = new Int32Array(steps + 1);
  }

  add(step: number, sender: number, source: number, worked: number, packets: number): void {
    const at = this.#count * SEND_FIELDS;
    if (at === this.#rows.length) {
      const longer = new Int32Array(this.#rows.length * 2);
      longer.set(this.#rows);
      this.#rows = longer;
    }
    this.#rows[at + SendField.sender] = sender;
    this.#rows[at + SendField.source] = source;
    this.#rows[at + SendField.worked] = worked;
    this.#rows[at + SendField.packets] = packets;
    this.#count++;
    this.#first[step + 1]++;
  }

  finish(): SendLog {
    const first = this.#first.slice();
    for (let step = 1; step < first.length; step++) first[step] += first[step - 1];
    return { rows: this.#rows.slice(0, this.#count * SEND_FIELDS), first };
  }
}

export function startRecorder(program: LoihiProgram, populations: number, readoutSteps: number, recordSends: boolean): Recorder {
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
    embeddedWork: new Int32Array(program.embedded.length),
    spikes: new Float64Array(populations),
    wraps: new Float64Array(populations),
    readout: new Int32Array(readoutSteps * program.readout.classes),
    sends: recordSends ? new SendRecorder(steps) : null,
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
