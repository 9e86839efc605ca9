import { DataType } from '../../../../src/frontend/onnx/proto/index.ts';
import { bools, floatSequence, floats, floatTensor, GraphMaker, int64s, scalarOf } from './graph-maker.ts';
import { stepped } from './step.ts';

export interface LifOptions {
  readonly tau?: number;
  readonly threshold?: number;
  readonly reset?: number | 'soft';
  readonly initial?: number;
  /** How the body compares, and chooses the next state. */
  readonly compare?: 'GreaterOrEqual' | 'Greater' | 'LessOrEqual' | 'NotLess' | 'NotGreater' | 'difference';
  readonly choose?: 'arithmetic' | 'where';
  readonly collect?: 'scatter' | 'sequence' | 'scan';
  /** Unrolled: one copy that does something else. */
  readonly fault?: 'threshold' | 'leak' | 'row' | 'row ahead' | 'order';
  /** Offset of the row that is read, or written, from the step's own. */
  readonly readAt?: number;
  readonly writeAt?: number;
}

/** A LIF layer over x [steps, 1, width] as a Loop. */
export function loopLif(graph: GraphMaker, x: string, steps: number, width: number, options: LifOptions = {}): string {
  const { tau = 2, initial = 0, collect = 'scatter' } = options;
  const reset = options.reset ?? 0;
  const tag = `${graph.nodes.length}.`;
  const body = new GraphMaker(tag);
  const t = `${tag}t`;
  const v = `${tag}v`;
  const acc = `${tag}acc`;
  const shifted = (by: number): string => (by === 0 ? t : body.one('Add', [t, body.constant(int64s([], [by]))]));
  const rest = reset === 'soft' ? 0 : reset;
  const leak = body.one('Div', [body.one('Sub', [v, body.scalar(rest)]), body.scalar(tau)]);
  const h = body.one('Add', [body.one('Sub', [v, leak]), body.one('Gather', [x, shifted(options.readAt ?? 0)], { axis: 0 })]);
  const fires = compare(body, h, options);
  const s = body.one('Cast', [fires], { to: 1 });
  const next = nextState(body, h, s, fires, options);
  const outputs = [body.one('Identity', [`${tag}cond`]), next];
  if (collect === 'scatter') {
    const at = body.one('Unsqueeze', [body.one('Unsqueeze', [shifted(options.writeAt ?? 0), body.ints(0)]), body.ints(-1)]);
    outputs.push(body.one('ScatterND', [acc, at, body.reshape(s, 1, 1, width)]));
  } else outputs.push(collect === 'sequence' ? body.one('SequenceInsert', [acc, s]) : s);
  const collector = collect === 'sequence' ? floatSequence : floatTensor;
  const inputs = [
    scalarOf(t, DataType.int64),
    scalarOf(`${tag}cond`, DataType.bool),
    floatTensor(v),
    ...(collect === 'scan' ? [] : [collector(acc)]),
  ];
  const attributes = {
    body: body.body(`${tag}body`, inputs, [scalarOf(outputs[0], DataType.bool), floatTensor(outputs[1]), collector(outputs[2])]),
  };
  const first = graph.constant(floats([1, width], new Float32Array(width).fill(initial)));
  const trip = [graph.constant(int64s([], [steps])), graph.constant(bools([], [1]))];
  if (collect === 'scan') return graph.op('Loop', [...trip, first], attributes, 2)[1];
  const empty =
    collect === 'sequence'
      ? graph.one('SequenceEmpty', [], { dtype: 1 })
      : graph.constant(floats([steps, 1, width], new Float32Array(steps * width)));
  const [, spikes] = graph.op('Loop', [...trip, first, empty], attributes, 2);
  return collect === 'sequence' ? graph.one('ConcatFromSequence', [spikes], { axis: 0, new_axis: 1 }) : spikes;
}

