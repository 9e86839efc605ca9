import type { Network, NetworkNode, Projection } from '../../../../src/ir/network.ts';
import type { IntegerNeuron } from '../../../../src/ir/neuron.ts';
import type { Synapses } from '../../../../src/ir/synapses.ts';
import { input, networkOf, population, projection, readout } from '../../../support/network-parts.ts';
import { below, type Random } from '../../../support/random.ts';

/** Even mantissas of both signs, a third of them 0. */
export const mantissas = (random: Random, count: number, most = 100): Int16Array =>
  Int16Array.from({ length: count }, () => (below(random, 3) === 0 ? 0 : 2 * (below(random, 2 * most + 1) - most)));

export const STEPS = 40;

export const CUBA: IntegerNeuron = { parameters: 'integer', currentDecay: 1023, voltageDecay: 512, thresholdMantissa: 300, unit: 2 ** 14 };

/** Layers in a row: each population and read-out reads the node before it through the synapses beside it. */
export function row(
  steps: number,
  first: NetworkNode,
  ...layers: readonly (readonly [NetworkNode, Projection['synapses'], Partial<Projection>?])[]
) {
  const nodes = [first, ...layers.map(([node]) => node)];
  return networkOf({
    name: 'row',
    timesteps: steps,
    nodes,
    projections: layers.map(([node, synapses, more], i) => projection(nodes[i].name, node.name, synapses, more)),
    output: nodes[nodes.length - 1].name,
  });
}

export const withProjection = (network: Network, added: Projection): Network => ({
  ...network,
  projections: [...network.projections, added],
});

export const lif = (name: string, size: number, more: Partial<IntegerNeuron> = {}) =>
  population(name, size, { neuron: { ...CUBA, ...more } });

export const logits = (size: number, bias: Int32Array | null = null) => readout('logits', size, { scale: 2 ** -14, bias });

export const integerDense = (random: Random, sources: number, targets: number): Synapses => ({
  kind: 'dense',
  sources,
  targets,
  weights: mantissas(random, sources * targets),
});

export const conv = (
  random: Random,
  sourceShape: Shape,
  channels: number,
  more: Partial<Extract<Synapses, { kind: 'convolution' }>> = {},
): Window => {
  const window = { kernel: [3, 2], stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1, ...more } as const;
  const length = (axis: 0 | 1): number =>
    Math.floor(
      (sourceShape[axis + 1] + 2 * window.padding[axis] - window.dilation[axis] * (window.kernel[axis] - 1) - 1) / window.stride[axis],
    ) + 1;
  const targetShape: Shape = [channels, length(0), length(1)];
  const size = (shape: Shape) => shape.reduce((product, side) => product * side, 1);
  const weights = mantissas(random, (channels * sourceShape[0] * window.kernel[0] * window.kernel[1]) / window.groups);
  return { kind: 'convolution', sources: size(sourceShape), targets: size(targetShape), sourceShape, targetShape, ...window, weights };
};

type Shape = readonly [number, number, number];
export type Window = Extract<Synapses, { kind: 'convolution' }>;

/** Two convolutions with everything a window can have, a pooling, and dense layers behind them. */
export function spatial(random: Random): Network {
  const first = conv(random, [2, 7, 6], 4, { padding: [1, 2], stride: [1, 2], groups: 2 });
  const second = conv(random, first.targetShape, 3, { dilation: [2, 1], kernel: [2, 3] });
  const [channels, rows, columns] = second.targetShape;
  const pool: Synapses = {
    kind: 'pooling',
    sources: second.targets,
    targets: channels * Math.floor((rows - 2) / 2 + 1) * Math.floor((columns - 1) / 1 + 1),
    sourceShape: second.targetShape,
    targetShape: [channels, Math.floor((rows - 2) / 2) + 1, columns],
    kernel: [2, 1],
    stride: [2, 1],
    padding: [0, 0],
    dilation: [1, 1],
    factor: 90,
  };
  return row(
    STEPS,
    input('in', first.sources),
    [lif('a', first.targets), first],
    [lif('b', second.targets, { thresholdMantissa: 150 }), second],
    [lif('c', pool.targets, { thresholdMantissa: 80 }), pool],
    [logits(4), integerDense(random, pool.targets, 4)],
  );
}

export function recurrent(random: Random): Network {
  const net = row(STEPS, input('in', 6), [lif('a', 9), integerDense(random, 6, 9)], [logits(3), integerDense(random, 9, 3)]);
  return withProjection(net, projection('a', 'a', integerDense(random, 9, 9), { delaySteps: 1 }));
}

/** A delay for each output, then one for each input, then one for all. */
export function delayed(random: Random): Network {
  const sparse = (sources: number, targets: number, delay: (source: number, target: number) => number): Synapses => {
    const pairs = Array.from({ length: sources * targets }, (_, i) => [Math.floor(i / targets), i % targets]).filter(
      () => below(random, 4) > 0,
    );
    return {
      kind: 'sparse',
      sources,
      targets,
      sourceIndex: Int32Array.from(pairs, ([source]) => source),
      targetIndex: Int32Array.from(pairs, ([, target]) => target),
      weights: mantissas(random, pairs.length),
      delays: Int32Array.from(pairs, ([source, target]) => delay(source, target)),
    };
  };
  return row(
    STEPS,
    input('in', 6),
    [lif('a', 9), sparse(6, 9, (_, target) => target % 4)],
    [lif('b', 7), sparse(9, 7, (source) => (source * 5) % 3), { delaySteps: 1 }],
    [lif('c', 5, { thresholdMantissa: 150 }), integerDense(random, 7, 5), { delaySteps: 2 }],
    [logits(3), integerDense(random, 5, 3)],
  );
}
