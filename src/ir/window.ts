import type { Synapses } from './synapses.ts';

type Window = Extract<Synapses, { readonly kind: 'convolution' | 'pooling' }>;

/** Calls `visit` with each neuron that a source reaches through a window over space, and the weight between them. */
export function forEachTarget(window: Window, source: number, visit: (target: number, weight: number) => void): void {
  const { sourceShape, targetShape, kernel, stride, padding, dilation } = window;
  const [row, column] = [Math.floor(source / sourceShape[2]) % sourceShape[1], source % sourceShape[2]];
  const channel = Math.floor(source / (sourceShape[1] * sourceShape[2]));
  for (let i = 0; i < kernel[0]; i++) {
    const y = placeOf(row + padding[0] - i * dilation[0], stride[0], targetShape[1]);
    if (y < 0) continue;
    for (let j = 0; j < kernel[1]; j++) {
      const x = placeOf(column + padding[1] - j * dilation[1], stride[1], targetShape[2]);
      if (x < 0) continue;
      const cell = i * kernel[1] + j;
      const at = (filter: number): number => (filter * targetShape[1] + y) * targetShape[2] + x;
      if (window.kind === 'pooling') {
        visit(at(channel), window.factor);
        continue;
      }
      const [fanIn, fanOut] = [sourceShape[0] / window.groups, targetShape[0] / window.groups];
      const first = Math.floor(channel / fanIn) * fanOut;
      const cells = kernel[0] * kernel[1];
      for (let filter = first; filter < first + fanOut; filter++)
        visit(at(filter), window.weights[(filter * fanIn + (channel % fanIn)) * cells + cell]);
    }
  }
}

/** The place whose window begins `offset` cells into the padded picture; -1: there is none. */
function placeOf(offset: number, stride: number, length: number): number {
  return offset >= 0 && offset % stride === 0 && offset / stride < length ? offset / stride : -1;
}
