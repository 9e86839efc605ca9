import { type Diagnostic, diagnostic, type Place } from '../../diagnostics/index.ts';
import type { FramingRule } from './framing.ts';

/** The events of each clip: times in seconds, and as many units. */
export interface EventClips {
  readonly count: number;
  times(clip: number): Float32Array | Float64Array;
  /** Whole numbers; as float32 exact up to 2^24, far above any recording's number of units. */
  units(clip: number): Float32Array | Float64Array;
}

/** Diagnostics beyond this many clips would only repeat themselves. */
const REPORTED_CLIPS = 5;
/** Seconds; beyond this milliseconds lose their fractions, and the file counts in another unit than seconds. */
const LONGEST_S = 1e6;

/** What is wrong with the clips: at most one diagnostic a clip, for the first clips concerned. `place` says where a clip is. */
export function checkEvents(clips: EventClips, rule: FramingRule, place: (clip: number) => Place): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (let clip = 0; clip < clips.count && found.length < REPORTED_CLIPS; clip++) {
    const problem = findProblem(clips.times(clip), clips.units(clip), rule);
    if (problem === null) continue;
    found.push(diagnostic('data-malformed', problem.message, { places: [place(clip)], notes: [problem.note] }));
  }
  return found;
}

function findProblem(times: ArrayLike<number>, units: ArrayLike<number>, rule: FramingRule): { message: string; note: string } | null {
  if (times.length !== units.length) {
    return { message: `${times.length} times and ${units.length} units`, note: 'each event has one time and one unit' };
  }
  if (rule.origin === 'recording' && times[0] < 0) {
    return { message: `the first event is at ${times[0]} s`, note: 'counted from the start of the recording, times are 0 or more' };
  }
  for (let j = 0; j < times.length; j++) {
    if (!(Math.abs(times[j]) <= LONGEST_S)) {
      return { message: `the time of event ${j} is ${times[j]}`, note: `times are seconds, finite and within ${LONGEST_S}` };
    }
    if (times[j] < times[Math.max(0, j - 1)]) {
      return {
        message: `event ${j} at ${times[j]} s comes after an event at ${times[j - 1]} s`,
        note: 'the events of a clip stand in order of time',
      };
    }
    if (!(units[j] >= 0 && units[j] < rule.units)) {
      return {
        message: `the unit of event ${j} is ${units[j]}`,
        note: `allowed: 0 to ${rule.units - 1}, as a recording with ${rule.units} units has`,
      };
    }
  }
  return null;
}
