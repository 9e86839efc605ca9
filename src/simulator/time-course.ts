import { CORE_FIELDS, CoreField, STEP_FIELDS, StepField, type Trace } from '../ir/trace.ts';
import { MACHINE_FIELDS, MachineField, type MachineTrace } from './spinnaker/machine-trace.ts';

/** Events of a clip by time: bin b holds those of chip steps b * stepsPerBin to (b + 1) * stepsPerBin - 1, over all segments. */
export interface TimeCourse {
  readonly stepsPerBin: number;
  /** Of all cores, relays included. */
  readonly spikes: Float64Array;
  readonly synapticEvents: Float64Array;
  readonly packets: Float64Array;
}

/** More than a figure can show; keeps what is remembered of a clip small, however many steps it has. */
const BINS_MAX = 256;

interface StepEvents {
  readonly spikes: number;
  readonly synapticEvents: number;
  readonly packets: number;
}

/** The same events as `totalCounts` counts: messages of cores and of the embedded processor are packets. */
export function timeCourseOf({ steps, cores, perCore, perStep }: Trace): TimeCourse {
  return binned(steps, (step) => {
    const sums = { spikes: 0, synapticEvents: 0, packets: perStep[step * STEP_FIELDS + StepField.injected] };
    for (let row = step * cores * CORE_FIELDS; row < (step + 1) * cores * CORE_FIELDS; row += CORE_FIELDS) {
      sums.spikes += perCore[row + CoreField.spikes];
      sums.synapticEvents += perCore[row + CoreField.synapticEvents];
      sums.packets += perCore[row + CoreField.packetsOut];
    }
    return sums;
  });
}

/** As `totalMachineCounts`; packets with and without payload together. */
export function machineTimeCourse({ steps, perStep }: MachineTrace): TimeCourse {
  return binned(steps, (step) => {
    const at = (field: number): number => perStep[step * MACHINE_FIELDS + field];
    return {
      spikes: at(MachineField.spikes),
      synapticEvents: at(MachineField.synapticEvents),
      packets: at(MachineField.packets) + at(MachineField.payloads),
    };
  });
}

function binned(steps: number, eventsOf: (step: number) => StepEvents): TimeCourse {
  const stepsPerBin = Math.max(1, Math.ceil(steps / BINS_MAX));
  const empty = (): Float64Array => new Float64Array(Math.ceil(steps / stepsPerBin));
  const timeCourse = { stepsPerBin, spikes: empty(), synapticEvents: empty(), packets: empty() };
  for (let step = 0; step < steps; step++) {
    const bin = Math.floor(step / stepsPerBin);
    const { spikes, synapticEvents, packets } = eventsOf(step);
    timeCourse.spikes[bin] += spikes;
    timeCourse.synapticEvents[bin] += synapticEvents;
    timeCourse.packets[bin] += packets;
  }
  return timeCourse;
}

/** Mean over clips of one program, of at least one. */
export function meanTimeCourse(clips: readonly TimeCourse[]): TimeCourse {
  const mean = (name: 'spikes' | 'synapticEvents' | 'packets'): Float64Array =>
    clips[0][name].map((_, bin) => clips.reduce((sum, clip) => sum + clip[name][bin], 0) / clips.length);
  return { stepsPerBin: clips[0].stepsPerBin, spikes: mean('spikes'), synapticEvents: mean('synapticEvents'), packets: mean('packets') };
}
