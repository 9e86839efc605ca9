import { type Interval, wilsonInterval } from '../statistics.ts';
import type { NamedRun } from './named-run.ts';
import { paretoFront } from './pareto.ts';

/** What a run costs, of the terms that are known. */
export const COSTS = [
  { name: 'energy', title: 'energy per clip (known terms)', unit: 'J', read: ({ report }: NamedRun): number => report.energy.knownJoules },
  {
    name: 'latency',
    title: 'latency per clip (known terms)',
    unit: 's',
    read: ({ report }: NamedRun): number => report.latency.knownSeconds,
  },
] as const;

export type CostAxis = (typeof COSTS)[number];

/** A run in a plane of quality and cost. */
export interface ParetoPoint {
  readonly run: NamedRun;
  readonly quality: number;
  /** 95 %. */
  readonly interval: Interval;
  readonly cost: number;
  readonly front: boolean;
}

/** Runs whose quality is not known are left out. */
export interface ParetoPlane {
  readonly axis: CostAxis;
  readonly quality: QualityName;
  readonly points: readonly ParetoPoint[];
}

export type QualityName = 'accuracy' | 'agreement';

/** Accuracy on the chip; where no run has labels, agreement with the float network stands in for it. */
export function qualityOf(runs: readonly NamedRun[]): QualityName {
  return runs.some(({ report }) => report.accuracy.deployed !== null) ? 'accuracy' : 'agreement';
}

/** Quality against energy, and against latency, with the front of each. */
export function paretoPlanes(runs: readonly NamedRun[]): readonly ParetoPlane[] {
  const quality = qualityOf(runs);
  return COSTS.map((axis) => {
    const known = runs.flatMap((run) => {
      const { deployed, agreement } = run.report.accuracy;
      const value = quality === 'accuracy' ? deployed : agreement;
      return value === null ? [] : [{ run, quality: value, interval: wilsonInterval(value, run.report.samples), cost: axis.read(run) }];
    });
    const front = paretoFront(known);
    return { axis, quality, points: known.map((point, i) => ({ ...point, front: front[i] })) };
  });
}
