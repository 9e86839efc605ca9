import { AttributeType, type OnnxAttribute, type OnnxGraph, type OnnxNode } from '../../proto/index.ts';
import { type LayersOfSteps, type Repeated, rowsOf } from './repeated-layers.ts';

/**
 * A time loop over a whole network, unrolled, applies each of its layers once a step: the same weights to another row. A layer that holds no
 * state may as well take all rows at once, and then every neuron has a loop of its own again. This rewrites
 *   y_t = layer(x_t) for all t    to    y = layer(Concat(x_0, x_1, ..)),  y_0, y_1, .. = Split(y)
 * along the first axis, which is the batch axis of one clip. Layers in a loop of feedback (a row needs an earlier one's result) stay as
 * they are. Tensors of the file keep their names. `given`: joins that others will read.
 */
export interface StackedGraph {
  readonly graph: OnnxGraph;
  /** The nodes that join rows, by what they give: no tensor of the file holds it. */
  readonly joins: ReadonlyMap<string, OnnxNode>;
  /** The first node of each repeated layer that could not be rewritten. */
  readonly inFeedback: readonly OnnxNode[];
}

export function stackLayers(
  graph: OnnxGraph,
  { repeated, acyclic: layers }: LayersOfSteps,
  given: ReadonlyMap<string, OnnxNode>,
): StackedGraph {
  const inFeedback = repeated.filter((layer) => !layers.includes(layer)).map(({ members: [first] }) => first);
  const joins = new RowJoins(graph, given);
  const stacked = layers.flatMap((layer, k) => stack(layer, `spikec.layer.${k}`, joins));
  const gone = new Set(layers.flatMap(({ members }) => members));
  const kept = graph.nodes.filter((node) => !gone.has(node));
  return { graph: { ...graph, nodes: [...kept, ...joins.made.values(), ...stacked] }, joins: joins.made, inFeedback };
}

function stack({ members, operands }: Repeated, name: string, joins: RowJoins): readonly OnnxNode[] {
  const [first] = members;
  const keyOf = (node: OnnxNode): string => rowsOf(node, operands).join('\n');
  const resultOf = new Map<string, string>();
  const unique = members.filter((node) => {
    const isNew = !resultOf.has(keyOf(node));
    if (isNew) resultOf.set(keyOf(node), node.outputs[0]);
    return isNew;
  });
  const joined = new Map(operands.map((operand) => [operand, joins.of(unique.map((node) => node.inputs[operand]))]));
  const inputs = first.inputs.map((input, position) => joined.get(position) ?? input);
  const results = [...resultOf.values()];
  const again = members.flatMap((node, k): OnnxNode[] => {
    const same = resultOf.get(keyOf(node)) ?? '';
    if (same === node.outputs[0]) return [];
    return [{ name: `${name}.again.${k}`, opType: 'Identity', inputs: [same], outputs: node.outputs, attributes: [] }];
  });
  return [
    { ...first, inputs, outputs: [`${name}.result`] },
    { name: `${name}.split`, opType: 'Split', inputs: [`${name}.result`], outputs: results, attributes: [axis(0)] },
    ...again,
  ];
}

/** Joins of rows along the first axis: one for the same rows, whoever reads them. */
class RowJoins {
  readonly made: Map<string, OnnxNode>;
  private readonly known = new Map<string, string>();

  constructor({ nodes }: OnnxGraph, given: ReadonlyMap<string, OnnxNode>) {
    this.made = new Map(given);
    for (const node of [...nodes, ...given.values()]) {
      const isJoin = node.opType === 'Concat' && node.attributes.every(({ name, i }) => name === 'axis' && i === 0);
      if (isJoin) this.known.set(node.inputs.join('\n'), node.outputs[0] ?? '');
    }
  }

  of(rows: readonly string[]): string {
    const key = rows.join('\n');
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const name = `spikec.rows.${this.made.size}`;
    this.known.set(key, name);
    this.made.set(name, { name, opType: 'Concat', inputs: rows, outputs: [name], attributes: [axis(0)] });
    return name;
  }
}

const none = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };
export const axis = (i: number): OnnxAttribute => ({ ...none, name: 'axis', type: AttributeType.int, i });
