import { makeNet } from '../frontend/lava-net/make-net.ts';
import { nirFile, numbers } from '../frontend/nir/support/nir-file.ts';

const few = (i: number): number => ((i * 5) % 7) - 2;
const values = (count: number): number[] => Array.from({ length: count }, (_, i) => 2 * few(i));
const neuron = { 'neuron/type': 'CUBA', 'neuron/iDecay': [1024], 'neuron/vDecay': [512], 'neuron/vThMant': [20], 'neuron/refDelay': [1] };
const pair = (value: number) => numbers([2], [value, value]);

/** Every kind of layer with a weight. */
export const spatialNet = (): Promise<Uint8Array> =>
  makeNet([
    { type: 'input', shape: [1, 4, 4] },
    {
      ...neuron,
      type: 'conv',
      shape: [2, 4, 4],
      inChannels: [1],
      outChannels: [2],
      kernelSize: [3, 3],
      stride: [1, 1],
      padding: [1, 1],
      dilation: [1, 1],
      groups: [1],
      weight: { shape: [2, 1, 3, 3], values: values(18) },
    },
    { type: 'flatten', shape: [32] },
    {
      ...neuron,
      type: 'dense',
      shape: [3],
      inFeatures: [32],
      outFeatures: [3],
      weight: { shape: [3, 32], values: values(96) },
      delay: Array.from({ length: 32 }, (_, i) => i % 3),
    },
  ]);

export const recurrentNet = (): Promise<Uint8Array> =>
  makeNet([
    { type: 'input', shape: [4] },
    {
      ...neuron,
      type: 'dense_rec',
      shape: [5],
      inFeatures: [4],
      outFeatures: [5],
      weight: { shape: [5, 4], values: values(20) },
      weight_rec: { shape: [5, 5], values: values(25) },
      bias: values(5),
    },
    { ...neuron, type: 'dense', shape: [3], inFeatures: [5], outFeatures: [3], weight: { shape: [3, 5], values: values(15) } },
  ]);

const lif = (size: number) => ({
  type: 'LIF',
  tau: numbers([size], () => 0.02),
  r: numbers([size], () => 1),
  v_leak: numbers([size], () => 0),
  v_threshold: numbers([size], () => 0.25),
});

/** Places, pooling, a residual edge and a scaled one. */
export const spatialNir = (): Promise<Uint8Array> =>
  nirFile({
    nodes: {
      input: { type: 'Input', shape: numbers([3], [1, 4, 4]) },
      conv: {
        type: 'Conv2d',
        weight: numbers([2, 1, 3, 3], few),
        bias: numbers([2], [0.5, -1]),
        stride: pair(1),
        padding: pair(1),
        dilation: pair(1),
        groups: 1,
      },
      pool: { type: 'SumPool2d', kernel_size: pair(2), stride: pair(2), padding: pair(0) },
      flat: { type: 'Flatten', start_dim: 0, end_dim: -1 },
      first: lif(8),
      skip: { type: 'Scale', scale: numbers([8], few) },
      fc: { type: 'Affine', weight: numbers([8, 8], few), bias: numbers([8], few) },
      last: lif(8),
      output: { type: 'Output', shape: numbers([1], [8]) },
    },
    edges: [
      ['input', 'conv'],
      ['conv', 'pool'],
      ['pool', 'flat'],
      ['flat', 'first'],
      ['first', 'fc'],
      ['first', 'skip'],
      ['skip', 'last'],
      ['fc', 'last'],
      ['last', 'output'],
    ],
  });

/** A cycle in an inner graph, and a delay. */
export const recurrentNir = (): Promise<Uint8Array> =>
  nirFile({
    nodes: {
      input: { type: 'Input', shape: numbers([1], [4]) },
      fc: { type: 'Linear', weight: numbers([5, 4], few) },
      wait: { type: 'Delay', delay: numbers([5], () => 0.002) },
      inner: {
        type: 'NIRGraph',
        graph: {
          nodes: {
            input: { type: 'Input', shape: numbers([1], [5]) },
            cuba: {
              type: 'CubaLIF',
              tau_syn: numbers([5], () => 0.005),
              tau_mem: numbers([5], () => 0.02),
              r: numbers([5], () => 1),
              v_leak: numbers([5], () => 0),
              v_threshold: numbers([5], () => 0.25),
              w_in: numbers([5], () => 1),
            },
            again: { type: 'Linear', weight: numbers([5, 5], few) },
            output: { type: 'Output', shape: numbers([1], [5]) },
          },
          edges: [
            ['input', 'cuba'],
            ['cuba', 'again'],
            ['again', 'cuba'],
            ['cuba', 'output'],
          ],
        },
      },
      output: { type: 'Output', shape: numbers([1], [5]) },
    },
    edges: [
      ['input', 'fc'],
      ['fc', 'wait'],
      ['wait', 'inner'],
      ['inner', 'output'],
    ],
  });

/** An integrator that feeds back, one in the middle and one that is read out; a delay. */
export const integratorsNir = (): Promise<Uint8Array> =>
  nirFile({
    nodes: {
      input: { type: 'Input', shape: numbers([1], [4]) },
      fc: { type: 'Linear', weight: numbers([3, 4], few) },
      first: lif(3),
      trace: { type: 'LI', tau: numbers([3], () => 0.01), r: numbers([3], () => 2), v_leak: numbers([3], () => 0) },
      back: { type: 'Scale', scale: numbers([3], () => -0.5) },
      late: { type: 'Delay', delay: numbers([3], (i) => 0.001 * i) },
      sum: { type: 'I', r: 10 },
      out: { type: 'Affine', weight: numbers([2, 3], few), bias: numbers([2], few) },
      last: { type: 'CubaLI', tau_mem: 0.02, tau_syn: 0.005, r: 1, v_leak: 0, w_in: 2 },
      output: { type: 'Output', shape: numbers([1], [2]) },
    },
    edges: [
      ['input', 'fc'],
      ['fc', 'first'],
      ['first', 'trace'],
      ['trace', 'back'],
      ['back', 'first'],
      ['first', 'late'],
      ['late', 'sum'],
      ['sum', 'out'],
      ['out', 'last'],
      ['last', 'output'],
    ],
  });
