import { formatSi } from './format-figures.ts';
import type { RunReport } from './run-report.ts';

/** `3.2 µJ`, or `3.2 µJ known, 2 terms unknown`. */
export function energyHeadline({ energy }: RunReport): string {
  return energy.joulesPerSample === null
    ? `${formatSi(energy.knownJoules, 'J')} known, ${countUnknown(energy.breakdown)} unknown`
    : formatSi(energy.joulesPerSample, 'J');
}

export function latencyHeadline({ latency }: RunReport): string {
  return latency.secondsPerSample === null
    ? `${formatSi(latency.knownSeconds, 's')} known, ${countUnknown(latency.breakdown)} unknown`
    : formatSi(latency.secondsPerSample, 's');
}

function countUnknown(breakdown: Readonly<Record<string, number | null>>): string {
  const unknown = Object.values(breakdown).filter((value) => value === null).length;
  return `${unknown} term${unknown === 1 ? '' : 's'}`;
}
