import type { Stream } from '../../ir/accumulate.ts';
import type { Synapses } from '../../ir/synapses.ts';
import { forEachTarget } from '../../ir/window.ts';

/** Synapses of one source whose weight is 0 and that act `lag` steps later. */
interface Zeros {
  readonly source: number;
  readonly lag: number;
  readonly count: number;
}

/** Where a projection has weights of 0: an entry for each source and lag that has some. */
export function findZeroWeights(synapses: Synapses): readonly Zeros[] {
  const found = new Map<string, { source: number; lag: number; count: number }>();
  const note = (source: number, lag: number): void => {
    const key = `${source} ${lag}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { source, lag, count: 1 });
    else known.count++;
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
  return [...found.values()];
}

/** Non-zero inputs that meet such a weight, their effect inside the clip. */
export function eventsAtZeroWeights(zeros: readonly Zeros[], stream: Stream, sources: number, steps: number, delay: number): number {
  let events = 0;
  for (const { source, lag, count } of zeros) {
    const last = Math.min(stream.length / sources, steps - lag - delay);
    for (let t = Math.max(0, -lag - delay); t < last; t++) if (stream[t * sources + source] !== 0) events += count;
  }
  return events;
}
