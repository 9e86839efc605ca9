import { failure } from '../diagnostics/index.ts';
import type { Timing } from './timing.ts';

/** `fast`: clips back to back. `real-time`: a frame per timestep, as a microphone brings them. */
export type Pace = 'fast' | 'real-time';

export interface PaceOptions {
  readonly pace: Pace;
  /** Seconds per frame; null where the data do not say and nobody did. */
  readonly timestepS: number | null;
}

/**
 * Seconds that a clip keeps the chip powered. Fast: its latency. Real time: frames * timestepS + secondsAfterLastFrame, and never less than the
 * latency (a chip that is too slow for the pace). Throws `bad-arguments` where real time is asked for without a timestep.
 */
export function sampleSeconds(timing: Pick<Timing, 'seconds' | 'secondsAfterLastFrame' | 'frames'>, options: PaceOptions): number {
  if (options.pace === 'fast') return timing.seconds;
  const { timestepS } = options;
  if (timestepS === null || !Number.isFinite(timestepS) || timestepS <= 0) {
    throw failure('bad-arguments', `real-time pace with a timestep of ${timestepS} s`, {
      notes: ['the pace needs the seconds that lie between two frames'],
      help: 'give --timestep (seconds per step), or --pace fast',
    });
  }
  return Math.max(timing.frames * timestepS + timing.secondsAfterLastFrame, timing.seconds);
}
