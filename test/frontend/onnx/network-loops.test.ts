import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/index.ts';
import { openOnnxRuntime } from '../../../src/frontend/onnx/onnx-runtime.ts';
import { DataType } from '../../../src/frontend/onnx/proto/index.ts';
import { trialClips } from '../../../src/pipeline/trial-clips.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { bools, floatSequence, floats, floatTensor, GraphMaker, int64s, scalarOf } from './support/graph-maker.ts';
import { functionOf, imported, refusalsOf, STEPS, WIDTH } from './support/importing.ts';
import { STEP_FORMS, type Step, stepped } from './support/step.ts';

const silent = new Float32Array(WIDTH);

/** A layer with weights of its own, in multiples of 1/8. */
function layer(graph: GraphMaker, name: string, x: string): string {
  const seed = name.charCodeAt(0);
  const weights = Float32Array.from({ length: WIDTH ** 2 }, (_, i) => ((i * seed) % 19) / 8 - 1);
  return graph.one('MatMul', [x, graph.constant(floats([WIDTH, WIDTH], weights))]);
}

function lif(graph: GraphMaker, current: string, v: string): { readonly s: string; readonly v: string } {
  const h = graph.one('Add', [graph.one('Mul', [v, graph.scalar(0.5)]), current]);
  const s = graph.one('Cast', [graph.one('GreaterOrEqual', [h, graph.scalar(1)])], { to: DataType.float });
  return { s, v: graph.one('Mul', [h, graph.one('Sub', [graph.scalar(1), s])]) };
}

const twoLayers: Step = (graph, row, [v, w]) => {
  const first = lif(graph, layer(graph, 'a', row), v);
  const second = lif(graph, layer(graph, 'b', first.s), w);
  return { spikes: second.s, next: [first.v, second.v] };
};

/** The last two states are the spikes of both layers. */
const withFeedback =
  (from: readonly ('first' | 'second')[]): Step =>
  (graph, row, [v, w, s, z]) => {
    const currents = from.map((source, k) => layer(graph, `${k}`, source === 'first' ? s : z));
    const current = currents.reduce((sum, more) => graph.one('Add', [sum, more]), layer(graph, 'a', row));
    const first = lif(graph, current, v);
    const second = lif(graph, layer(graph, 'b', first.s), w);
    return { spikes: second.s, next: [first.v, second.v, first.s, second.s] };
  };

/** The current is added to the membrane potential term by term. */
const termByTerm: Step = (graph, row, [v, s]) => {
  const decayed = graph.one('Mul', [v, graph.scalar(0.5)]);
  const rest = graph.one('Sub', [graph.one('Add', [decayed, layer(graph, 'a', row)]), graph.scalar(-0.5)]);
  const h = graph.one('Add', [layer(graph, 'r', s), rest]);
  const spikes = graph.one('Cast', [graph.one('Greater', [h, graph.scalar(1)])], { to: DataType.float });
  return { spikes, next: [graph.one('Sub', [h, spikes]), spikes] };
};

/** A third layer reads the sum of the spikes of the first two. */
const withSkip: Step = (graph, row, [v, w, y]) => {
  const first = lif(graph, layer(graph, 'a', row), v);
  const second = lif(graph, layer(graph, 'b', first.s), w);
  const third = lif(graph, layer(graph, 'c', graph.one('Add', [first.s, second.s])), y);
  return { spikes: graph.one('Add', [third.s, second.s]), next: [first.v, second.v, third.v] };
};

const model = (form: (typeof STEP_FORMS)[number], states: number, step: Step): Uint8Array => {
  const graph = new GraphMaker();
  const x = graph.transpose('features', 1, 0, 2);
  const spikes = stepped(form, graph, x, { steps: STEPS, width: WIDTH }, new Array<number>(states).fill(0), step);
  return graph.encode({ features: [[1, STEPS, WIDTH], DataType.float] }, [layer(graph, 'o', spikes)]);
};

const cases: readonly [name: string, states: number, step: Step, delays: readonly number[]][] = [
  ['two layers', 2, twoLayers, [0, 0, 0]],
  ['a layer that reads its own spikes', 4, withFeedback(['first']), [0, 1, 0, 0]],
  ['a layer that reads the spikes of the next', 4, withFeedback(['second']), [0, 1, 0, 0]],
  ['a layer that reads both', 4, withFeedback(['first', 'second']), [0, 1, 1, 0, 0]],
  ['a neuron that adds its currents one after the other', 2, termByTerm, [0, 1, 0]],
  ['sums of the spikes of two layers', 3, withSkip, [0, 0, 0, 0]],
];

