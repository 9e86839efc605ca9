/** Where a clip's time zero lies: at its first event, or where the recording began. */
export const TIME_ORIGINS = ['first-event', 'recording'] as const;
export type TimeOrigin = (typeof TIME_ORIGINS)[number];

/** What a frame holds: the number of events of a channel, or 1 where there was any. */
export const COUNT_RULES = ['integer', 'binary'] as const;
export type CountRule = (typeof COUNT_RULES)[number];

/** How events become frames [steps, channels]. */
export interface FramingRule {
  readonly steps: number;
  readonly channels: number;
  /** Units of the recording, `units / channels` neighbours to a channel. */
  readonly units: number;
  /** Width of a frame, milliseconds. */
  readonly binMs: number;
  readonly origin: TimeOrigin;
  readonly counts: CountRule;
}

export interface Frames {
  /** [steps, channels] */
  readonly features: Float32Array;
  /** [steps] */
  readonly valid: Uint8Array;
}

/** Bin width of a network of `steps` timesteps, made for one second: round(1000 / steps) milliseconds. */
export function defaultBinMs(steps: number): number {
  return Math.round(1000 / steps);
}

/**
 * Frames of one clip. `times` in seconds, ascending, as long as `units`.
 *
 * Frames are closed on the left; an event exactly at the end of the last frame belongs to it. Events exactly on a border are common, so the
 * arithmetic is float64 throughout: in float16, the width that such files store, many would move. Frames beyond `steps` are dropped, a
 * shorter clip is padded at the end. A clip whose events all share one instant has one frame, a clip without events has none.
 */
export function frameEvents(times: ArrayLike<number>, units: ArrayLike<number>, rule: FramingRule): Frames {
  const features = new Float32Array(rule.steps * rule.channels);
  const valid = new Uint8Array(rule.steps);
  if (times.length === 0) return { features, valid };
  const zeroMs = rule.origin === 'first-event' ? 1000 * times[0] : 0;
  const frames = Math.max(1, Math.ceil((1000 * times[times.length - 1] - zeroMs) / rule.binMs));
  const unitsPerChannel = rule.units / rule.channels;
  for (let j = 0; j < times.length; j++) {
    const frame = Math.min(Math.floor((1000 * times[j] - zeroMs) / rule.binMs), frames - 1);
    if (frame >= rule.steps) break;
    const cell = frame * rule.channels + Math.floor(units[j] / unitsPerChannel);
    features[cell] = rule.counts === 'binary' ? 1 : features[cell] + 1;
  }
  valid.fill(1, 0, Math.min(frames, rule.steps));
  return { features, valid };
}

/** The rule in words, for reports. */
export function describeFraming(rule: FramingRule): string {
  return describeFrames(
    rule,
    rule.units === rule.channels ? `${rule.units} units` : `${rule.units} units summed to ${rule.channels} channels`,
  );
}

/** The rule in words; `channels` says how they come of what was recorded. */
export function describeFrames(rule: FramingRule, channels: string): string {
  const origin = rule.origin === 'first-event' ? "from the clip's first event" : 'from the start of the recording';
  return `bins of ${rule.binMs} ms ${origin}, ${channels}, ${rule.counts === 'integer' ? 'event counts' : 'clipped to 1'}`;
}
