import { type Random, seededRandom } from '../../../support/random.ts';
import { type GraphSource, type NirNumbers, type NirSource, numbers } from './nir-file.ts';

/** Values that float32 holds, so that nothing depends on where numbers are rounded to it. */
export const drawn = (random: Random, shape: readonly number[], low = -1, high = 1): NirNumbers =>
  numbers(shape, () => Math.fround(low + (high - low) * random()));

export const inputOf = (...shape: readonly number[]): NirSource => ({ type: 'Input', shape: numbers([shape.length], shape) });
export const outputOf = (...shape: readonly number[]): NirSource => ({ type: 'Output', shape: numbers([shape.length], shape) });

export const chain = (nodes: GraphSource['nodes'], ...path: readonly string[]): GraphSource => ({
  nodes,
  edges: path.slice(1).map((name, k) => [path[k], name] as const),
});

/** A small graph for each of the 19 node types, with numbers of every neuron. */
export function graphsOfEveryType(seed: number): Readonly<Record<string, GraphSource>> {
  const random = seededRandom(seed);
  const draw = (...shape: number[]): NirNumbers => drawn(random, shape);
  const above = (low: number, high: number, ...shape: number[]): NirNumbers => drawn(random, shape, low, high);
  const lif = (...shape: number[]): NirSource => ({
    type: 'LIF',
    tau: above(0.005, 0.02, ...shape),
    r: above(4, 9, ...shape),
    v_leak: above(-0.1, 0.1, ...shape),
    v_threshold: above(0.2, 0.4, ...shape),
    v_reset: above(-0.2, 0.1, ...shape),
  });
  const membrane = { r: above(4, 9, 4), v_leak: above(-0.2, 0.2, 4) };
  const cuba = { ...membrane, tau_mem: above(0.005, 0.02, 4), tau_syn: above(0.002, 0.01, 4), w_in: above(1, 4, 4) };
  /** input -> fc -> node -> output */
  const behindWeights = (node: NirSource): GraphSource =>
    chain({ input: inputOf(3), fc: { type: 'Linear', weight: draw(4, 3) }, node, output: outputOf(4) }, 'input', 'fc', 'node', 'output');
  /** input -> node -> lif -> output */
  const before = (input: NirSource, node: NirSource, ...shape: number[]): GraphSource =>
    chain({ input, node, lif: lif(...shape), output: outputOf(...shape) }, 'input', 'node', 'lif', 'output');
  const window = { stride: numbers([2], [2, 1]), padding: numbers([2], [1, 0]) };
  return {
    'Input and Output': chain({ input: inputOf(3), lif: lif(3), output: outputOf(3) }, 'input', 'lif', 'output'),
    Affine: before(inputOf(2, 3), { type: 'Affine', weight: draw(4, 3), bias: draw(4) }, 2, 4),
    Linear: before(inputOf(3), { type: 'Linear', weight: draw(4, 3) }, 4),
    Scale: before(inputOf(3), { type: 'Scale', scale: above(0.2, 1, 3) }, 3),
    Conv1d: before(
      inputOf(4, 7),
      { type: 'Conv1d', input_shape: 7, weight: draw(6, 2, 3), bias: draw(6), stride: 2, padding: 2, dilation: 2, groups: 2 },
      6,
      4,
    ),
    Conv2d: before(
      inputOf(4, 5, 6),
      {
        type: 'Conv2d',
        input_shape: numbers([2], [5, 6]),
        weight: draw(2, 2, 3, 2),
        bias: draw(2),
        ...window,
        dilation: numbers([2], [1, 2]),
        groups: 2,
      },
      2,
      3,
      4,
    ),
    SumPool2d: before(inputOf(2, 4, 5), { type: 'SumPool2d', kernel_size: numbers([2], [2, 3]), ...window }, 2, 3, 3),
    AvgPool2d: before(inputOf(2, 4, 5), { type: 'AvgPool2d', kernel_size: numbers([2], [2, 3]), ...window }, 2, 3, 3),
    Flatten: chain(
      {
        input: inputOf(2, 2, 3),
        node: { type: 'Flatten', start_dim: 0, end_dim: -1, input_type: numbers([3], [2, 2, 3]) },
        fc: { type: 'Linear', weight: draw(4, 12) },
        lif: lif(4),
        output: outputOf(4),
      },
      'input',
      'node',
      'fc',
      'lif',
      'output',
    ),
    Delay: before(inputOf(3), { type: 'Delay', delay: numbers([3], [0.002, 0, 0.005]) }, 3),
    Threshold: behindWeights({ type: 'Threshold', threshold: above(-0.1, 0.5, 4) }),
    I: behindWeights({ type: 'I', r: above(10, 90, 4) }),
    IF: behindWeights({ type: 'IF', r: above(100, 400, 4), v_threshold: above(0.2, 0.4, 4), v_reset: above(-0.2, 0.1, 4) }),
    LI: behindWeights({ type: 'LI', ...membrane, tau: above(0.005, 0.02, 4) }),
    LIF: behindWeights(lif(4)),
    CubaLI: behindWeights({ type: 'CubaLI', ...cuba }),
    CubaLIF: behindWeights({ type: 'CubaLIF', ...cuba, v_threshold: above(0.1, 0.3, 4), v_reset: above(-0.2, 0, 4) }),
  };
}

