import { DataType } from '../../../../src/frontend/onnx/proto/index.ts';
import { bools, floats, floatTensor, GraphMaker, int64s, scalarOf } from './graph-maker.ts';

/** One step of a neuron: from the step's row of the input and the states, the spikes and the next states. */
export type Step = (graph: GraphMaker, row: string, states: readonly string[]) => { spikes: string; next: readonly string[] };

export const STEP_FORMS = ['loop', 'scan', 'unrolled'] as const;

/** Neurons [1, width] over x [steps, 1, width], in each of the forms that loops take. */
export function stepped(
  form: (typeof STEP_FORMS)[number],
  graph: GraphMaker,
  x: string,
  size: { readonly steps: number; readonly width: number },
  initial: readonly number[],
  step: Step,
): string {
  const first = initial.map((value) => graph.constant(floats([1, size.width], new Float32Array(size.width).fill(value))));
  if (form === 'unrolled') {
    let states: readonly string[] = first;
    const rows = Array.from({ length: size.steps }, (_, t) => {
      const row = graph.one('Gather', [x, graph.constant(int64s([], [t]))], { axis: 0 });
      const { spikes, next } = step(graph, row, states);
      states = next;
      return graph.one('Unsqueeze', [spikes, graph.ints(0)]);
    });
    return graph.one('Concat', rows, { axis: 0 });
  }
  const tag = `${graph.nodes.length}.`;
  const body = new GraphMaker(tag);
  const states = initial.map((_, k) => `${tag}state${k}`);
  const [t, go] = [`${tag}t`, `${tag}go`];
  const row = form === 'loop' ? body.one('Gather', [x, t], { axis: 0 }) : `${tag}row`;
  const { spikes, next } = step(body, row, states);
  const named = next.map((name) => body.one('Identity', [name]));
  const written = body.one('Identity', [spikes]);
  const outputs = [...named, written].map(floatTensor);
  if (form === 'scan') {
    const inputs = [...states, row].map(floatTensor);
    // ONNX Runtime wants the shapes of what a Scan gives.
    const dims = [{ value: 1 }, { value: size.width }];
    const shaped = [...named, written].map((name) => ({ name, type: { tensor: { elementType: DataType.float, shape: { dims } } } }));
    const attributes = { body: body.body(`${tag}body`, inputs, shaped), num_scan_inputs: 1 };
    return graph.op('Scan', [...first, x], attributes, outputs.length)[next.length];
  }
  const inputs = [scalarOf(t, DataType.int64), scalarOf(go, DataType.bool), ...states.map(floatTensor)];
  const going = body.one('Identity', [go]);
  const attributes = { body: body.body(`${tag}body`, inputs, [scalarOf(going, DataType.bool), ...outputs]) };
  const operands = [graph.constant(int64s([], [size.steps])), graph.constant(bools([], [1])), ...first];
  return graph.op('Loop', operands, attributes, outputs.length)[next.length];
}