describe.each(cases)('a time loop over %s', (_, states, step, delays) => {
  it('is one network in every form', () => {
    const networks = STEP_FORMS.map((form) => imported(model(form, states, step)).network);
    for (const network of networks) {
      expect(network.projections.map(({ delaySteps }) => delaySteps)).toEqual(delays);
      expect(functionOf(network)).toEqual(functionOf(networks[0]));
    }
  });

  it.each(STEP_FORMS)('computes what ONNX Runtime computes, as a %s', async (form) => {
    const bytes = model(form, states, step);
    const network = importOnnx(bytes, { file: 'made.onnx', report: () => undefined });
    const reference = await openOnnxRuntime(bytes, { file: 'made.onnx' });
    let spikes = 0;
    for (const { clip } of trialClips(network, 11)) {
      const { logits, streams } = simulateNetwork(network, clip);
      expect(logits).toEqual(await reference.run(clip));
      for (const { kind, id } of network.nodes) if (kind === 'population') for (const value of streams.get(id) ?? []) spikes += value;
    }
    expect(spikes).toBeGreaterThan(20);
    await reference.close();
  });
});

interface LoopFault {
  readonly steps?: 'from the clip';
  readonly condition?: 'ends';
  readonly collects?: 'rows' | 'sequence';
  readonly from?: 'rows that are there' | 'a sequence that is not empty';
  readonly writes?: 'the next row';
  readonly reads?: 'what it collects';
}

/** One layer and its neurons in a Loop that collects in one of two ways, with something wrong. */
function loopOf({ steps, condition, collects = 'rows', from, writes, reads }: LoopFault): Uint8Array {
  const graph = new GraphMaker();
  const x = graph.transpose('features', 1, 0, 2);
  const body = new GraphMaker('b.');
  const row = body.one('Gather', [x, 't'], { axis: 0 });
  const old = body.one('Gather', ['acc', 't'], { axis: 0 });
  const input = reads === undefined ? row : body.one('Add', [row, old]);
  const { s, v } = lif(body, layer(body, 'a', input), 'v');
  const at = writes === undefined ? 't' : body.one('Add', ['t', body.constant(int64s([], [1]))]);
  const index = body.one('Reshape', [at, body.constant(int64s([2], [1, 1]))]);
  const written =
    collects === 'sequence' ? body.one('SequenceInsert', ['acc', s]) : body.one('ScatterND', ['acc', index, body.reshape(s, 1, 1, WIDTH)]);
  const going = body.one(condition === undefined ? 'Identity' : 'Not', ['go']);
  const collector = collects === 'sequence' ? floatSequence : floatTensor;
  const inputs = [scalarOf('t', DataType.int64), scalarOf('go', DataType.bool), floatTensor('v'), collector('acc')];
  const outputs = [scalarOf(going, DataType.bool), floatTensor(v), collector(written)];
  const trip =
    steps === undefined ? graph.constant(int64s([], [STEPS])) : graph.one('Cast', [graph.one('ReduceMax', ['features'])], { to: 7 });
  const length = from === 'rows that are there' ? STEPS + 1 : STEPS;
  const empty = graph.one('SequenceEmpty', []);
  const zero = graph.constant(floats([1, WIDTH], silent));
  const first =
    collects === 'rows'
      ? graph.constant(floats([length, 1, WIDTH], new Float32Array(length * WIDTH)))
      : from === undefined
        ? empty
        : graph.one('SequenceInsert', [empty, zero]);
  const operands = [trip, graph.constant(bools([], [1])), zero, first];
  const [, collected] = graph.op('Loop', operands, { body: body.body('body', inputs, outputs) }, 2);
  const spikes = collects === 'rows' ? collected : graph.one('ConcatFromSequence', [collected], { axis: 0, new_axis: 1 });
  return graph.encode({ features: [[1, STEPS, WIDTH], DataType.float] }, [layer(graph, 'o', spikes)]);
}

describe('a loop over a network', () => {
  it('may write rows or append to a sequence', () => {
    // Nothing but the row's shape may be read of what it collects; here nobody reads the row.
    expect(functionOf(imported(loopOf({})).network)).toEqual(functionOf(imported(loopOf({ collects: 'sequence' })).network));
  });

  it.each<[LoopFault, RegExp]>([
    [{ steps: 'from the clip' }, /its number of steps is no constant/],
    [{ condition: 'ends' }, /its condition may end it early/],
    [{ writes: 'the next row' }, /does not write the row of its own step/],
    [{ reads: 'what it collects' }, /it reads rows that it collects/],
    [{ from: 'rows that are there' }, /fills another number of rows than its 6 steps/],
    [{ collects: 'sequence', from: 'a sequence that is not empty' }, /a sequence that is not empty/],
  ])('is refused: %o', (fault, reason) => {
    const [refusal] = refusalsOf(loopOf(fault));
    expect(refusal.code).toBe('loop-not-a-neuron');
    expect(refusal.message).toMatch(reason);
    expect(refusal.places[0].item).toContain('(Loop)');
  });
});
