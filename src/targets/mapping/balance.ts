/** What has to be done for a population in each of `steps` time steps, in the mean. */
export interface Work {
  readonly segment: number;
  readonly start: number;
  readonly steps: number;
  /** Index of the population. */
  readonly owner: number;
  /**
   * `shared`: on the cores of its slices, which share it; `each`: on all of them; `host`: on the processor that serves all cores; `sent`:
   * there, once for each slice.
   */
  readonly on: 'shared' | 'each' | 'host' | 'sent';
  /** Per step. */
  readonly seconds: number;
}

/** A run of steps in which no work begins or ends. */
interface Interval {
  readonly steps: number;
  readonly work: readonly Work[];
}

/** How long all steps take, and how long of it the cores of each population are waited for. */
interface Pace {
  readonly seconds: number;
  readonly waits: Float64Array;
}

/** What a core more has to be worth: this share of a clip's time. */
const WORTH = 0.02;
/** Smaller slices are not made for speed: a packet that opens few synapses costs more on its way than what it brings. */
const NEURONS_LEAST = 32;

/**
 * Slices of each population that make a clip fast, `least` or more, on at most `coresMax` cores. The population whose cores are waited for
 * longest is cut once more, again and again; of all these cuts the one is taken that wins most when every core more has to win 2 %: a slice
 * more costs packets and hops, which this estimate leaves out. `sizes`: neurons of each population; `barrier`: seconds of all barriers with so many cores.
 */
export function balanceSlices(
  least: readonly number[],
  sizes: readonly number[],
  coresMax: number,
  work: readonly Work[],
  barrier: (cores: number) => number,
): readonly number[] {
  const intervals = intervalsOf(work);
  const parts = [...least];
  let cores = parts.reduce((sum, count) => sum + count, 0);
  const tried: { readonly parts: readonly number[]; readonly seconds: number }[] = [];
  for (;;) {
    const { seconds, waits } = paceOf(intervals, parts);
    tried.push({ parts: [...parts], seconds: seconds + barrier(cores) });
    const busiest = largest(waits);
    if (cores >= coresMax || waits[busiest] === 0 || sizes[busiest] / (parts[busiest] + 1) < NEURONS_LEAST) break;
    parts[busiest]++;
    cores++;
  }
  const price = (cuts: number): number => tried[cuts].seconds * (1 + WORTH) ** cuts;
  const best = tried.reduce((cheapest, _, cuts) => (price(cuts) < price(cheapest) ? cuts : cheapest), 0);
  return tried[best].parts;
}

/** A step lasts as long as its busiest unit. */
function paceOf(intervals: readonly Interval[], parts: readonly number[]): Pace {
  const waits = new Float64Array(parts.length);
  let total = 0;
  for (const { steps, work } of intervals) {
    const cores = new Float64Array(parts.length);
    let host = 0;
    for (const { owner, on, seconds } of work) {
      switch (on) {
        case 'shared':
          cores[owner] += seconds / parts[owner];
          break;
        case 'each':
          cores[owner] += seconds;
          break;
        case 'host':
          host += seconds;
          break;
        case 'sent':
          host += seconds * parts[owner];
          break;
      }
    }
    const busiest = largest(cores);
    if (cores[busiest] > host) waits[busiest] += steps * cores[busiest];
    total += steps * Math.max(cores[busiest], host);
  }
  return { seconds: total, waits };
}

function intervalsOf(work: readonly Work[]): readonly Interval[] {
  return [...new Set(work.map(({ segment }) => segment))].flatMap((segment) => {
    const inside = work.filter((item) => item.segment === segment && item.seconds > 0);
    const borders = [...new Set(inside.flatMap(({ start, steps }) => [start, start + steps]))].sort((a, b) => a - b);
    return borders.slice(1).map((end, i) => ({
      steps: end - borders[i],
      work: inside.filter(({ start, steps }) => start <= borders[i] && start + steps >= end),
    }));
  });
}

/** Index of the largest value, the first of equals. */
const largest = (values: Float64Array): number => values.reduce((most, value, i) => (value > values[most] ? i : most), 0);
