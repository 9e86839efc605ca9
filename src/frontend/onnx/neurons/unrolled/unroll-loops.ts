import { failure } from '../../../../diagnostics/index.ts';
import { Attributes } from '../../attributes.ts';
import { nameOf } from '../../context.ts';
import type { Folder } from '../../fold.ts';
import { isStepOperator, operatorOf } from '../../operators/index.ts';
import { AttributeType, DataType, type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../../proto/index.ts';
import type { Tensor } from '../../tensors/tensor.ts';
import { axis } from './stack-layers.ts';

/** Nodes that the copies of one body may have together. */
const COPIED_MAX = 2 ** 18;

export interface UnrollOptions {
  readonly file: string;
  readonly opset: number;
  /** Steps of a clip. */
  readonly stepsOf: () => number;
  /** Constants of a graph. */
  readonly folderOf: (graph: OnnxGraph) => Folder;
}

/**
 * The graph with each `Loop` and `Scan` over a whole network (its body applies layers) as copies of its body, one a step. A loop that steps
 * one neuron stays as it is. Tensors outside loops keep their names. Throws `loop-not-a-neuron` where such a loop cannot be unrolled.
 */
export function unrollLoops(graph: OnnxGraph, options: UnrollOptions): OnnxGraph {
  return graph.nodes.filter(isOverNetwork).reduce((unrolled, node, k) => unroll(unrolled, node, `spikec.loop.${k}.`, options), graph);
}

function isOverNetwork(node: OnnxNode): boolean {
  const body = bodyOf(node);
  if (body === null || body.nodes.every(isStepOperator)) return false;
  return body.nodes.every((inner) => (isStepOperator(inner) || operatorOf(inner) !== undefined) && bodyOf(inner) === null);
}

const bodyOf = ({ opType = '', attributes }: OnnxNode): OnnxGraph | null =>
  opType === 'Loop' || opType === 'Scan' ? (attributes.find(({ name }) => name === 'body')?.g ?? null) : null;

function unroll(graph: OnnxGraph, node: OnnxNode, prefix: string, options: UnrollOptions): OnnxGraph {
  const body = bodyOf(node);
  if (body === null) return graph;
  const refuse: Refuse = (reason) =>
    failure('loop-not-a-neuron', `this loop over a whole network cannot be unrolled: ${reason}`, {
      places: [{ file: options.file, item: `node ${nameOf(node)} (${node.opType})` }],
      notes: ['accepted here: loops that run all steps of the clip, each taking its own row and giving one'],
    });
  const loop = node.opType === 'Loop' ? readLoop(graph, node, body, options, refuse) : readScan(node, body, options, refuse);
  if (loop.steps * body.nodes.length > COPIED_MAX)
    throw refuse(`its copies have ${loop.steps * body.nodes.length} nodes, and ${COPIED_MAX} may be`);
  const copier = new Copier(graph, node, body, prefix, loop);
  for (let step = 0; step < loop.steps; step++) copier.copy(step);
  const unrolled = copier.finish(options.opset);
  checkCopies(copier, loop, options.folderOf(unrolled), refuse);
  return { ...unrolled, nodes: unrolled.nodes.filter((other) => other !== node) };
}

type Refuse = (reason: string) => Error;

/** A loop, `Loop` or `Scan`, in the same words. */
interface NetworkLoop {
  readonly steps: number;
  /** By position among what the node gives. */
  readonly outputs: readonly LoopOutput[];
  /** Carried values: name in the body, and tensor before the first step. */
  readonly carried: readonly { readonly name: string; readonly first: string; readonly next: string }[];
  readonly counter: string | null;
  readonly condition: { readonly name: string; readonly next: string } | null;
  readonly scanned: readonly { readonly name: string; readonly from: string; readonly axis: number }[];
}

type LoopOutput =
  /** The last value of a carried tensor. */
  | { readonly kind: 'last'; readonly carried: number }
  /** A value of every step, stacked along a new axis. */
  | { readonly kind: 'scan'; readonly value: string; readonly axis: number }
  /** A value of every step, appended to an empty sequence. */
  | { readonly kind: 'sequence'; readonly carried: number; readonly value: string }
  /** A row of every step, written into a tensor at its own step. */
  | { readonly kind: 'rows'; readonly carried: number; readonly value: string; readonly at: string };

function readLoop(graph: OnnxGraph, node: OnnxNode, body: OnnxGraph, { folderOf }: UnrollOptions, refuse: Refuse): NetworkLoop {
  const folder = folderOf(graph);
  const count = node.inputs.length - 2;
  if (count < 0 || body.inputs.length !== count + 2 || body.outputs.length < count + 1)
    throw refuse('its body does not carry what it is given');
  const [trip = '', condition = ''] = node.inputs;
  const [steps] = trip === '' ? [] : (folder.constantOf(trip)?.data ?? []);
  if (!Number.isSafeInteger(steps) || steps < 1) throw refuse('its number of steps is no constant');
  if (condition !== '' && folder.constantOf(condition)?.data[0] !== 1) throw refuse('its condition is not true');
  const carried = Array.from({ length: count }, (_, k) => ({
    name: nameIn(body.inputs, k + 2),
    first: node.inputs[k + 2],
    next: nameIn(body.outputs, k + 1),
  }));
  const makers = new Map(body.nodes.flatMap((inner) => inner.outputs.map((name) => [name, inner])));
  const outputs = carried.map(({ name, first, next }, k): LoopOutput => {
    const maker = makers.get(next);
    if (maker?.inputs[0] !== name) return { kind: 'last', carried: k };
    const [, second = '', third = ''] = maker.inputs;
    if (maker.opType === 'SequenceInsert') {
      const isEmpty = graph.nodes.some(({ opType, outputs: [made] }) => opType === 'SequenceEmpty' && made === first);
      if (!isEmpty || third !== '') throw refuse('it appends to a sequence that is not empty, or elsewhere than at its end');
      return { kind: 'sequence', carried: k, value: second };
    }
    if (maker.opType !== 'ScatterND') return { kind: 'last', carried: k };
    if (new Attributes(maker).text('reduction', 'none') !== 'none') throw refuse('it adds to what it collects');
    if (folder.constantOf(first)?.shape[0] !== steps) throw refuse(`it fills another number of rows than its ${steps} steps`);
    if (!readsShapeOnly(body, name, maker)) throw refuse('it reads rows that it collects');
    return { kind: 'rows', carried: k, value: third, at: second };
  });
  const scans = body.outputs
    .slice(count + 1)
    .map((_, k): LoopOutput => ({ kind: 'scan', value: nameIn(body.outputs, count + 1 + k), axis: 0 }));
  return {
    steps,
    carried,
    outputs: [...outputs, ...scans],
    counter: nameIn(body.inputs, 0),
    condition: { name: nameIn(body.inputs, 1), next: nameIn(body.outputs, 0) },
    scanned: [],
  };
}

/** Is nothing but the shape of a tensor that collects rows read, its own or that of a row? */
function readsShapeOnly({ nodes, outputs }: OnnxGraph, name: string, maker: OnnxNode): boolean {
  return (
    !outputs.some((output) => output.name === name) &&
    nodes.every((node) => {
      if (node === maker || !node.inputs.includes(name) || node.opType === 'Shape') return true;
      return node.opType === 'Gather' && nodes.every((reader) => !reader.inputs.includes(node.outputs[0]) || reader.opType === 'Shape');
    })
  );
}

function readScan(node: OnnxNode, body: OnnxGraph, { stepsOf }: UnrollOptions, refuse: Refuse): NetworkLoop {
  const attributes = new Attributes(node);
  const rows = attributes.int('num_scan_inputs', 1);
  const count = node.inputs.length - rows;
  if (count < 0 || body.inputs.length !== node.inputs.length || body.outputs.length < count)
    throw refuse('its body does not carry what it is given');
  const directions = [...(attributes.ints('scan_input_directions') ?? []), ...(attributes.ints('scan_output_directions') ?? [])];
  if (directions.some((direction) => direction !== 0)) throw refuse('it walks backwards');
  const into = attributes.ints('scan_output_axes') ?? [];
  const from = attributes.ints('scan_input_axes') ?? [];
  const carried = Array.from({ length: count }, (_, k) => ({
    name: nameIn(body.inputs, k),
    first: node.inputs[k],
    next: nameIn(body.outputs, k),
  }));
  return {
    steps: stepsOf(),
    carried,
    outputs: body.outputs.map((_, k): LoopOutput => {
      return k < count ? { kind: 'last', carried: k } : { kind: 'scan', value: nameIn(body.outputs, k), axis: into[k - count] ?? 0 };
    }),
    counter: null,
    condition: null,
    scanned: node.inputs.slice(count).map((name, k) => ({ name: nameIn(body.inputs, count + k), from: name, axis: from[k] ?? 0 })),
  };
}

const nameIn = (values: readonly { readonly name?: string }[], position: number): string => values[position]?.name ?? '';

/** Writes the copies of a body, step by step: what one carries is what the next finds. */
class Copier {
  /** Names of the values that a step makes, step by step. */
  readonly named: ((name: string) => string)[] = [];
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers: OnnxTensor[];
  private readonly local: ReadonlySet<string>;
  private readonly graph: OnnxGraph;
  private readonly node: OnnxNode;
  private readonly body: OnnxGraph;
  private readonly prefix: string;
  private readonly loop: NetworkLoop;

  constructor(graph: OnnxGraph, node: OnnxNode, body: OnnxGraph, prefix: string, loop: NetworkLoop) {
    this.graph = graph;
    this.node = node;
    this.body = body;
    this.prefix = prefix;
    this.loop = loop;
    this.local = new Set(body.nodes.flatMap(({ outputs }) => outputs));
    this.initializers = body.initializers.map((tensor) => ({ ...tensor, name: `${prefix}${tensor.name ?? ''}` }));
    if (loop.condition !== null) this.initializers.push(scalar(`${prefix}condition`, DataType.bool, 1));
  }

  copy(step: number): void {
    const { prefix, loop, body, local } = this;
    const names = new Map(body.initializers.map(({ name = '' }) => [name, `${prefix}${name}`]));
    const own = `${prefix}${step}.`;
    if (loop.counter !== null) {
      names.set(loop.counter, `${own}step`);
      this.initializers.push(scalar(`${own}step`, DataType.int64, step));
    }
    if (loop.condition !== null) names.set(loop.condition.name, `${prefix}condition`);
    const before = this.named[step - 1];
    const collects = new Set(loop.outputs.flatMap((output) => (output.kind === 'rows' ? [output.carried] : [])));
    loop.carried.forEach(({ name, first, next }, k) => {
      names.set(name, before === undefined || collects.has(k) ? first : before(next));
    });
    for (const { name, from, axis: along } of loop.scanned) {
      this.nodes.push(this.made('Gather', [from, `${own}row`], `${own}row.${name}`, [axis(along)]));
      names.set(name, `${own}row.${name}`);
    }
    if (loop.scanned.length > 0) this.initializers.push(scalar(`${own}row`, DataType.int64, step));
    const named = (name: string): string => names.get(name) ?? (local.has(name) ? `${own}${name}` : name);
    this.named.push(named);
    for (const node of body.nodes) {
      const outputs = node.outputs.map((name) => (name === '' ? '' : named(name)));
      this.nodes.push({
        ...node,

        inputs: node.inputs.map((name) => (name === '' ? '' : named(name))),
        outputs,
      });
    }
  }

  /** The graph with the copies, and with what the loop gives. */
  finish(opset: number): OnnxGraph {
    const { graph, loop, node } = this;
    loop.outputs.forEach((output, k) => {
      const name = node.outputs[k] ?? '';
      if (name === '') return;
      switch (output.kind) {
        case 'last': {
          const { next } = loop.carried[output.carried];
          this.nodes.push(this.made('Identity', [this.named[loop.steps - 1](next)], name, []));
          break;
        }
        case 'sequence':
          this.nodes.push(this.made('SequenceConstruct', this.allOf(output.value), name, []));
          break;
        case 'rows':
          this.nodes.push(this.made('Concat', this.allOf(output.value), name, [axis(0)]));
          break;
        case 'scan':
          this.nodes.push(this.made('Concat', this.unsqueezed(output, name, opset), name, [axis(output.axis)]));
          break;
      }
    });
    return { ...graph, nodes: [...graph.nodes, ...this.nodes], initializers: [...graph.initializers, ...this.initializers] };
  }

  allOf(value: string): readonly string[] {
    return this.named.map((named) => named(value));
  }

  private unsqueezed(
    { value, axis: along }: { readonly value: string; readonly axis: number },
    output: string,
    opset: number,
  ): readonly string[] {
    const axes = `${this.prefix}axes.${output}`;
    if (opset >= 13) this.initializers.push({ ...scalar(axes, DataType.int64, along), dims: [1] });
    return this.allOf(value).map((name, step) => {
      const result = `${this.prefix}${step}.result.${output}`;
      this.nodes.push(
        opset >= 13
          ? this.made('Unsqueeze', [name, axes], result, [])
          : this.made('Unsqueeze', [name], result, [{ ...none, name: 'axes', type: AttributeType.ints, ints: [along] }]),
      );
      return result;
    });
  }

  private made(opType: string, inputs: readonly string[], output: string, attributes: readonly OnnxAttribute[]): OnnxNode {
    return { name: nameOf(this.node), opType, inputs, outputs: [output], attributes };
  }
}

const none = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };

const scalar = (name: string, dataType: number, value: number): OnnxTensor => ({
  name,
  dims: [],
  dataType,
  floatData: [],
  int32Data: dataType === DataType.bool ? [value] : [],
  int64Data: dataType === DataType.int64 ? [value] : [],
  doubleData: [],
  stringData: [],
});

/** The loop runs to its end, and writes each row at its own step. */
function checkCopies(copier: Copier, { condition, outputs }: NetworkLoop, folder: Folder, refuse: Refuse): void {
  const is = (tensor: Tensor | null, value: number): boolean => tensor?.data.length === 1 && tensor.data[0] === value;
  copier.named.forEach((named, step) => {
    if (condition !== null && !is(folder.constantOf(named(condition.next)), 1)) throw refuse('its condition may end it early');
    for (const output of outputs) {
      if (output.kind !== 'rows') continue;
      const at = folder.constantOf(named(output.at));
      if (!is(at, step) || at?.shape.length !== 2) throw refuse('it does not write the row of its own step');
    }
  });
}
