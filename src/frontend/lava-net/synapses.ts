import type { NetLayer } from '../../ir/lava-net.ts';
import type { Projection } from '../../ir/network.ts';
import type { Synapses } from '../../ir/synapses.ts';

export type Weighted = Pick<Projection, 'synapses' | 'delaySteps' | 'weightExponent'>;
type Dense = Extract<NetLayer, { kind: 'dense' }>;
type Window = Extract<NetLayer, { kind: 'conv' | 'pool' }>;

/** Loihi drops the last bit of mantissas of both signs; up to here they can be held doubled, with exponent -1. */
const DOUBLED_MAX = 127;

/** Synapse i from value i to neuron i, all with one weight. */
export const oneToOne = (size: number, weight: number): Weighted => ({
  synapses: { kind: 'one-to-one', sources: size, targets: size, weights: new Int16Array(size).fill(weight) },
  delaySteps: 0,
  weightExponent: 0,
});

/** Synapses of a dense layer, weights by source. A delay of its own for some rows or columns makes them sparse. */
export function denseSynapses({
  inFeatures: sources,
  outFeatures: targets,
  weight,
  delay,
}: Pick<Dense, 'inFeatures' | 'outFeatures' | 'weight' | 'delay'>): Weighted {
  const { mantissas, weightExponent } = mantissasOf(weight);
  const least = delay === null ? 0 : delay.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (delay === null || delay.every((steps) => steps === least)) {
    const weights = new Int16Array(weight.length);
    for (let o = 0; o < targets; o++) for (let i = 0; i < sources; i++) weights[i * targets + o] = mantissas[o * sources + i];
    return { synapses: { kind: 'dense', sources, targets, weights }, delaySteps: least, weightExponent };
  }
  const count = mantissas.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
  const [sourceIndex, targetIndex, delays] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const weights = new Int16Array(count);
  let k = 0;
  for (let i = 0; i < sources; i++) {
    for (let o = 0; o < targets; o++) {
      const value = mantissas[o * sources + i];
      if (value === 0) continue;
      [sourceIndex[k], targetIndex[k], weights[k]] = [i, o, value];
      delays[k++] = (delay.length === targets ? delay[o] : delay[i]) - least;
    }
  }
  return { synapses: { kind: 'sparse', sources, targets, sourceIndex, targetIndex, weights, delays }, delaySteps: least, weightExponent };
}

/** Synapses of a layer over space. `sourceShape`: (channels, rows, columns). */
export function windowSynapses(layer: Window, sourceShape: readonly [number, number, number]): Weighted {
  const { shape: targetShape, kernelSize: kernel, stride, padding, dilation, delay: delaySteps } = layer;
  const product = ([channels, rows, columns]: readonly [number, number, number]): number => channels * rows * columns;
  const window = {
    sources: product(sourceShape),
    targets: product(targetShape),
    sourceShape,
    targetShape,
    kernel,
    stride,
    padding,
    dilation,
  };
  if (layer.kind === 'pool') return { synapses: { kind: 'pooling', ...window, factor: layer.weight }, delaySteps, weightExponent: 0 };
  const { mantissas: weights, weightExponent } = mantissasOf(layer.weight);
  const synapses: Synapses = { kind: 'convolution', ...window, groups: layer.groups, weights };
  return { synapses, delaySteps, weightExponent };
}

function mantissasOf(weights: Int16Array): { readonly mantissas: Int16Array; readonly weightExponent: number } {
  let [least, most, odd] = [0, 0, false];
  for (const weight of weights) {
    least = Math.min(least, weight);
    most = Math.max(most, weight);
    odd ||= weight % 2 !== 0;
  }
  if (!odd || least === 0 || most === 0 || Math.max(-least, most) > DOUBLED_MAX) return { mantissas: weights, weightExponent: 0 };
  return { mantissas: weights.map((weight) => 2 * weight), weightExponent: -1 };
}