/** Graphs whose nodes meet: recurrence, fan-in, integrators in the middle. */
export function graphsOfMeetings(seed: number): Readonly<Record<string, GraphSource>> {
  const random = seededRandom(seed);
  const draw = (...shape: number[]): NirNumbers => drawn(random, shape);
  const lif = { type: 'LIF', tau: 0.01, r: 8, v_leak: 0.1, v_threshold: drawn(random, [4], 0.2, 0.5) };
  const li = { type: 'LI', tau: drawn(random, [4], 0.005, 0.02), r: 3, v_leak: 0.1 };
  const fc = (targets: number, sources: number): NirSource => ({ type: 'Linear', weight: draw(targets, sources) });
  return {
    'an integrator between neurons': chain(
      { input: inputOf(3), a: fc(4, 3), li, b: fc(4, 4), lif, output: outputOf(4) },
      ...['input', 'a', 'li', 'b', 'lif', 'output'],
    ),
    'an integrator behind neurons, with a bias of its own': chain(
      { input: inputOf(3), a: fc(4, 3), lif, b: { type: 'Affine', weight: draw(4, 4), bias: draw(4) }, li, output: outputOf(4) },
      ...['input', 'a', 'lif', 'b', 'li', 'output'],
    ),
    'an integrator with weights behind it': chain(
      { input: inputOf(3), a: fc(4, 3), lif, li, b: { type: 'Affine', weight: draw(2, 4), bias: draw(2) }, output: outputOf(2) },
      ...['input', 'a', 'lif', 'li', 'b', 'output'],
    ),
    'an integrator that is read twice': {
      nodes: { input: inputOf(3), a: fc(4, 3), li: { ...li, r: 9 }, b: fc(4, 4), lif, output: outputOf(4) },
      edges: [
        ['input', 'a'],
        ['a', 'li'],
        ['li', 'b'],
        ['b', 'lif'],
        ['lif', 'output'],
        ['li', 'output'],
      ],
    },
    'a loop of one population': {
      nodes: { input: inputOf(3), a: fc(4, 3), lif, rec: fc(4, 4), output: outputOf(4) },
      edges: [
        ['input', 'a'],
        ['a', 'lif'],
        ['lif', 'rec'],
        ['rec', 'lif'],
        ['lif', 'output'],
      ],
    },
    'a loop through an integrator': {
      nodes: { input: inputOf(3), a: fc(4, 3), lif, b: fc(4, 4), li, c: fc(4, 4), output: outputOf(4) },
      edges: [
        ['input', 'a'],
        ['a', 'lif'],
        ['lif', 'b'],
        ['b', 'li'],
        ['li', 'c'],
        ['c', 'lif'],
        ['lif', 'output'],
      ],
    },
    'a residual': {
      nodes: { input: inputOf(4), a: fc(4, 4), lif, b: fc(4, 4), last: { ...lif, v_threshold: 0.3 }, output: outputOf(4) },
      edges: [
        ['input', 'a'],
        ['a', 'lif'],
        ['lif', 'b'],
        ['b', 'last'],
        ['lif', 'last'],
        ['input', 'last'],
        ['last', 'output'],
      ],
    },
  };
}
