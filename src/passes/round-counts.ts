import type { Synapses } from '../ir/synapses.ts';

/**
 * How alike two counts of one clip are, as a share of a count's own second moment: MEAN + NEAR^(channels + steps apart). Event counts of
 * sensors are positive and alike in neighbouring channels and steps: of the digits in models/, binned at 10 to 50 ms, the squared mean is
 * 0.1 of the second moment, and the next channel shares 0.95 to 0.98 of it, the next step 0.8. Other values near these do as well.
 */
const MEAN = 0.1;
const NEAR = 0.8;
/** Channels further apart than this are alike by their mean alone: 0.8^16 is below 0.03. */
const REACH = 16;
/** Descent has ended long before, on every model tried. */
const SWEEPS_MAX = 50;

/** Weights laid out [tap][channel][target]. */
interface Field {
  readonly channels: number;
  readonly taps: number;
  readonly targets: number;
}

/** Weights of every target over (channel, tap); null where a target does not read all channels of its source. */
export function countFieldOf(synapses: Synapses): Field | null {
  switch (synapses.kind) {
    case 'dense':
      return { channels: synapses.sources, taps: 1, targets: synapses.targets };
    case 'time-convolution':
      return synapses.groups === 1 ? { channels: synapses.sources, taps: synapses.taps, targets: synapses.targets } : null;
    case 'one-to-one':
    case 'sparse':
    case 'convolution':
    case 'pooling':
      return null;
  }
}

/**
 * Integers near `wanted` (weights in grid steps, laid out [tap][channel][target]) from `low` to `high`, so that the current they make of
 * counts is off by as little as may be: the expected square of sum(error * count) has a term for every pair of weights, and each rounding
 * goes up or down, by coordinate descent, until no single change makes the sum smaller. Rounding each weight to its nearest integer would
 * leave errors that add up over neighbours, which are alike.
 */
export function roundForCounts(wanted: Float64Array, { channels, taps, targets }: Field, low: number, high: number): Float64Array {
  const rounded = new Float64Array(wanted.length);
  const field = new ErrorField(channels, taps);
  for (let target = 0; target < targets; target++) {
    field.clear();
    const at = (channel: number, tap: number): number => (tap * channels + channel) * targets + target;
    for (let channel = 0; channel < channels; channel++) {
      for (let tap = 0; tap < taps; tap++) {
        const value = wanted[at(channel, tap)];
        const step = Math.max(low, Math.min(high, Math.round(value)));
        rounded[at(channel, tap)] = step;
        // A clipped weight has lost more than rounding: that is not for its neighbours to make up.
        field.add(channel, tap, Math.abs(step - value) > 0.5 ? 0 : step - value);
      }
    }
    for (let sweep = 0, changed = true; changed && sweep < SWEEPS_MAX; sweep++) {
      changed = false;
      for (let channel = 0; channel < channels; channel++) {
        for (let tap = 0; tap < taps; tap++) {
          const move = field.bestMove(channel, tap);
          const step = rounded[at(channel, tap)] + move;
          if (move === 0 || step < low || step > high) continue;
          rounded[at(channel, tap)] = step;
          field.add(channel, tap, move);
          changed = true;
        }
      }
    }
  }
  return rounded;
}

/** Rounding errors of one target's weights, and how the expected squared error of its current changes with each. */
class ErrorField {
  private readonly channels: number;
  private readonly taps: number;
  private readonly error: Float64Array;
  /** Sum over the other weights of likeness * error, the mean's share aside. */
  private readonly slope: Float64Array;
  private sum = 0;
  private readonly powers: Float64Array;

  constructor(channels: number, taps: number) {
    this.channels = channels;
    this.taps = taps;
    this.error = new Float64Array(channels * taps);
    this.slope = new Float64Array(channels * taps);
    this.powers = Float64Array.from({ length: REACH + taps + 1 }, (_, distance) => NEAR ** distance);
  }

  clear(): void {
    this.error.fill(0);
    this.slope.fill(0);
    this.sum = 0;
  }

  add(channel: number, tap: number, amount: number): void {
    const { taps, slope, powers } = this;
    this.error[channel * taps + tap] += amount;
    this.sum += amount;
    const last = Math.min(this.channels - 1, channel + REACH);
    for (let other = Math.max(0, channel - REACH); other <= last; other++) {
      const apart = Math.abs(other - channel);
      for (let k = 0; k < taps; k++) slope[other * taps + k] += amount * powers[apart + Math.abs(k - tap)];
    }
  }

  /** The step to the other neighbouring integer, where it makes the current better; 0 where not. */
  bestMove(channel: number, tap: number): -1 | 0 | 1 {
    const i = channel * this.taps + tap;
    const move = this.error[i] > 0 ? -1 : 1;
    const change = 2 * move * (this.slope[i] + MEAN * this.sum) + 1 + MEAN;
    return change < -1e-9 ? move : 0;
  }
}
