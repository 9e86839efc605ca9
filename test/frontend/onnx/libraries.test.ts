import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/index.ts';
import { openOnnxRuntime } from '../../../src/frontend/onnx/onnx-runtime.ts';
import type { DiscreteNeuron } from '../../../src/ir/neuron.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { floats } from './support/graph-maker.ts';
import { refusalsOf, STEPS, WIDTH } from './support/importing.ts';
import { above, binary, clipped, leaky, product, twoLayers } from './support/leaky.ts';
import { STEP_FORMS, type Step } from './support/step.ts';

/** snnTorch's Synaptic, reset by subtraction. */
const synaptic =
  (alpha: number, beta: number, threshold: number): Step =>
  (graph, row, [syn, mem]) => {
    const reset = above(graph, mem, threshold);
    const current = graph.one('Add', [product(graph, clipped(graph, alpha), syn), row]);
    const grown = graph.one('Add', [product(graph, clipped(graph, beta), mem), current]);
    const next = graph.one('Sub', [grown, product(graph, reset, graph.scalar(threshold))]);
    return { spikes: above(graph, next, threshold), next: [current, next] };
  };

/** An Euler step of v' = (v_leak - v + i) / tau_mem, i' = -i / tau_syn, as Norse takes it; the input jumps into i before or after. */
const euler =
  (jumpsFirst: boolean, rate: { readonly mem: number; readonly syn: number }): Step =>
  (graph, row, [v, i]) => {
    const now = jumpsFirst ? graph.one('Add', [i, row]) : i;
    const gap = graph.one('Add', [graph.one('Sub', [graph.scalar(0.25), v]), now]);
    const h = graph.one('Add', [v, product(graph, graph.scalar(rate.mem), gap)]);
    const decayed = graph.one('Add', [now, product(graph, graph.scalar(-rate.syn), now)]);
    const z = above(graph, h, 1);
    const kept = product(graph, graph.one('Sub', [graph.scalar(1), z]), h);
    const next = graph.one('Add', [kept, product(graph, z, graph.scalar(0.125))]);
    return { spikes: z, next: [next, jumpsFirst ? decayed : graph.one('Add', [decayed, row])] };
  };

/** Parametric LIF with decay of the input: 1/tau = sigmoid(w), one w a neuron. */
const parametric: Step = (graph, row, [v]) => {
  const rate = graph.one('Sigmoid', [graph.constant(floats([WIDTH], [-1, 0, 0.5, 2]))]);
  const h = graph.one('Add', [v, graph.one('Mul', [graph.one('Sub', [row, v]), rate])]);
  const s = binary(graph, graph.one('GreaterOrEqual', [h, graph.scalar(0.5)]));
  return { spikes: s, next: [graph.one('Sub', [h, graph.one('Mul', [s, graph.scalar(0.5)])])] };
};

function neuronOf(bytes: Uint8Array): DiscreteNeuron {
  const network = importOnnx(bytes, { file: 'made.onnx', report: () => undefined });
  const [node] = network.nodes.filter((candidate) => candidate.kind === 'population');
  if (node?.kind !== 'population' || node.neuron.parameters !== 'discrete') throw new Error('no population');
  return node.neuron;
}

const cases: readonly [string, readonly number[], Step, Partial<DiscreteNeuron>][] = [
  ['Leaky, subtract', [0], leaky(0.5, 1, 'subtract'), { decay: 0.5, tie: 'gt', reset: { kind: 'by-subtraction', amount: 2 } }],
  ['Leaky, subtract, a beta that rounds', [0], leaky(0.9, 0.75, 'subtract'), { tie: 'gt', threshold: 0.75 }],
  ['Leaky, zero', [0], leaky(0.75, 1, 'zero'), { decay: 0.75, reset: { kind: 'to-value', value: 0 } }],
  ['Synaptic, subtract', [0, 0], synaptic(0.5, 0.75, 1), { decay: 0.75, currentDecay: 0.5 }],
  ['an Euler step', [0.125, 0], euler(true, { mem: 0.5, syn: 0.25 }), { decay: 0.5, currentDecay: 0.75, inputGain: 0.5, leak: 0.125 }],
  ['an Euler step that reads the old current', [0, 0], euler(false, { mem: 0.5, syn: 0.25 }), { decay: 0.5, currentDecay: 0.75 }],
  ['parametric LIF', [0], parametric, { reset: { kind: 'by-subtraction' } }],
];

describe.each(STEP_FORMS)('as a %s', (form) => {
  it.each(cases)('%s computes what ONNX Runtime computes', async (_, initial, step, facts) => {
    const bytes = twoLayers(form, initial, step);
    expect(neuronOf(bytes)).toMatchObject(facts);
    const network = importOnnx(bytes, { file: 'made.onnx', report: () => undefined });
    const reference = await openOnnxRuntime(bytes, { file: 'made.onnx' });
    let spikes = 0;
    for (let seed = 1; seed <= 20; seed++) {
      // Multiples of 1/8 make ties.
      const features = Float32Array.from({ length: STEPS * WIDTH }, (_v, i) => ((i * 7919 + seed * 104729) % 13) - 4);
      const clip = { steps: STEPS, channels: WIDTH, features, valid: new Uint8Array(STEPS).fill(1), label: null };
      const { logits, streams } = simulateNetwork(network, clip);
      (await reference.run(clip)).forEach((value, i) => {
        expect(Math.abs(value - logits[i])).toBeLessThan(1e-5);
      });
      for (const node of network.nodes)
        if (node.kind === 'population') spikes += Array.from(streams.get(node.id) ?? []).filter((value) => value === 1).length;
    }
    expect(spikes).toBeGreaterThan(50);
    await reference.close();
  });

  it.each<[string, readonly number[], Step, RegExp]>([
    ['drops its input after a spike', [0], leaky(0.5, 1, 'drops input'), /takes its input in another way/],
  ])('a neuron that %s is refused', (_, initial, step, reason) => {
    const [refusal] = refusalsOf(twoLayers(form, initial, step));
    expect(['loop-not-a-neuron', 'unsupported-pattern']).toContain(refusal.code);
    expect(refusal.message).toMatch(reason);
  });
});
