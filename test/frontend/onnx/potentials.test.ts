import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/index.ts';
import { openOnnxRuntime } from '../../../src/frontend/onnx/onnx-runtime.ts';
import { DataType } from '../../../src/frontend/onnx/proto/index.ts';
import type { Network, ReadoutNode } from '../../../src/ir/network.ts';
import { trialClips } from '../../../src/pipeline/trial-clips.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { floats, GraphMaker } from './support/graph-maker.ts';
import { functionOf, imported, refusalsOf, STEPS, WIDTH, weightsOf } from './support/importing.ts';
import { unrolledLif } from './support/lif.ts';
import { STEP_FORMS, type Step, stepped } from './support/step.ts';

type Form = (typeof STEP_FORMS)[number];

const scaled = (graph: GraphMaker, value: string, factor: number): string => graph.one('Mul', [value, graph.scalar(factor)]);

/** v = beta v + x */
const leaky: Step = (graph, row, [v]) => {
  const next = graph.one('Add', [scaled(graph, v, 0.75), row]);
  return { spikes: next, next: [next] };
};

/** u = alpha u + x, v = beta v + (1 - beta) u, one beta a channel. */
const currentBased: Step = (graph, row, [u, v]) => {
  const beta = graph.constant(floats([WIDTH], [0.5, 0.75, 0.875, 0]));
  const current = graph.one('Add', [scaled(graph, u, 0.5), row]);
  const kept = graph.one('Mul', [v, beta]);
  const next = graph.one('Add', [kept, graph.one('Mul', [current, graph.one('Sub', [graph.scalar(1), beta])])]);
  return { spikes: next, next: [current, next] };
};

/** What reads the input of the step before. */
const late: Step = (graph, row, [u, v]) => {
  const next = graph.one('Add', [scaled(graph, v, 0.5), u]);
  return { spikes: next, next: [graph.one('Add', [scaled(graph, u, 0.5), row]), next] };
};

function behindNeurons(form: Form, initial: readonly number[], step: Step, head: (graph: GraphMaker, x: string) => string): Uint8Array {
  const graph = new GraphMaker();
  graph.path = '/layer';
  const x = graph.one('MatMul', [graph.transpose('features', 1, 0, 2), graph.initializer('w', [WIDTH, WIDTH], weightsOf(WIDTH, WIDTH))]);
  const spikes = graph.reshape(unrolledLif(graph, x, STEPS), STEPS, 1, WIDTH);
  graph.path = '/head';
  const read = graph.one('MatMul', [spikes, graph.initializer('o', [WIDTH, WIDTH], weightsOf(WIDTH, WIDTH))]);
  const potentials = stepped(form, graph, read, { steps: STEPS, width: WIDTH }, initial, step);
  return graph.encode({ features: [[1, STEPS, WIDTH], DataType.float] }, [head(graph, potentials)]);
}

const plain = (_: GraphMaker, potentials: string): string => potentials;

const cases: readonly [name: string, initial: readonly number[], step: Step, membrane: Partial<ReadoutNode['membrane']>][] = [
  ['a leaky one', [0], leaky, { decay: 0.75, leak: 0, inputGain: 1, currentDecay: null, initial: 0 }],
  ['one that starts elsewhere', [0.5], leaky, { decay: 0.75, initial: 0.5 }],
  ['a current-based one', [0, 0], currentBased, { currentDecay: 0.5, decay: Float64Array.of(0.5, 0.75, 0.875, 0) }],
];

describe.each(cases)('a read-out of potentials: %s', (_, initial, step, membrane) => {
  it('is the same in every form', () => {
    const networks = STEP_FORMS.map((form) => imported(behindNeurons(form, initial, step, plain)).network);
    for (const network of networks) {
      expect(network.nodes.find(({ kind }) => kind === 'readout')).toMatchObject({ membrane });
      expect(functionOf(network)).toEqual(functionOf(networks[0]));
    }
  });

  it.each(STEP_FORMS)('computes what ONNX Runtime computes, as a %s', async (form) => {
    const bytes = behindNeurons(form, initial, step, plain);
    await compareWithRuntime(bytes, importOnnx(bytes, { file: 'made.onnx', report: () => undefined }));
  });
});

async function compareWithRuntime(bytes: Uint8Array, network: Network): Promise<void> {
  const reference = await openOnnxRuntime(bytes, { file: 'made.onnx' });
  let largest = 0;
  for (const { clip } of trialClips(network, 5)) {
    const { logits } = simulateNetwork(network, clip);
    (await reference.run(clip)).forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value));
      expect(Math.abs(value - logits[i])).toBeLessThan(1e-5);
    });
  }
  expect(largest).toBeGreaterThan(1);
  await reference.close();
}

describe('potentials', () => {
  it.each(['loop', 'scan'] as const)('may take their input a step late, as a %s', async (form) => {
    const bytes = behindNeurons(form, [0, 0], late, plain);
    const network = importOnnx(bytes, { file: 'made.onnx', report: () => undefined });
    const into = network.projections.filter(({ target }) => target === network.output);
    expect(into.map(({ delaySteps }) => delaySteps)).toEqual([1]);
    await compareWithRuntime(bytes, network);
  });

  it('are read by nothing but the output', () => {
    const again = (graph: GraphMaker, x: string): string =>
      graph.one('MatMul', [x, graph.initializer('a', [WIDTH, 2], weightsOf(WIDTH, 2))]);
    const [refusal] = refusalsOf(behindNeurons('loop', [0], leaky, again));
    expect(refusal.code).toBe('unsupported-pattern');
    expect(refusal.message).toMatch(/membrane potentials are read by something else than the output/);
  });

  it.each<[string, Step, RegExp]>([
    [
      'takes no input',
      (graph, _row, [v]) => ({ spikes: scaled(graph, v, 0.5), next: [scaled(graph, v, 0.5)] }),
      /does not take the input of its own step/,
    ],
    [
      'gives no state',
      (graph, row, [v]) => ({ spikes: scaled(graph, v, 2), next: [graph.one('Add', [scaled(graph, v, 0.5), row])] }),
      /nothing is compared with a threshold, and it collects no state/,
    ],
  ])('of a loop that %s are refused', (_, step, reason) => {
    const [refusal] = refusalsOf(behindNeurons('scan', [0], step, plain));
    expect(refusal.code).toBe('loop-not-a-neuron');
    expect(refusal.message).toMatch(reason);
  });
});
