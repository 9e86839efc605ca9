import { formatCount, formatPercent, formatSi } from '../format-figures.ts';
import type { RunReport } from '../run-report.ts';

/** A figure of a run that is compared. */
export interface Figure {
  readonly name: string;
  readonly unit?: string;
  readonly format: (value: number) => string;
  readonly read: (report: RunReport) => number | null;
  /** Accuracies differ by points; everything else by a factor. */
  readonly ratio: boolean;
}

export const joules = (value: number): string => formatSi(value, 'J');
export const seconds = (value: number): string => formatSi(value, 's');
export const percent = (value: number): string => formatPercent(value);
/** `× 0.45`, `× 12.0`, `× 0.0021`. */
export const ratioText = (ratio: number): string =>
  `× ${ratio >= 10 ? ratio.toFixed(1) : ratio >= 0.1 ? ratio.toFixed(2) : formatCount(ratio)}`;

export const FIGURES: readonly Figure[] = [
  { name: 'timesteps', format: formatCount, read: (r) => r.model.timesteps, ratio: true },
  { name: 'accuracy', format: percent, read: (r) => r.accuracy.deployed, ratio: false },
  { name: 'float accuracy', format: percent, read: (r) => r.accuracy.float, ratio: false },
  { name: 'agreement', format: percent, read: (r) => r.accuracy.agreement, ratio: false },
  { name: 'known energy', unit: 'J', format: joules, read: (r) => r.energy.knownJoules, ratio: true },
  { name: 'energy', unit: 'J', format: joules, read: (r) => r.energy.joulesPerSample, ratio: true },
  { name: 'known latency', unit: 's', format: seconds, read: (r) => r.latency.knownSeconds, ratio: true },
  { name: 'latency', unit: 's', format: seconds, read: (r) => r.latency.secondsPerSample, ratio: true },
  { name: 'chips', format: formatCount, read: (r) => r.target.chips, ratio: true },
  { name: 'cores', format: formatCount, read: (r) => r.target.cores, ratio: true },
  { name: 'synaptic events', format: formatCount, read: (r) => r.events.synapticEvents, ratio: true },
  { name: 'spikes', format: formatCount, read: (r) => r.events.spikes, ratio: true },
  { name: 'packets', format: formatCount, read: (r) => r.events.packets, ratio: true },
];

/** The figure over that of the first run; null where one of them is unknown or the first is 0. */
export function ratioOf(figure: Figure, report: RunReport, first: RunReport): number | null {
  const value = figure.read(report);
  const reference = figure.read(first);
  return value === null || reference === null || reference === 0 ? null : value / reference;
}
