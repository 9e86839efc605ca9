import type { Prediction, RunReport } from '../run-report.ts';
import { type Interval, independentInterval, mcnemarExact, type PairedCounts, pairedInterval } from '../statistics.ts';

/** How much better one run decides than another, and how much of it may be chance. Fractions. */
export interface AccuracyDifference {
  readonly difference: number;
  /** 95 %. */
  readonly interval: Interval;
  /** Paired: the clips that both runs had decided. null: different data, nothing can be paired. */
  readonly paired: { readonly clips: number; readonly counts: PairedCounts; readonly pValue: number } | null;
}

/**
 * Accuracy of `second` minus that of `first` on the chip. On the same clips of the same data they are paired one by one, as far as both runs went;
 * else the runs are taken as independent. null without labels, or where a chip was not simulated.
 */
export function accuracyDifference(first: RunReport, second: RunReport): AccuracyDifference | null {
  if (samePlaces(first, second)) return pairedDifference(first.predictions, second.predictions);
  const before = first.accuracy.deployed;
  const after = second.accuracy.deployed;
  if (before === null || after === null) return null;
  return { difference: after - before, interval: independentInterval(before, first.samples, after, second.samples), paired: null };
}

/** Options that choose clips of a file, or their order. */
const CHOOSING = ['split', 'select', 'shuffle'];

/** The same file, and the same choice of it: clip i of one run is clip i of the other. */
const samePlaces = (first: RunReport, second: RunReport): boolean =>
  first.data.sha256 === second.data.sha256 && CHOOSING.every((name) => first.settings.options[name] === second.settings.options[name]);

function pairedDifference(first: readonly Prediction[], second: readonly Prediction[]): AccuracyDifference | null {
  const clips = Math.min(first.length, second.length);
  const counts = { both: 0, first: 0, second: 0, neither: 0 };
  for (let clip = 0; clip < clips; clip++) {
    const before = isRight(first[clip]);
    const after = isRight(second[clip]);
    if (before === null || after === null) return null;
    counts[before ? (after ? 'both' : 'first') : after ? 'second' : 'neither']++;
  }
  if (clips === 0) return null;
  return {
    difference: (counts.second - counts.first) / clips,
    interval: pairedInterval(counts),
    paired: { clips, counts, pValue: mcnemarExact(counts) },
  };
}

const isRight = ({ label, deployed }: Prediction): boolean | null => (label === null || deployed === null ? null : label === deployed);
