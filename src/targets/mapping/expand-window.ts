import type { SpatialWindow, Synapses, WeightValues } from '../../ir/synapses.ts';
import type { Slice } from './slices.ts';

/** Synapses one by one. */
export interface SynapseList {
  readonly sources: number;
  readonly sourceIndex: Int32Array;
  readonly targetIndex: Int32Array;
  readonly weights: WeightValues;
  readonly delays: Int32Array | null;
}

type Window = Extract<Synapses, { readonly kind: 'convolution' | 'pooling' }>;

/** A convolution or pooling over space as single synapses: those that end in `slice`, sources outside the picture left out. */
export function expandWindow(window: Window, slice: Slice): SynapseList {
  const sourceIndex: number[] = [];
  const targetIndex: number[] = [];
  const weights: number[] = [];
  const [, rows, columns] = window.targetShape;
  for (let target = slice.first; target < slice.first + slice.count; target++) {
    const channel = Math.floor(target / (rows * columns));
    const row = Math.floor(target / columns) % rows;
    for (const [sourceChannel, kernel] of channelsRead(window, channel)) {
      forEachCell(window, row, target % columns, (cell, sourceCell) => {
        sourceIndex.push(sourceChannel * window.sourceShape[1] * window.sourceShape[2] + sourceCell);
        targetIndex.push(target);
        weights.push(window.kind === 'pooling' ? window.factor : window.weights[kernel + cell]);
      });
    }
  }
  return {
    sources: window.sources,
    sourceIndex: Int32Array.from(sourceIndex),
    targetIndex: Int32Array.from(targetIndex),
    weights: inTheNumbersOf(window, weights),
    delays: null,
  };
}

/** A factor on its own does not say whether its network is in integers: whole ones are held as such. */
function inTheNumbersOf(window: Window, weights: readonly number[]): WeightValues {
  const real = window.kind === 'convolution' ? window.weights instanceof Float32Array : !Number.isInteger(window.factor);
  if (real) return Float32Array.from(weights);
  const wide = window.kind === 'convolution' ? window.weights instanceof Int32Array : Math.abs(window.factor) >= 2 ** 15;
  return wide ? Int32Array.from(weights) : Int16Array.from(weights);
}

/** Source channels that an output channel reads, and where their kernel begins in the weights. */
function channelsRead(window: Window, channel: number): readonly (readonly [number, number])[] {
  if (window.kind === 'pooling') return [[channel, 0]];
  const inGroup = window.sourceShape[0] / window.groups;
  const group = Math.floor(channel / (window.targetShape[0] / window.groups));
  const size = window.kernel[0] * window.kernel[1];
  return Array.from({ length: inGroup }, (_, i) => [group * inGroup + i, (channel * inGroup + i) * size]);
}

/** Calls `visit` with each cell of the kernel that lies on the picture, and the place (row-major) that it reads there. */
function forEachCell(window: SpatialWindow, row: number, column: number, visit: (cell: number, source: number) => void): void {
  const [, rows, columns] = window.sourceShape;
  for (let i = 0; i < window.kernel[0]; i++) {
    const y = row * window.stride[0] - window.padding[0] + i * window.dilation[0];
    if (y < 0 || y >= rows) continue;
    for (let j = 0; j < window.kernel[1]; j++) {
      const x = column * window.stride[1] - window.padding[1] + j * window.dilation[1];
      if (x >= 0 && x < columns) visit(i * window.kernel[1] + j, y * columns + x);
    }
  }
}
