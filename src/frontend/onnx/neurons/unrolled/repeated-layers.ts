import type { OnnxGraph, OnnxNode } from '../../proto/index.ts';
import { constantIdentity, textOf } from './constant-identity.ts';
import { isPick } from './shapes-of-rows.ts';
import { tensorsFromClip } from './tensors-from-clip.ts';

/** The layers that a graph applies once a step. */
export interface LayersOfSteps {
  readonly repeated: readonly Repeated[];
  /** Those that can take all their rows at once: with each as one node, the graph still has an order of evaluation around them. */
  readonly acyclic: readonly Repeated[];
  /** Tensors that depend on the clip. */
  readonly fromClip: ReadonlySet<string>;
  /** What two applications of one layer share: everything but the operands at these positions. */
  readonly keyOf: (node: OnnxNode, operands: readonly number[]) => string;
}

/** One layer, or what its results go through, and the nodes that apply it, in order of the rows. */
export interface Repeated {
  readonly members: readonly OnnxNode[];
  /** Positions of the operands that depend on the clip. */
  readonly operands: readonly number[];
}

/** Fewer rows show no time; recurrences of two are residual paths. */
const STEPS_MIN = 3;
const LAYERS: ReadonlySet<string> = new Set(['Gemm', 'MatMul']);
/** What a layer's result goes through element by element or channel by channel; factors are the neuron's: its input gain. */
const FOLLOWERS: ReadonlySet<string> = new Set(['Add', 'Sub', 'BatchNormalization', 'Identity', 'Dropout']);
/** What joins the results of two layers. */
const SUMS: ReadonlySet<string> = new Set(['Add', 'Sub']);

export const isLayer = ({ opType = '' }: OnnxNode): boolean => LAYERS.has(opType);

/** The operands that depend on the clip, by name. */
export const rowsOf = (node: OnnxNode, operands: readonly number[]): readonly string[] => operands.map((position) => node.inputs[position]);

/**
 * Finds nodes that apply one layer to different rows; those that apply one and the same thing to all that such a layer gives; and those that
 * add the rows of two. `nodes` in order of evaluation.
 */
export function findLayersOfSteps(nodes: readonly OnnxNode[], graph: OnnxGraph, stepsOf: () => number): LayersOfSteps {
  const fromClip = tensorsFromClip(nodes, graph);
  const identityOf = constantIdentity(nodes, graph, fromClip);
  const keyOf = (node: OnnxNode, operands: readonly number[]): string => {
    const constants = node.inputs.map((name, position) => (operands.includes(position) ? null : identityOf(name)));
    return JSON.stringify([node.opType, constants, node.attributes.map(textOf)]);
  };
  const repeated = findRepeated(nodes, fromClip, keyOf, findSumsOfSpikes(nodes, fromClip, stepsOf));
  return { repeated, acyclic: withoutFeedback(nodes, repeated), fromClip, keyOf };
}

function findRepeated(
  nodes: readonly OnnxNode[],
  fromClip: ReadonlySet<string>,
  keyOf: LayersOfSteps['keyOf'],
  sumsOfSpikes: ReadonlyMap<OnnxNode, string>,
): readonly Repeated[] {
  const found = new Map<string, { readonly number: number; readonly members: OnnxNode[]; readonly operands: readonly number[] }>();
  /** The layer that each of its results comes from. */
  const sources = new Map<string, number>();
  /** The tensor that each row is picked from. */
  const picked = new Map<string, string>();
  /** What the layers make of rows that are known before the clip: those of the first steps. */
  const known = new Set<string>();
  const isRow = (name: string): boolean => fromClip.has(name) || known.has(name);
  const layerKeys = new Set(nodes.flatMap((node) => (isLayer(node) && fromClip.has(node.inputs[0]) ? [keyOf(node, [0])] : [])));
  for (const node of nodes) {
    if (isPick(node, fromClip)) for (const name of node.outputs) picked.set(name, node.inputs[0]);
    const before = isLayer(node) && !node.inputs.some(isRow) && layerKeys.has(keyOf(node, [0]));
    const operands = before ? [0] : node.inputs.flatMap((name, position) => (isRow(name) ? [position] : []));
    const applied = isLayer(node) && operands.length === 1 && operands[0] === 0;
    const sum = sumsOfSpikes.get(node);
    const rows = applied || sum !== undefined ? [] : rowsOf(node, operands);
    const from = rows.map((name) => sources.get(name) ?? (rows.length === 1 ? undefined : picked.get(name)));
    const isOfLayer = from.every((source) => source !== undefined) && rows.some((name) => sources.has(name));
    const follows = (rows.length === 1 ? FOLLOWERS : SUMS).has(node.opType ?? '') && isOfLayer;
    if (operands.length < 1 || operands.length > 2 || node.outputs.length !== 1 || !(applied || follows || sum !== undefined)) continue;
    const key = `${sum ?? from.join()} ${keyOf(node, operands)}`;
    const repeated = found.get(key) ?? { number: found.size, members: [], operands };
    found.set(key, repeated);
    repeated.members.push(node);
    sources.set(node.outputs[0], repeated.number);
    if (!fromClip.has(node.outputs[0])) known.add(node.outputs[0]);
  }
  return [...found.values()].filter(({ members, operands }) => {
    const rows = new Set(members.map((node) => rowsOf(node, operands).join('\n')));
    return rows.size >= STEPS_MIN;
  });
}

const COMPARISON = /^(Greater|Less)(OrEqual)?$/;
/** What leaves spikes as they are, or scales them. */
const OF_SPIKES: ReadonlySet<string> = new Set(['Cast', 'Identity', 'Mul', 'Div', 'Reshape', 'Unsqueeze', 'Squeeze']);

/**
 * Sums of the spikes of two neurons in one step, and which of a step's sums each is: as many follow each other as a step has, since steps
 * follow each other. Where that is not so, the rows belong to no neuron in the end, and are refused.
 */
function findSumsOfSpikes(nodes: readonly OnnxNode[], fromClip: ReadonlySet<string>, stepsOf: () => number): ReadonlyMap<OnnxNode, string> {
  const spikes = new Set<string>();
  const sums: OnnxNode[] = [];
  for (const node of nodes) {
    const { opType = '', inputs, outputs } = node;
    const clip = inputs.filter((name) => fromClip.has(name));
    const ofSpikes = clip.length > 0 && clip.every((name) => spikes.has(name));
    const isSum = ofSpikes && opType === 'Add' && clip.length === 2;
    if (isSum) sums.push(node);
    if (COMPARISON.test(opType) || isSum || (ofSpikes && clip.length === 1 && OF_SPIKES.has(opType))) spikes.add(outputs[0]);
  }
  if (sums.length === 0) return new Map();
  const inStep = sums.length / stepsOf();
  return new Map(Number.isInteger(inStep) ? sums.map((node, k) => [node, `sum ${k % inStep}`]) : []);
}

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
