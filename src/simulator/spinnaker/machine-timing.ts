import type { Basis } from '../../ir/chip-model.ts';
import type { SpinnakerChip, SpinnakerFigure } from '../../ir/spinnaker-chip.ts';
import type { SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import { weakestBasis } from '../figures.ts';
import type { SegmentTiming, Timing } from '../timing.ts';
import type { MachineTrace } from './machine-trace.ts';

/** A figure that is marked is an assumption. */
export const basisOf = ({ marks }: SpinnakerFigure): Basis => (marks.length === 0 ? 'published' : 'assumed');

/**
 * Time of a traced clip: every step lasts as long as the timer says, whatever the cores do in it; between segments all wait for the software that
 * works longest. Loading a clip and reading its potentials are not in it.
 */
export function timeMachine(trace: MachineTrace, program: SpinnakerProgram, chip: SpinnakerChip): Timing {
  const stepS = chip.chip.timestep.value * program.timeScale;
  const clock = chip.core.clock.value;
  const segments = program.segments.map(({ index, kind, steps }): SegmentTiming => {
    const cycles = trace.softwareCycles.subarray(index * trace.cores, (index + 1) * trace.cores);
    const embeddedSeconds = Math.max(0, ...cycles) / clock;
    return { index, kind, steps, seconds: steps * stepS + embeddedSeconds, embeddedSeconds };
  });
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const softwareS = segments.reduce((sum, segment) => sum + segment.embeddedSeconds, 0);
  const software = weakestBasis(Object.values(chip.software).map(basisOf));
  // The factor comes of cycles that are assumptions.
  const steps = weakestBasis([chip.core.stepCycles, chip.core.neuronCycles, chip.core.packetCycles, chip.core.eventCycles].map(basisOf));
  const busySeconds = new Float64Array(trace.cores);
  for (let i = 0; i < trace.cycles.length; i++) busySeconds[i % trace.cores] += trace.cycles[i] / clock;
  for (let i = 0; i < trace.softwareCycles.length; i++) busySeconds[i % trace.cores] += trace.softwareCycles[i] / clock;
  return {
    seconds,
    segments,
    stepSeconds: new Float64Array(trace.steps).fill(stepS),
    terms: [
      { name: 'timerSteps', seconds: seconds - softwareS, basis: steps, source: 'cycles of a step', reason: null },
      { name: 'software', seconds: softwareS, basis: software, source: 'cycles of software', reason: null },
    ],
    basis: weakestBasis([steps, software]),
    criticalCore: busySeconds.indexOf(Math.max(...busySeconds)),
    busySeconds,
    secondsAfterLastFrame: seconds - secondsUntilLastFrame(program, segments, stepS),
    frames: framesOf(program),
  };
}

function featuresSend({ cores, readout }: SpinnakerProgram) {
  return cores.flatMap((core) => (core.kind === 'software' ? core.sends : [])).find(({ stream }) => stream === readout.featuresStream);
}

const framesOf = (program: SpinnakerProgram): number => featuresSend(program)?.steps ?? 0;

/** From the beginning of the clip to the end of the step that sends its last frame. */
function secondsUntilLastFrame(program: SpinnakerProgram, segments: readonly SegmentTiming[], stepS: number): number {
  const send = featuresSend(program);
  if (send === undefined) return 0;
  const before = segments.filter(({ index }) => index < send.segment).reduce((sum, segment) => sum + segment.seconds, 0);
  return before + segments[send.segment].embeddedSeconds + (send.start + send.steps) * stepS;
}
