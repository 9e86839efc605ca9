import type { OrderedGraph } from '../../graph.ts';
import { AttributeType, type OnnxAttribute, type OnnxGraph, type OnnxNode } from '../../proto/index.ts';
import { constantIdentity, textOf } from './constant-identity.ts';
import { tensorsFromClip } from './tensors-from-clip.ts';

/**
 * A time loop over a whole network, unrolled, applies each of its layers once a step: the same weights to another row. A layer that holds no
 * state may as well take all rows at once, and then every neuron has a loop of its own again. This rewrites
 *   y_t = layer(x_t) for all t    to    y = layer(Concat(x_0, x_1, ..)),  y_0, y_1, .. = Split(y)
 * along the first axis, which is the batch axis of one clip. Layers in a loop of feedback (a row needs an earlier one's result) stay as
 * they are. Tensors of the file keep their names.
 */
export interface StackedGraph {
  readonly graph: OnnxGraph;
  /** The nodes that join rows, by what they give: no tensor of the file holds it. */
  readonly joins: ReadonlyMap<string, OnnxNode>;
  /** The first node of each repeated layer that could not be rewritten. */
  readonly inFeedback: readonly OnnxNode[];
}

/** One layer and the nodes that apply it, in order of the rows. */
interface Repeated {
  readonly members: readonly OnnxNode[];
  /** Position of the operand that depends on the clip. */
  readonly operand: number;
}

/** Fewer rows show no time; recurrences of two are residual paths. */
const STEPS_MIN = 3;
const LAYERS: ReadonlySet<string> = new Set(['Gemm', 'MatMul']);
/** What a layer's result goes through element by element or channel by channel. */
const FOLLOWERS: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div', 'BatchNormalization', 'Identity', 'Dropout']);

export function stackLayers({ nodes }: OrderedGraph, graph: OnnxGraph): StackedGraph {
  const fromClip = tensorsFromClip(nodes, graph);
  const repeated = findRepeated(nodes, fromClip, constantIdentity(nodes, graph, fromClip));
  const layers = withoutFeedback(nodes, repeated);
  const inFeedback = repeated.filter((layer) => !layers.includes(layer)).map(({ members: [first] }) => first);
  const joins = new Map<string, OnnxNode>();
  const stacked: OnnxNode[] = [];
  layers.forEach(({ members, operand }, k) => {
    const [first] = members;
    const rows = members.map((node) => node.inputs[operand]);
    const unique = [...new Set(rows)];
    const name = `spikec.layer.${k}`;
    const join = { name: `${name}.rows`, opType: 'Concat', inputs: unique, outputs: [`${name}.rows`], attributes: [axis(0)] };
    joins.set(join.outputs[0], join);
    const inputs = first.inputs.map((input, position) => (position === operand ? join.outputs[0] : input));
    stacked.push(join, { ...first, inputs, outputs: [`${name}.result`] });
    const results = unique.map((row) => members[rows.indexOf(row)].outputs[0]);
    stacked.push({ name: `${name}.split`, opType: 'Split', inputs: [`${name}.result`], outputs: results, attributes: [axis(0)] });
    members.forEach((node, row) => {
      const same = results[unique.indexOf(rows[row])];
      if (same !== node.outputs[0])
        stacked.push({ name: `${name}.again.${row}`, opType: 'Identity', inputs: [same], outputs: node.outputs, attributes: [] });
    });
  });
  const gone = new Set(layers.flatMap(({ members }) => members));
  return { graph: { ...graph, nodes: [...graph.nodes.filter((node) => !gone.has(node)), ...stacked] }, joins, inFeedback };
}

/** Nodes that apply one layer to different rows; and those that apply one and the same thing to all that such a layer gives. */
function findRepeated(
  nodes: readonly OnnxNode[],
  fromClip: ReadonlySet<string>,
  identityOf: (constant: string) => number,
): readonly Repeated[] {
  const found = new Map<string, OnnxNode[]>();
  const operands = new Map<string, number>();
  /** The layer that each of its results comes from. */
  const sources = new Map<string, string>();
  for (const node of nodes) {
    const clip = node.inputs.flatMap((name, position) => (fromClip.has(name) ? [position] : []));
    const isLayer = LAYERS.has(node.opType ?? '') && clip[0] === 0;
    const source = sources.get(node.inputs[clip[0]]);
    const follows = FOLLOWERS.has(node.opType ?? '') && source !== undefined;
    if (clip.length !== 1 || node.outputs.length !== 1 || !(isLayer || follows)) continue;
    const constants = node.inputs.map((name, position) => (position === clip[0] ? null : identityOf(name)));
    const key = JSON.stringify([isLayer ? '' : source, node.opType, constants, node.attributes.map(textOf)]);
    const members = found.get(key);
    if (members === undefined) found.set(key, [node]);
    else members.push(node);
    operands.set(key, clip[0]);
    sources.set(node.outputs[0], key);
  }
  return [...found].flatMap(([key, members]) => {
    const rows = new Set(members.map((node) => node.inputs[operands.get(key) ?? 0]));
    return rows.size < STEPS_MIN ? [] : [{ members, operand: operands.get(key) ?? 0 }];
  });
}

/** The layers that can take all their rows at once: with each as one node, the graph still has an order of evaluation around them. */
function withoutFeedback(nodes: readonly OnnxNode[], layers: readonly Repeated[]): readonly Repeated[] {
  if (layers.length === 0) return [];
  const vertexOf = new Map(nodes.map((node, k) => [node, layers.length + k]));
  layers.forEach(({ members }, layer) => {
    for (const node of members) vertexOf.set(node, layer);
  });
  const count = layers.length + nodes.length;
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, vertexOf.get(node) ?? 0])));
  const forward = Array.from({ length: count }, (): number[] => []);
  const backward = Array.from({ length: count }, (): number[] => []);
  for (const node of nodes) {
    const to = vertexOf.get(node) ?? 0;
    for (const name of node.inputs) {
      const from = makers.get(name);
      if (from === undefined) continue;
      forward[from].push(to);
      backward[to].push(from);
    }
  }
  // What is left when everything that has an order is taken away, from the front and from the back.
  const left = peel(backward, forward, peel(forward, backward, new Uint8Array(count).fill(1)));
  return layers.filter((_, layer) => left[layer] === 0);
}

/** `left` without the vertices that no vertex left leads to, again and again. */
function peel(next: readonly (readonly number[])[], before: readonly (readonly number[])[], left: Uint8Array): Uint8Array {
  const rest = Uint8Array.from(left);
  const waiting = before.map((list) => list.filter((vertex) => rest[vertex] === 1).length);
  const free = [...waiting.keys()].filter((vertex) => rest[vertex] === 1 && waiting[vertex] === 0);
  for (let vertex = free.pop(); vertex !== undefined; vertex = free.pop()) {
    rest[vertex] = 0;
    for (const to of next[vertex]) if (--waiting[to] === 0 && rest[to] === 1) free.push(to);
  }
  return rest;
}

const none = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };
const axis = (i: number): OnnxAttribute => ({ ...none, name: 'axis', type: AttributeType.int, i });