function compare(body: GraphMaker, h: string, { threshold = 1, compare: how = 'GreaterOrEqual' }: LifOptions): string {
  const theta = body.scalar(threshold);
  switch (how) {
    case 'GreaterOrEqual':
    case 'Greater':
      return body.one(how, [h, theta]);
    case 'LessOrEqual':
      return body.one('LessOrEqual', [theta, h]);
    case 'NotLess':
      return body.one('Not', [body.one('Less', [h, theta])]);
    case 'NotGreater':
      return body.one('Not', [body.one('GreaterOrEqual', [theta, h])]);
    case 'difference':
      return body.one('GreaterOrEqual', [body.one('Sub', [h, theta]), body.scalar(0)]);
  }
}

function nextState(
  body: GraphMaker,
  h: string,
  s: string,
  fires: string,
  { threshold = 1, reset = 0, choose = 'arithmetic' }: LifOptions,
  negated = true,
): string {
  const after = reset === 'soft' ? body.one('Sub', [h, body.scalar(threshold)]) : body.scalar(reset);
  if (choose === 'where') return body.one('Where', [fires, after, h]);
  if (reset === 'soft') return body.one('Sub', [h, body.one('Mul', [s, body.scalar(threshold)])]);
  const kept = negated ? body.one('Add', [body.one('Neg', [s]), body.scalar(1)]) : body.one('Sub', [body.scalar(1), s]);
  return body.one('Add', [body.one('Mul', [s, after]), body.one('Mul', [kept, h])]);
}

/** The same layer as one custom node. */
export function customLif(graph: GraphMaker, x: string, module: string, { tau = 2, threshold = 1, reset = 0 }: LifOptions = {}): string {
  const hard = reset === 'soft' ? {} : { v_reset: { float: reset } };
  const attributes = { tau: { float: tau }, v_threshold: { float: threshold }, ...hard, decay_input: 0, step_mode: 'm', module };
  return graph.op('LIFNode', [x], attributes, 1, 'spikingjelly')[0];
}

/** The same layer run while tracing: one copy of the step per time step. The first leak is folded, the last reset missing. */
export function unrolledLif(graph: GraphMaker, x: string, steps: number, options: LifOptions = {}): string {
  const { tau = 2, initial = 0, reset = 0, threshold = 1, fault } = options;
  const rest = reset === 'soft' ? 0 : reset;
  const spikes: string[] = [];
  let v = '';
  for (let t = 0; t < steps; t++) {
    const odd = t === Math.floor(steps / 2);
    const at = odd && fault === 'row' ? t - 1 : odd && fault === 'row ahead' ? steps - 1 : t;
    const row = graph.one('Gather', [x, graph.constant(int64s([], [at]))], { axis: 0 });
    const leaky = odd && fault === 'leak' ? tau + 1 : tau;
    // Exporters fold what does not depend on the input, in float32.
    const folded = Math.fround(initial - Math.fround(Math.fround(initial - rest) / tau));
    const kept =
      t === 0
        ? graph.scalar(folded)
        : graph.one('Sub', [v, graph.one('Div', [graph.one('Sub', [v, graph.scalar(rest)]), graph.scalar(leaky)])]);
    const h = graph.one('Add', [kept, row]);
    const fires = compare(graph, h, odd && fault === 'threshold' ? { ...options, threshold: threshold * 2 } : options);
    const s = graph.one('Cast', [fires], { to: 1 });
    spikes.push(graph.one('Unsqueeze', [s, graph.ints(0)]));
    // `1 - s` in two spellings.
    if (t < steps - 1) v = nextState(graph, h, s, fires, options, t % 2 === 0);
  }
  if (fault === 'order') spikes.reverse();
  return graph.one('Concat', spikes, { axis: 0 });
}

/** The same layer as a Scan. */
export function scanLif(graph: GraphMaker, x: string, steps: number, width: number): string {
  return stepped('scan', graph, x, { steps, width }, [0], (body, row, [v]) => {
    const h = body.one('Add', [body.one('Sub', [v, body.one('Div', [v, body.scalar(2)])]), row]);
    const s = body.one('Cast', [body.one('GreaterOrEqual', [h, body.scalar(1)])], { to: DataType.float });
    return { spikes: s, next: [nextState(body, h, s, '', {})] };
  });
}
