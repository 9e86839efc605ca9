import type { Stream } from '../../ir/accumulate.ts';
import type { Projection } from '../../ir/network.ts';
import type { Synapses } from '../../ir/synapses.ts';
import { forEachTarget } from '../../ir/window.ts';
import type { Weigh } from '../count-events.ts';

/** Synapses of one source whose weight is 0 and that act `lag` steps later. */
interface Zeros {
  readonly source: number;
  readonly lag: number;
  readonly count: number;
}

/** Where a projection has weights of 0: an entry for each source and lag that has some. */
export function findZeroWeights(synapses: Synapses): readonly Zeros[] {
  /** Counts by lag, then source. */
  const found = new Map<number, Map<number, number>>();
  const note = (source: number, lag: number): void => {
    const counts = found.get(lag) ?? new Map<number, number>();
    if (counts.size === 0) found.set(lag, counts);
    counts.set(source, (counts.get(source) ?? 0) + 1);
  };
  switch (synapses.kind) {
    case 'dense':
      synapses.weights.forEach((weight, i) => {
        if (weight === 0) note(Math.floor(i / synapses.targets), 0);
      });
      break;
    case 'time-convolution': {
      const perSource = synapses.targets / synapses.groups;
      synapses.weights.forEach((weight, i) => {
        if (weight !== 0) return;
        const tap = Math.floor(i / (synapses.sources * perSource));
        note(Math.floor(i / perSource) % synapses.sources, -(synapses.firstOffset + tap * synapses.dilation));
      });
      break;
    }
    case 'one-to-one':
      synapses.weights?.forEach((weight, i) => {
        if (weight === 0) note(i, 0);
      });
      break;
    case 'sparse':
      synapses.weights.forEach((weight, k) => {
        if (weight === 0) note(synapses.sourceIndex[k], synapses.delays === null ? 0 : synapses.delays[k]);
      });
      break;
    case 'convolution':
    case 'pooling':
      for (let source = 0; source < synapses.sources; source++)
        forEachTarget(synapses, source, (_, weight) => {
          if (weight === 0) note(source, 0);
        });
      break;
  }
  return [...found].flatMap(([lag, counts]) => [...counts].map(([source, count]) => ({ source, lag, count })));
}

/** Inputs that meet such a weight, their effect inside the clip. */
export function eventsAtZeroWeights(
  zeros: readonly Zeros[],
  stream: Stream,
  { synapses: { sources }, delaySteps: delay }: Projection,
  steps: number,
  weigh: Weigh,
): number {
  let events = 0;
  for (const { source, lag, count } of zeros) {
    const last = Math.min(stream.length / sources, steps - lag - delay);
    for (let t = Math.max(0, -lag - delay); t < last; t++) events += count * weigh(stream[t * sources + source]);
  }
  return events;
}
