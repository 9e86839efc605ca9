import { describe, expect, it } from 'vitest';
import { DataType } from '../../../src/frontend/onnx/proto/index.ts';
import type { DiscreteNeuron } from '../../../src/ir/neuron.ts';
import { LIF } from '../../support/networks.ts';
import { floats, GraphMaker } from './support/graph-maker.ts';
import { aroundNeurons, imported, refusalsOf, STEPS, WIDTH } from './support/importing.ts';
import { customLif, type LifOptions, loopLif } from './support/lif.ts';

const loopWith = (options: LifOptions): Uint8Array => aroundNeurons((graph, x) => loopLif(graph, x, STEPS, WIDTH, options));

function neuronIn(bytes: Uint8Array): DiscreteNeuron {
  const node = imported(bytes).network.nodes.find((candidate) => candidate.kind === 'population');
  if (node?.kind !== 'population' || node.neuron.parameters !== 'discrete') throw new Error('no population');
  return node.neuron;
}

describe('a neuron recovered from a loop', () => {
  it.each<[string, LifOptions, Partial<DiscreteNeuron>]>([
    ['as torch exports it', {}, {}],
    ['strict comparison', { compare: 'Greater' }, { tie: 'gt' }],
    ['threshold <= h', { compare: 'LessOrEqual' }, {}],
    ['not h < threshold', { compare: 'NotLess' }, {}],
    ['not threshold >= h', { compare: 'NotGreater' }, { tie: 'gt' }],
    ['h - threshold >= 0', { compare: 'difference', threshold: 0.75 }, { threshold: 0.75 }],
    ['reset chosen by Where', { choose: 'where' }, {}],
    ['another leak and threshold', { tau: 4, threshold: 1.5 }, { decay: 0.75, threshold: 1.5 }],
    [
      'a reset value, to which it leaks',
      { reset: -0.5, initial: -0.5 },
      { reset: { kind: 'to-value', value: -0.5 }, leak: -0.25, initial: -0.5 },
    ],
    ['reset by subtraction', { reset: 'soft' }, { reset: { kind: 'by-subtraction' } }],
    [
      'reset by subtraction, by Where',
      { reset: 'soft', choose: 'where', threshold: 2 },
      { reset: { kind: 'by-subtraction' }, threshold: 2 },
    ],
    ['scan output', { collect: 'scan' }, {}],
    ['sequence', { collect: 'sequence' }, {}],
  ])('%s', (_, options, changes) => {
    expect(neuronIn(loopWith(options))).toEqual({ ...LIF, ...changes });
  });

  it('honours an initial state, and warns of it', () => {
    const { network, warnings } = imported(loopWith({ initial: 0.25 }));
    expect(network.nodes.find((node) => node.kind === 'population')).toMatchObject({ neuron: { initial: 0.25 } });
    expect(warnings.map((warning) => warning.code)).toEqual(['initial-state']);
  });

  it.each<[string, LifOptions, RegExp]>([
    ['a step ahead', { readAt: 1 }, /step other than its own/],
    ['a row late', { writeAt: 1 }, /row of its own step/],
  ])('is refused where it reads or writes %s', (_, options, reason) => {
    const [refusal] = refusalsOf(loopWith(options));
    expect(refusal.code).toBe('loop-not-a-neuron');
    expect(refusal.message).toMatch(reason);
    expect(refusal.places.map((place) => place.item)).toEqual([expect.stringContaining('(Loop)'), expect.stringContaining('of its body')]);
  });

  it('is refused where its input has another number of steps', () => {
    const [refusal] = refusalsOf(aroundNeurons((graph, x) => loopLif(graph, x, STEPS - 1, WIDTH)));
    expect(refusal).toMatchObject({ code: 'loop-not-a-neuron' });
  });
});

describe('a neuron in a custom node', () => {
  it.each<[string, LifOptions]>([
    ['hard reset', {}],
    ['another leak', { tau: 8, threshold: 0.5 }],
    ['a reset value', { reset: 0.25, initial: 0.25 }],
    ['soft reset', { reset: 'soft' }],
  ])('is the one of the loop: %s', (_, options) => {
    const custom = neuronIn(aroundNeurons((graph, x) => customLif(graph, x, 'layer.lif', options)));
    expect(custom).toEqual(neuronIn(loopWith(options)));
  });

  const node = (op: string, attributes: Parameters<GraphMaker['op']>[2], more: (graph: GraphMaker) => string[] = () => []): Uint8Array =>
    aroundNeurons((graph, x) => graph.op(op, [x, ...more(graph)], attributes, 1, 'spikingjelly')[0]);

  it('divides the input by tau where decay_input says so', () => {
    const attributes = { tau: { float: 4 }, v_reset: { float: 0 }, decay_input: 1 };
    expect(neuronIn(node('LIFNode', attributes))).toEqual({ ...LIF, decay: 0.75, inputGain: 0.25 });
  });

  it('takes a v_reset of NaN for a soft reset', () => {
    const attributes = { tau: { float: 2 }, v_reset: { float: Number.NaN }, decay_input: 0 };
    expect(neuronIn(node('LIFNode', attributes)).reset).toEqual({ kind: 'by-subtraction' });
  });

  it('knows integrate-and-fire and parametric LIF', () => {
    expect(neuronIn(node('IFNode', { v_reset: { float: 0 } }))).toEqual({ ...LIF, decay: 1 });
    const learned = node('ParametricLIFNode', { v_reset: { float: 0 }, decay_input: 0 }, (graph) => [graph.constant(floats([], [0]))]);
    expect(neuronIn(learned)).toEqual(LIF);
    expect(imported(learned).network.parameterCount).toBe(WIDTH * WIDTH + 2 * WIDTH + 1);
  });

  it.each([
    ['without tau', { decay_input: 0, v_reset: { float: 0 } }],
    ['with tau below 1', { tau: { float: 0.5 }, decay_input: 0 }],
    ['without decay_input', { tau: { float: 2 } }],
    ['in single-step mode', { tau: { float: 2 }, decay_input: 0, step_mode: 's' }],
    ['with an attribute nobody knows', { tau: { float: 2 }, decay_input: 0, refractory: 3 }],
    ['with a threshold that is no number', { tau: { float: 2 }, decay_input: 0, v_threshold: { float: Number.NaN } }],
  ])('is refused %s', (_, attributes) => {
    expect(refusalsOf(node('LIFNode', attributes)).map((refusal) => refusal.code)).toEqual(['unsupported-pattern']);
  });
});

it('takes parameters per neuron', () => {
  const thresholds = [0.5, 1, 1.5, 2];
  const bytes = aroundNeurons((graph, x) => {
    const [body, t, v] = [new GraphMaker('b'), 't', 'v'];
    const h = body.one('Add', [v, body.one('Gather', [x, t], { axis: 0 })]);
    const fires = body.one('Greater', [h, body.constant(floats([WIDTH], thresholds))]);
    const next = body.one('Where', [fires, body.scalar(0), h]);
    const spikes = body.one('Cast', [fires], { to: DataType.float });
    const named = (name: string) => ({ name });
    const attributes = { body: body.body('b', [t, 'c', v].map(named), ['c', next, spikes].map(named)) };
    return graph.op('Loop', [graph.ints(STEPS), '', graph.constant(floats([1, WIDTH], [0, 0, 0, 0]))], attributes, 2)[1];
  });
  expect(neuronIn(bytes)).toEqual({ ...LIF, decay: 1, tie: 'gt', threshold: Float64Array.from(thresholds) });
});
