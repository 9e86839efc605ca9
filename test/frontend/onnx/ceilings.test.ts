import { describe, expect, it } from 'vitest';
import { DataType } from '../../../src/frontend/onnx/proto/index.ts';
import { bools, floatTensor, GraphMaker, int64s, scalarOf } from './support/graph-maker.ts';
import { aroundNeurons, refusalsOf, STEPS, WIDTH } from './support/importing.ts';
import { customLif } from './support/lif.ts';

const SECONDS_MAX = 10;
const lif = (graph: GraphMaker, x: string): string => customLif(graph, x, 'lif');

/** Codes of the refusal, which has to come soon. */
function refusedSoon(bytes: Uint8Array): string[] {
  const from = performance.now();
  const codes = [...new Set(refusalsOf(bytes).map((refusal) => refusal.code))];
  const ms = performance.now() - from;
  expect(ms / 1000).toBeLessThan(SECONDS_MAX);
  return codes;
}

/** The neurons read x + f(graph), where `f` gives a constant that is never reasonable. */
const plus = (f: (graph: GraphMaker) => string): Uint8Array => aroundNeurons((graph, x) => lif(graph, graph.one('Add', [x, f(graph)])));

/** Neurons behind a chain of `length` times two operators that undo each other. */
const chain = (length: number): Uint8Array =>
  aroundNeurons((graph, x) => {
    let y = x;
    for (let i = 0; i < length; i++) y = graph.transpose(graph.transpose(y, 2, 1, 0), 2, 1, 0);
    return lif(graph, graph.one('Mul', [y, y]));
  });

/** Every row of the input cut out, again and again, and joined. */
const joined = (times: number): Uint8Array =>
  aroundNeurons((graph, x) => {
    const rows = Array.from({ length: times }, (_, t) =>
      graph.one('Slice', [x, graph.ints(t % STEPS), graph.ints((t % STEPS) + 1), graph.ints(0)]),
    );
    return lif(graph, graph.one('Concat', rows, { axis: 0 }));
  });

/** A Loop over the steps whose body computes the step number by `count` additions of zero. */
function counting(steps: number, count: number): Uint8Array {
  return aroundNeurons((graph, x) => {
    const body = new GraphMaker('b.');
    let t = 'b.t';
    const zero = body.constant(int64s([], [0]));
    for (let i = 0; i < count; i++) t = body.one('Add', [t, zero]);
    const row = body.one('Gather', [x, t], { axis: 0 });
    const next = body.one('Add', ['b.v', row]);
    const outputs = [body.one('Identity', ['b.cond']), next, body.one('Identity', [next])];
    const attributes = {
      body: body.body(
        'b',
        [scalarOf('b.t', DataType.int64), scalarOf('b.cond', DataType.bool), floatTensor('b.v')],
        outputs.map(floatTensor),
      ),
    };
    const first = graph.one('ConstantOfShape', [graph.ints(1, WIDTH)]);
    const trip = [graph.constant(int64s([], [steps])), graph.constant(bools([], [1]))];
    return graph.op('Loop', [...trip, first], attributes, 2)[1];
  });
}

