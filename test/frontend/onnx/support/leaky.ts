import { DataType } from '../../../../src/frontend/onnx/proto/index.ts';
import type { GraphMaker } from './graph-maker.ts';
import { aroundNeurons, STEPS, WIDTH } from './importing.ts';
import { type STEP_FORMS, type Step, stepped } from './step.ts';

type Form = (typeof STEP_FORMS)[number];

export const binary = (graph: GraphMaker, condition: string): string => graph.one('Cast', [condition], { to: DataType.float });
export const above = (graph: GraphMaker, h: string, threshold: number): string =>
  binary(graph, graph.one('Greater', [graph.one('Sub', [h, graph.scalar(threshold)]), graph.scalar(0)]));
export const clipped = (graph: GraphMaker, value: number): string =>
  graph.one('Clip', [graph.scalar(value), graph.scalar(0), graph.scalar(1)]);
export const product = (graph: GraphMaker, factor: string, value: string): string => graph.one('Mul', [factor, value]);

/** snnTorch's Leaky: the spike is reset at the next step, from the membrane potential that is carried. */
export const leaky =
  (beta: number, threshold: number, mechanism: 'subtract' | 'zero' | 'drops input'): Step =>
  (graph, row, [mem]) => {
    const reset = above(graph, mem, threshold);
    const decayed = (from: string): string => graph.one('Add', [product(graph, clipped(graph, beta), from), row]);
    const keep = (from: string): string => graph.one('Mul', [graph.one('Sub', [graph.scalar(1), reset]), from]);
    const next =
      mechanism === 'subtract'
        ? graph.one('Sub', [decayed(mem), product(graph, reset, graph.scalar(threshold))])
        : mechanism === 'zero'
          ? decayed(keep(mem))
          : keep(decayed(mem));
    return { spikes: above(graph, next, threshold), next: [next] };
  };

/** Two layers, so that spikes of the first reach the second. */
export const twoLayers = (form: Form, initial: readonly number[], step: Step): Uint8Array =>
  aroundNeurons((graph, x) => {
    const weights = graph.initializer(
      'between',
      [WIDTH, WIDTH],
      Float32Array.from({ length: WIDTH ** 2 }, (_, i) => ((i * 29) % 17) / 8 - 0.75),
    );
    const first = stepped(form, graph, x, { steps: STEPS, width: WIDTH }, initial, step);
    return stepped(form, graph, graph.one('MatMul', [first, weights]), { steps: STEPS, width: WIDTH }, initial, step);
  });
