import type { Clip } from '../ir/clip.ts';
import type { ReadoutProgram } from '../ir/mapping.ts';
import { CORE_FIELDS, CoreField, type PopulationCounts, type Trace } from '../ir/trace.ts';
import { type EventCounts, totalCounts } from '../simulator/event-counts.ts';
import { integrate } from '../simulator/integrate.ts';
import { createChipSimulator } from '../simulator/loihi/index.ts';
import { createMachineSimulator } from '../simulator/spinnaker/machine-simulator.ts';
import { timeMachine } from '../simulator/spinnaker/machine-timing.ts';
import { type MachineCounts, type MachineTrace, totalMachineCounts } from '../simulator/spinnaker/machine-trace.ts';
import { machineTimeCourse, type TimeCourse, timeCourseOf } from '../simulator/time-course.ts';
import { type Timing, type TimingOptions, timeTrace } from '../simulator/timing.ts';
import type { CostOptions } from './costs.ts';
import { type Deployment, priced } from './deployment.ts';

/** A compiled program made ready to run clips. Throws what is wrong with the program. */
export interface ChipRunner {
  run(clip: Clip, record: boolean): ChipRun;
}

/** What is kept of a trace: counts and times, so that memory does not grow with steps and cores of every clip. */
interface AnyRun {
  /** [steps, classes], real. */
  readonly logits: Float64Array;
  readonly timing: Timing;
  /** Synaptic events of each core. */
  readonly coreEvents: Float64Array;
  readonly timeCourse: TimeCourse;
  readonly populations: ReadonlyMap<string, PopulationCounts>;
  readonly rasters: Trace['rasters'];
}

export type LoihiRun = AnyRun & {
  readonly kind: 'loihi';
  readonly counts: EventCounts;
  /** Operations of the embedded processor, by embedded operation of the program. */
  readonly embeddedWork: Int32Array;
};
export type SpinnakerRun = AnyRun & {
  readonly kind: 'spinnaker';
  readonly counts: MachineCounts;
  /** Cycles of software, by stream. */
  readonly work: ReadonlyMap<string, number>;
  /** Of each core, by step: of its busiest one, and on average. */
  readonly cycles: { readonly peak: Float64Array; readonly mean: Float64Array };
};
export type ChipRun = LoihiRun | SpinnakerRun;

export function openRunner(given: Deployment, costs: CostOptions): ChipRunner {
  const deployment = priced(given, costs);
  switch (deployment.kind) {
    case 'loihi':
      return loihiRunner(deployment, { model: costs.timing, without: costs.without });
    case 'spinnaker':
      return spinnakerRunner(deployment);
  }
}

function loihiRunner({ mapping: { program }, chip }: Extract<Deployment, { kind: 'loihi' }>, timing: TimingOptions): ChipRunner {
  const simulator = createChipSimulator(program, chip);
  return {
    run: (clip, record): LoihiRun => {
      const trace = simulator.run(clip, { record, recordSends: timing.model === 'detailed' });
      return {
        kind: 'loihi',
        logits: logitsOf(trace.readout, program.readout),
        counts: totalCounts(trace),
        embeddedWork: trace.embeddedWork,
        timing: timeTrace(trace, program, chip, timing),
        coreEvents: Float64Array.from(program.cores, (_, core) => eventsOnCore(trace, core)),
        timeCourse: timeCourseOf(trace),
        populations: trace.populations,
        rasters: trace.rasters,
      };
    },
  };
}

/** The potentials that a chip hands over, in real numbers, and integrated where the host does so. */
function logitsOf(potentials: Int32Array, { classes, scale, membrane }: ReadoutProgram): Float64Array {
  if (membrane === undefined) return Float64Array.from(potentials, (value) => value * scale);
  return Float64Array.from(
    integrate(
      membrane,
      Float32Array.from(potentials, (value) => value * scale),
      classes,
    ),
  );
}

function eventsOnCore(trace: Trace, core: number): number {
  let events = 0;
  for (let step = 0; step < trace.steps; step++)
    events += trace.perCore[(step * trace.cores + core) * CORE_FIELDS + CoreField.synapticEvents];
  return events;
}

function spinnakerRunner({ mapping: { program }, chip }: Extract<Deployment, { kind: 'spinnaker' }>): ChipRunner {
  const simulator = createMachineSimulator(program, chip);
  return {
    run: (clip, record): SpinnakerRun => {
      const trace = simulator.run(clip, { record });
      return {
        kind: 'spinnaker',
        logits: logitsOf(trace.readout, program.readout),
        counts: totalMachineCounts(trace),
        work: trace.work,
        cycles: byCore(trace),
        timing: timeMachine(trace, program, chip),
        coreEvents: trace.coreEvents,
        timeCourse: machineTimeCourse(trace),
        populations: trace.populations,
        rasters: trace.rasters,
      };
    },
  };
}

function byCore({ cycles, cores, steps }: MachineTrace): SpinnakerRun['cycles'] {
  const [peak, mean] = [new Float64Array(cores), new Float64Array(cores)];
  cycles.forEach((value, i) => {
    peak[i % cores] = Math.max(peak[i % cores], value);
    mean[i % cores] += value / steps;
  });
  return { peak, mean };
}