describe('small files that ask for much', () => {
  it.each<[string, () => Uint8Array, string]>([
    [
      'one tensor beyond all bounds',
      () => plus((graph) => graph.one('ConstantOfShape', [graph.ints(2 ** 31, 2 ** 31)])),
      'onnx-invalid-graph',
    ],
    [
      'a shape whose product overflows',
      () => plus((graph) => graph.one('ConstantOfShape', [graph.ints(2 ** 52, 2 ** 52, 2 ** 52)])),
      'onnx-invalid-graph',
    ],
    ['a negative size', () => plus((graph) => graph.one('ConstantOfShape', [graph.ints(-3)])), 'onnx-invalid-graph'],
    [
      'many large tensors',
      () =>
        plus((graph) => {
          let sum = graph.one('ConstantOfShape', [graph.ints(2 ** 24)]);
          for (let i = 0; i < 40; i++) sum = graph.one('Add', [sum, graph.one('ConstantOfShape', [graph.ints(2 ** 24)])]);
          return sum;
        }),
      'onnx-too-large',
    ],
    [
      'many large integer tensors',
      () =>
        plus((graph) => {
          const value = int64s([1], [3]);
          const all = Array.from({ length: 40 }, () => graph.one('ConstantOfShape', [graph.ints(2 ** 24)], { value }));
          return graph.one('Concat', all, { axis: 0 });
        }),
      'onnx-too-large',
    ],
    [
      'a doubling chain',
      () =>
        plus((graph) => {
          let x = graph.scalar(1);
          x = graph.reshape(x, 1);
          for (let i = 0; i < 60; i++) x = graph.one('Concat', [x, x], { axis: 0 });
          return x;
        }),
      'onnx-too-large',
    ],
    [
      'a range without end',
      () => plus((graph) => graph.one('Range', [graph.scalar(0), graph.scalar(1e30), graph.scalar(1e-30)])),
      'onnx-invalid-graph',
    ],
    [
      'a rank without end',
      () =>
        plus((graph) =>
          graph.one('Expand', [graph.scalar(1), graph.one('ConstantOfShape', [graph.ints(2 ** 24)], { value: int64s([1], [1]) })]),
        ),
      'onnx-invalid-graph',
    ],
    [
      'axes without end',
      () => {
        const many = (graph: GraphMaker) => graph.one('ConstantOfShape', [graph.ints(2 ** 24)], { value: int64s([1], [0]) });
        return plus((graph) => {
          const m = many(graph);
          return graph.one('Slice', [graph.ints(1, 2), m, m, m]);
        });
      },
      'onnx-too-large',
    ],
    ['a loop of 2^53 - 1 steps', () => counting(2 ** 53 - 1, 1), 'loop-not-a-neuron'],
    ['a loop that counts its steps by a detour', () => counting(STEPS, 30_000), 'loop-not-a-neuron'],
    ['a loop of many steps that does so', () => counting(60_000, 3_000), 'loop-not-a-neuron'],
    ['a long chain', () => chain(10_000), 'onnx-too-large'],
    ['a join of 20,000 rows', () => joined(20_000), 'unsupported-pattern'],
    [
      'a node with 100,000 operands',
      () =>
        plus((graph) =>
          graph.one(
            'Concat',
            Array.from({ length: 100_000 }, () => graph.ints(1)),
            { axis: 0 },
          ),
        ),
      'onnx-invalid-graph',
    ],
  ])('%s', (_, make, code) => {
    expect(refusedSoon(make())).toEqual([code]);
  });
});

describe('nodes that are not whole', () => {
  it.each<[string, (graph: GraphMaker, x: string) => string, string]>([
    ['an operand that is missing', (graph, x) => lif(graph, graph.one('Sub', [x])), 'Sub has 1 of the 2 operands'],
    ['an operand left out', (graph, x) => lif(graph, graph.one('Where', [x, '', x])), 'Where has 2 of the 3 operands'],
    ['a result too many', (graph, x) => lif(graph, graph.op('Add', [x, x], {}, 2)[1]), 'Add has 2 results; it gives 1'],
  ])('%s', (_, make, message) => {
    const refusals = refusalsOf(aroundNeurons(make));
    expect(refusals.map((refusal) => refusal.code)).toEqual(['onnx-invalid-graph']);
    expect(refusals[0].message).toContain(message);
  });

  it('streams beyond all memory', () => {
    const graph = new GraphMaker();
    let x = 'features';
    for (let i = 0; i < 20; i++)
      x = lif(
        graph,
        graph.one('MatMul', [
          x,
          i === 0
            ? graph.initializer('w', [1, 256], new Float32Array(256))
            : graph.initializer(`w${i}`, [256, 256], new Float32Array(65536)),
        ]),
      );
    const logits = graph.one('MatMul', [x, graph.initializer('o', [256, 2], new Float32Array(512))]);
    expect(refusedSoon(graph.encode({ features: [[60_000, 1, 1], DataType.float] }, [logits]))).toEqual(['onnx-too-large']);
  });
});
