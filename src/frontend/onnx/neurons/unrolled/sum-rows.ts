import type { OnnxNode } from '../../proto/index.ts';
import type { LayersOfSteps } from './repeated-layers.ts';
import { isPick } from './shapes-of-rows.ts';

/** Sums and differences between two rows of one neuron's input. */
const DEPTH_MAX = 8;
/** Operands that count as they are. */
const TERMS: Readonly<Record<string, number>> = { Add: 2, Sub: 1, Identity: 1 };

/**
 * Where a step adds the rows of several layers one after the other, v' = (a v + x_t) - r + y_t, they become one row first:
 * v' = (a v + (x_t + y_t)) - r. A network adds its currents before the neuron integrates them, so this is the order that it will have.
 * `nodes` in order of evaluation.
 */
export function sumRowsFirst(nodes: readonly OnnxNode[], { acyclic, fromClip }: LayersOfSteps): readonly OnnxNode[] {
  const rows = new Set(acyclic.flatMap(({ members }) => members.flatMap(({ outputs }) => outputs)));
  if (rows.size === 0) return nodes;
  for (const node of nodes) if (isPick(node, fromClip)) for (const name of node.outputs) rows.add(name);
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const reads = new Map<string, number>();
  for (const node of nodes) for (const name of node.inputs) reads.set(name, (reads.get(name) ?? 0) + 1);
  const isLayerRow = (name: string): boolean => rows.has(name);
  const changed = new Map<OnnxNode, readonly OnnxNode[]>();
  const current = (node: OnnxNode): OnnxNode => changed.get(node)?.at(-1) ?? node;
  /** The sum that adds a row below this one, reached through sums that nothing else reads. */
  const findSum = (name: string, depth: number): OnnxNode | null => {
    const node = makers.get(name);
    if (node === undefined || depth > DEPTH_MAX || rows.has(name) || (reads.get(name) ?? 0) !== 1) return null;
    const { opType = '', inputs } = current(node);
    if (opType === 'Add' && inputs.filter(isLayerRow).length === 1) return node;
    for (const input of inputs.slice(0, TERMS[opType] ?? 0)) {
      const found = findSum(input, depth + 1);
      if (found !== null) return found;
    }
    return null;
  };
  for (const node of nodes) {
    if (node.opType !== 'Add' || node.inputs.filter(isLayerRow).length !== 1) continue;
    const [row, rest] = isLayerRow(node.inputs[0]) ? node.inputs : [node.inputs[1], node.inputs[0]];
    const below = findSum(rest, 0);
    if (below === null || changed.has(node)) continue;
    const name = `spikec.sum.${changed.size}`;
    const first = current(below).inputs.find(isLayerRow) ?? '';
    const sum: OnnxNode = { name, opType: 'Add', inputs: [first, row], outputs: [name], attributes: [] };
    changed.set(below, [...(changed.get(below)?.slice(0, -1) ?? []), sum, replaceInput(current(below), first, name)]);
    changed.set(node, [{ ...node, opType: 'Identity', inputs: [rest] }]);
    rows.add(name);
  }
  return changed.size === 0 ? nodes : nodes.flatMap((node) => changed.get(node) ?? [node]);
}

const replaceInput = (node: OnnxNode, before: string, after: string): OnnxNode => ({
  ...node,
  inputs: node.inputs.map((name) => (name === before ? after : name)),
});
