import type { Folder } from '../../fold.ts';
import type { OnnxGraph, OnnxNode } from '../../proto/index.ts';
import type { Tensor } from '../../tensors/tensor.ts';
import { isLayer, type LayersOfSteps, type Repeated } from './repeated-layers.ts';
import { axis } from './stack-layers.ts';

/** Spikes that come back a step later, as an input of the graph that stands for them until their population is known. */
export interface Feedback {
  /** Tensor [steps, ...] that stands for the spikes of the step before: row 0 is silent. */
  readonly name: string;
  readonly steps: number;
  readonly shape: readonly number[];
  /** Tensor that joins the spikes of all steps. */
  readonly spikes: string;
}

export interface OpenedGraph {
  readonly graph: OnnxGraph;
  readonly feedback: readonly Feedback[];
  /** The nodes that join spikes, by what they give, where no tensor of the file holds it: layers will read them. */
  readonly joins: ReadonlyMap<string, OnnxNode>;
}

const JOINS: ReadonlySet<string> = new Set(['Concat', 'SequenceConstruct']);
/** What leaves a row the row that it is. */
const PLAIN: ReadonlySet<string> = new Set(['Unsqueeze', 'Squeeze', 'Reshape', 'Identity', 'Cast', 'Flatten']);

/**
 * A layer over the spikes of the step before needs each row before it can make the next one. Here the loop is opened: the layer reads an
 * input of the graph in their stead,
 *   x_t + W s_(t-1)    becomes    x_t + W f_t,    f = Feedback of s,
 * so that nothing is left that goes round; the network gets a projection from s with a delay of one step. Layers whose first row is not
 * silent, and rows that are nowhere joined, stay as they are.
 */
export function openFeedback(
  nodes: readonly OnnxNode[],
  graph: OnnxGraph,
  { repeated, acyclic, fromClip }: LayersOfSteps,
  steps: number,
  folder: () => Folder,
): OpenedGraph {
  const looped = repeated.filter((layer) => !acyclic.includes(layer) && isLayer(layer.members[0]));
  if (looped.length === 0) return { graph, feedback: [], joins: new Map() };
  const plain = plainRows(nodes);
  const joined = joinedRows(nodes, repeated);
  const opened = new Map<string, { readonly feedback: Feedback; readonly split: OnnxNode; readonly join: readonly OnnxNode[] }>();
  const replaced = new Map<OnnxNode, string>();
  /** Rows of one name; what is known before the clip may have been written twice. */
  const isSame = (row: string, result: string): boolean =>
    plain(row) === plain(result) || ([row, result].every((name) => !fromClip.has(name)) && isSilent(folder().constantOf(row)));
  for (const { members } of looped) {
    const [first, ...others] = members.map(({ inputs: [row] }) => row);
    const join = joined.find(({ results }) => results.length > others.length && others.every((row, t) => isSame(row, results[t])));
    const before = join === undefined ? null : folder().constantOf(first);
    if (join === undefined || before === null || !isSilent(before)) continue;
    const key = join.results.join('\n');
    const known = opened.get(key) ?? open(`spikec.feedback.${opened.size}`, join, before.shape, steps);
    opened.set(key, known);
    for (const [t, node] of members.entries()) replaced.set(node, rowName(known.feedback.name, t));
  }
  const feedback = [...opened.values()].map((entry) => entry.feedback);
  const rest = graph.nodes.map((node) => {
    const row = replaced.get(node);
    return row === undefined ? node : { ...node, inputs: node.inputs.map((name, position) => (position === 0 ? row : name)) };
  });
  return {
    graph: {
      ...graph,
      nodes: [...rest, ...[...opened.values()].map(({ split }) => split)],
      inputs: [...graph.inputs, ...feedback.map(({ name }) => ({ name }))],
    },
    feedback,
    joins: new Map([...opened.values()].flatMap(({ join }) => join.map((node) => [node.name ?? '', node] as const))),
  };
}

/** The rows of all steps, and what joins them; null: a layer reads them, and they are joined for it. */
interface JoinedRows {
  readonly results: readonly string[];
  readonly by: string | null;
}

function joinedRows(nodes: readonly OnnxNode[], layers: readonly Repeated[]): readonly JoinedRows[] {
  return [
    ...layers.flatMap(({ members, operands }): JoinedRows[] =>
      operands.map((operand) => ({ results: [...new Set(members.map((node) => node.inputs[operand]))], by: null })),
    ),
    ...nodes.flatMap((node): JoinedRows[] => (JOINS.has(node.opType ?? '') ? [{ results: node.inputs, by: node.outputs[0] }] : [])),
  ];
}

/** The tensor that a row is before it is given another shape or type. */
function plainRows(nodes: readonly OnnxNode[]): (name: string) => string {
  const plain = new Map<string, string>();
  for (const { opType = '', inputs, outputs } of nodes) {
    if (PLAIN.has(opType) && outputs.length === 1) plain.set(outputs[0], plain.get(inputs[0]) ?? inputs[0]);
  }
  return (name) => plain.get(name) ?? name;
}

const isSilent = (spikes: Tensor | null): boolean => spikes?.data.every((value) => value === 0) === true;

const rowName = (feedback: string, step: number): string => `${feedback}.${step}`;

function open(name: string, { results, by }: JoinedRows, row: readonly number[], steps: number) {
  const outputs = Array.from({ length: steps }, (_, step) => rowName(name, step));
  const split: OnnxNode = { name: `${name}.split`, opType: 'Split', inputs: [name], outputs, attributes: [axis(0)] };
  const spikes = by ?? `${name}.spikes`;
  const join: OnnxNode[] =
    by === null ? [{ name: spikes, opType: 'Concat', inputs: results, outputs: [spikes], attributes: [axis(0)] }] : [];
  const [first = 1, ...others] = row;
  return { feedback: { name, steps, shape: [steps * first, ...others], spikes }, split, join };
}
