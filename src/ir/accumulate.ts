import type { Synapses } from './synapses.ts';
import { forEachTarget } from './window.ts';

/** Values of a stream or current, row-major [steps, size]. Float32 in discrete networks (so sums round as in training), int32 in integer ones. */
export type Stream = Float32Array | Int32Array;

interface Grid {
  readonly stream: Stream;
  readonly steps: number;
}

/**
 * Adds what one projection brings to the currents `out` [out.steps, targets]: event-driven, one run of weights per non-zero input, taps and
 * sources in ascending order. `delay` shifts the input by that many steps; `shift` multiplies weights by 2^shift.
 */
export function accumulate(synapses: Synapses, source: Grid, out: Grid, delay: number, shift: number): void {
  switch (synapses.kind) {
    case 'dense':
      addRows(
        out,
        source,
        synapses.weights,
        { base: 0, perSource: synapses.targets, count: synapses.targets, step: delay, factor: 2 ** shift },
        () => 0,
      );
      return;
    case 'time-convolution': {
      const count = synapses.targets / synapses.groups;
      const sourcesInGroup = synapses.sources / synapses.groups;
      const targetOf = (channel: number): number => Math.floor(channel / sourcesInGroup) * count;
      for (let tap = 0; tap < synapses.taps; tap++) {
        const step = delay - (synapses.firstOffset + tap * synapses.dilation);
        const base = tap * synapses.sources * count;
        addRows(out, source, synapses.weights, { base, perSource: count, count, step, factor: 2 ** shift }, targetOf);
      }
      return;
    }
    case 'one-to-one':
      addOneToOne(out, source, synapses.weights, synapses.sources, delay, 2 ** shift);
      return;
    case 'sparse':
      addSparse(out, source, synapses, delay, 2 ** shift);
      return;
    case 'convolution':
    case 'pooling':
      addWindow(out, source, synapses, delay, 2 ** shift);
      return;
  }
}

interface Rows {
  readonly base: number;
  readonly perSource: number;
  readonly count: number;
  /** Target step = source step + step. */
  readonly step: number;
  readonly factor: number;
}

function addRows(out: Grid, source: Grid, weights: ArrayLike<number>, rows: Rows, targetOf: (channel: number) => number): void {
  const size = source.stream.length / source.steps;
  const width = out.stream.length / out.steps;
  const { count, factor } = rows;
  const current = out.stream;
  const input = source.stream;
  const first = Math.max(0, -rows.step);
  const last = Math.min(source.steps, out.steps - rows.step);
  for (let t = first; t < last; t++) {
    const row = (t + rows.step) * width;
    for (let channel = 0; channel < size; channel++) {
      const value = input[t * size + channel] * factor;
      if (value === 0) continue;
      const to = row + targetOf(channel);
      const from = rows.base + channel * rows.perSource;
      if (value === 1) for (let k = 0; k < count; k++) current[to + k] += weights[from + k];
      else for (let k = 0; k < count; k++) current[to + k] += value * weights[from + k];
    }
  }
}

function addOneToOne(out: Grid, source: Grid, weights: ArrayLike<number> | null, size: number, delay: number, factor: number): void {
  for (let t = 0; t < source.steps && t + delay < out.steps; t++) {
    for (let c = 0; c < size; c++) {
      const value = source.stream[t * size + c] * factor;
      if (value !== 0) out.stream[(t + delay) * size + c] += weights === null ? value : value * weights[c];
    }
  }
}

function addWindow(
  out: Grid,
  source: Grid,
  window: Extract<Synapses, { kind: 'convolution' | 'pooling' }>,
  delay: number,
  factor: number,
): void {
  const { sources, targets } = window;
  for (let t = Math.max(0, -delay); t < Math.min(source.steps, out.steps - delay); t++) {
    const row = (t + delay) * targets;
    for (let channel = 0; channel < sources; channel++) {
      const value = source.stream[t * sources + channel] * factor;
      if (value === 0) continue;
      forEachTarget(window, channel, (target, weight) => {
        out.stream[row + target] += value * weight;
      });
    }
  }
}

function addSparse(out: Grid, source: Grid, synapses: Extract<Synapses, { kind: 'sparse' }>, delay: number, factor: number): void {
  const { sources, targets, sourceIndex, targetIndex, weights, delays } = synapses;
  for (let t = 0; t < source.steps; t++) {
    for (let k = 0; k < weights.length; k++) {
      const value = source.stream[t * sources + sourceIndex[k]] * factor;
      const step = t + delay + (delays === null ? 0 : delays[k]);
      if (value !== 0 && step < out.steps) out.stream[step * targets + targetIndex[k]] += value * weights[k];
    }
  }
}
