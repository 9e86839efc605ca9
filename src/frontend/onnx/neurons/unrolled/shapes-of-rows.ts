import type { OrderedGraph } from '../../graph.ts';
import type { OnnxNode } from '../../proto/index.ts';

/** Operators whose result has the shape of the row that the step takes, if no constant in it is larger. */
const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Not', 'Where', 'Cast', 'Identity'],
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'],
]);

export const PICKS: ReadonlySet<string> = new Set(['Gather', 'Slice', 'Split']);

/** A row of the clip that is picked: where it is taken from does depend on the clip, which row does not. */
export const isPick = ({ opType, inputs }: OnnxNode, fromClip: ReadonlySet<string>): boolean =>
  PICKS.has(opType ?? '') && fromClip.has(inputs[0] ?? '') && inputs.slice(1).every((input) => !fromClip.has(input));

/** A graph where shapes of states are read from rows instead, and the tensors whose shape is so assumed: recover-copies.ts checks it. */
export interface ReadFromRows extends OrderedGraph {
  readonly assumed: ReadonlySet<string>;
}

/**
 * Open axes make an export ask for the shape of a membrane potential (`full_like(v, ..)`): then a node outside the step reads the state, for
 * its shape alone. Here it reads the row that the step takes.
 */
export function readShapesOfRows(ordered: OrderedGraph, fromClip: ReadonlySet<string>): ReadFromRows {
  const assumed = new Set<string>();
  if (!ordered.nodes.some(({ opType }) => opType === 'Shape')) return { ...ordered, assumed };
  const rows = new Map<string, string>();
  const readers = new Map(ordered.readers);
  const nodes = ordered.nodes.map((node) => {
    const row = node.inputs.map((name) => rows.get(name)).find((found) => found !== undefined);
    if (isPick(node, fromClip)) for (const name of node.outputs) rows.set(name, name);
    else if (row !== undefined && ELEMENTWISE.has(node.opType ?? '')) for (const name of node.outputs) rows.set(name, row);
    const [read] = node.inputs;
    if (node.opType !== 'Shape' || row === undefined || row === read) return node;
    assumed.add(read);
    readers.set(read, (readers.get(read) ?? 0) - 1);
    readers.set(row, (readers.get(row) ?? 0) + 1);
    return { ...node, inputs: [row] };
  });
  return { ...ordered, nodes, readers, assumed };
}
