import { AttributeType, DataType, type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../../proto/index.ts';
import { type LayersOfSteps, type Repeated, rowsOf } from './repeated-layers.ts';

/**
 * A time loop over a whole network, unrolled, applies each of its layers once a step: the same weights to another row. A layer that holds no
 * state may as well take all rows at once, and then every neuron has a loop of its own again. This rewrites
 *   y_t = layer(x_t) for all t    to    y = layer(Concat(x_0, x_1, ..)),  y_0, y_1, .. = Split(y)
 * along the first axis, which is the batch axis of one clip. Layers in a loop of feedback (a row needs an earlier one's result) stay as
 * they are. Tensors of the file keep their names. `given`: joins that others will read.
 *
 * Where an input acts a step late, the last steps of early layers reach no output, and exporters leave them out. They are put back: the rest
 * of the rows where there are any, else (spikes) all steps of the population, whose copies show what it does in the others.
 */
export interface StackedGraph {
  readonly graph: OnnxGraph;
  /** The nodes that join rows, by what they give: no tensor of the file holds it. */
  readonly joins: ReadonlyMap<string, OnnxNode>;
  /** Joins of fewer rows than the clip has steps that stand for the spikes of all. */
  readonly extended: ReadonlySet<string>;
  /** The first node of each repeated layer that could not be rewritten. */
  readonly inFeedback: readonly OnnxNode[];
}

export function stackLayers(
  graph: OnnxGraph,
  { repeated, acyclic: layers }: LayersOfSteps,
  given: ReadonlyMap<string, OnnxNode>,
  steps: number,
): StackedGraph {
  const inFeedback = repeated.filter((layer) => !layers.includes(layer)).map(({ members: [first] }) => first);
  const joins = new RowJoins(graph, given, steps);
  const stacked = layers.flatMap((layer, k) => stack(layer, `spikec.layer.${k}`, joins));
  const gone = new Set(layers.flatMap(({ members }) => members));
  const kept = graph.nodes.filter((node) => !gone.has(node));
  const nodes = [...kept, ...joins.missing, ...joins.made.values(), ...stacked];
  return { graph: { ...graph, nodes }, joins: joins.made, extended: joins.extended, inFeedback };
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
  const inputs = first.inputs.map((input, position) => joined.get(position)?.name ?? input);
  const rows = Math.min(...[...joined.values()].map((join) => join.rows));
  const results = Array.from({ length: rows }, (_, row) => [...resultOf.values()][row] ?? `${name}.${row}`);
  const again = members.flatMap((node, k): OnnxNode[] => {
    const same = resultOf.get(keyOf(node)) ?? '';
    if (same === node.outputs[0]) return [];
    return [{ name: `${name}.again.${k}`, opType: 'Identity', inputs: [same], outputs: node.outputs, attributes: [] }];
  });
  const split: OnnxNode = { name: `${name}.split`, opType: 'Split', inputs: [`${name}.result`], outputs: results, attributes: [axis(0)] };
  joins.addRows(split);
  return [{ ...first, inputs, outputs: [`${name}.result`] }, split, ...again];
}

/** Rows in one tensor: `rows` of them. */
interface Joined {
  readonly name: string;
  readonly rows: number;
}

/** Joins of rows along the first axis: one for the same rows, whoever reads them, with as many rows as the clip has steps where that can be. */
class RowJoins {
  readonly made: Map<string, OnnxNode>;
  readonly extended = new Set<string>();
  /** Picks of the rows that the file left out, and their positions. */
  readonly missing: OnnxNode[] = [];
  private readonly steps: number;
  private readonly known = new Map<string, Joined>();
  private readonly makers: Map<string, OnnxNode>;
  private readonly initializers: ReadonlyMap<string, OnnxTensor>;

  constructor({ nodes, initializers }: OnnxGraph, given: ReadonlyMap<string, OnnxNode>, steps: number) {
    this.steps = steps;
    this.made = new Map(given);
    this.makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
    this.initializers = new Map(initializers.map((tensor) => [tensor.name ?? '', tensor]));
    for (const { opType, inputs, outputs, attributes } of nodes) {
      const isJoin = opType === 'Concat' && attributes.every(({ name, i }) => name === 'axis' && i === 0);
      if (isJoin) this.known.set(inputs.join('\n'), { name: outputs[0] ?? '', rows: inputs.length });
    }
    for (const [name, { inputs }] of given) {
      if (inputs.length < steps) this.extended.add(name);
      this.known.set(inputs.join('\n'), { name, rows: steps });
    }
  }

  of(rows: readonly string[]): Joined {
    const key = rows.join('\n');
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const name = `spikec.rows.${this.made.size}`;
    const all = rows.length < this.steps ? this.withRest(rows) : rows;
    const joined = { name, rows: all === null ? this.steps : all.length };
    if (all === null) this.extended.add(name);
    this.known.set(key, joined);
    this.made.set(name, { name, opType: 'Concat', inputs: all ?? rows, outputs: [name], attributes: [axis(0)] });
    return joined;
  }

  addRows(split: OnnxNode): void {
    for (const name of split.outputs) this.makers.set(name, split);
  }

  /** The rows and those that follow them; null: a step makes them, and there are no others. */
  private withRest(rows: readonly string[]): readonly string[] | null {
    const maker = this.makers.get(rows[0]);
    if (maker?.opType === 'Split') {
      const isStart = rows.every((row, k) => row === maker.outputs[k]);
      return isStart && maker.outputs.length === this.steps ? maker.outputs : rows;
    }
    if (maker?.opType === 'Slice') return rows;
    return maker?.opType === 'Gather' ? this.withRestPicked(rows, maker) : null;
  }

  private withRestPicked(rows: readonly string[], first: OnnxNode): readonly string[] {
    const position = first.inputs[1];
    const dims = (this.initializers.get(position) ?? this.makers.get(position)?.attributes[0]?.t)?.dims;
    if (dims === undefined) return rows;
    const rest = Array.from({ length: this.steps - rows.length }, (_, k) => {
      const row = rows.length + k;
      const name = `spikec.row.${this.missing.length}`;
      const t: OnnxTensor = { ...NO_VALUES, dims, dataType: DataType.int64, int64Data: [row] };
      const value: OnnxAttribute = { ...none, name: 'value', type: AttributeType.tensor, t };
      this.missing.push({ name, opType: 'Constant', inputs: [], outputs: [`${name}.position`], attributes: [value] });
      this.missing.push({ ...first, inputs: [first.inputs[0], `${name}.position`], outputs: [name] });
      return name;
    });
    return [...rows, ...rest];
  }
}

const NO_VALUES = { floatData: [], int32Data: [], doubleData: [], stringData: [] };
const none = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };
export const axis = (i: number): OnnxAttribute => ({ ...none, name: 'axis', type: AttributeType.int, i });
