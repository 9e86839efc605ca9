import type { NodeId } from '../../../ir/ids.ts';
import { BINARY, REAL } from '../../../ir/payload.ts';
import type { Call } from '../context.ts';
import { joinPath, modulePath } from '../names.ts';
import { elementCount } from '../tensors/tensor.ts';
import type { AttentionBase, NodeBase, StreamValue, TableBase, Term } from '../values.ts';
import { findRotation } from './rotary.ts';

/**
 * The node whose stream [rows, size] is this value with its leading axes as steps: the base itself where the view is the identity, else
 * a sum, a rotary code, a reordering, or several of them. Throws `unsupported-pattern` where the value is something else.
 */
export function settle(call: Call, value: StreamValue, rows: number): NodeBase {
  const { builder, settled } = call.context;
  const known = settled.get(value);
  if (known !== undefined && builder.baseOf(known).steps === rows) return builder.baseOf(known);
  if (value.offset !== 0 || value.terms.length === 0) throw call.unsupported('a constant is added to a stream of spikes');
  const rotated = value.terms.length > 1 && value.terms.some((term) => term.scale !== 1) ? findRotation(call, value) : null;
  const terms = rotated === null ? value.terms : [rotated];
  const nodes = value.via.map((passage) => passage.name);
  const count = elementCount(value.shape);
  const streams = new Map<Term, NodeBase>();
  for (const term of terms) if (term.base.kind !== 'table') streams.set(term, settleTerm(call, term, rows, count, nodes));
  const bases = terms.map((term) => streams.get(term) ?? settleTable(call, term, rows, [...streams.values()][0]));
  const node = bases.length === 1 ? bases[0] : addSum(call, value, bases, nodes);
  settled.set(value, node.node.id);
  return node;
}

function addSum(call: Call, value: StreamValue, bases: readonly NodeBase[], nodes: readonly string[]): NodeBase {
  if (bases.some((base) => base.timeline !== bases[0].timeline || base.size !== bases[0].size)) {
    throw call.unsupported('streams of different order in time are added');
  }
  const adds = value.via.filter((passage) => passage.operator === 'Add');
  const name = joinPath(modulePath(adds[adds.length - 1]?.name ?? ''), 'sum');
  const ids: readonly NodeId[] = bases.map((base) => base.node.id);
  return call.context.builder.sumOf(ids, name, nodes);
}

function settleTerm(call: Call, term: Term, rows: number, count: number, nodes: readonly string[]): NodeBase {
  const { scale, index } = term;
  if (typeof scale !== 'number') throw call.unsupported('a stream is multiplied by constants that differ from element to element');
  if (term.base.kind === 'table') throw new Error('a table is settled beside a stream');
  const part = inputPart(call, term, rows);
  if (part !== null) return part;
  const base = settleBase(call, term.base, scale);
  if (base.steps * base.size !== count || base.steps !== rows) {
    throw call.unsupported(
      `${count} values in ${rows} steps are read from ${base.node.name}, which has ${base.steps} steps of ${base.size}`,
      ['a stream may be reordered as a whole, not cut or repeated'],
    );
  }
  if (index === null || index.every((from, e) => from === e)) return base;
  if (!isPermutation(index)) throw call.unsupported(`some values of ${base.node.name} are read twice and others not at all`);
  return call.context.builder.reorder(base.node.id, index, `${base.node.name}.reorder`, nodes);
}

/** One of several inputs of the file: the same channels of the clip in every step; null where it is anything else. */
function inputPart(call: Call, { base, index, scale }: Term, rows: number): NodeBase | null {
  if (base.kind !== 'node' || base.node.kind !== 'input' || index === null || scale !== 1 || base.steps !== rows) return null;
  const width = index.length / rows;
  const first = index[0];
  const steady = width < base.size && index.every((from, e) => from === Math.floor(e / width) * base.size + first + (e % width));
  return steady ? call.context.builder.inputPart(first, width) : null;
}

/** What is added in each step, as a stream in the order of time of what it is added to. */
function settleTable(call: Call, { base, index, scale }: Term, rows: number, beside: NodeBase | undefined): NodeBase {
  if (base.kind !== 'table' || beside === undefined) throw call.unsupported('nothing but constants is read');
  const { values, nodes } = base;
  const own = index ?? Int32Array.from(values.keys());
  const placed = Float32Array.from(own, (from, e) => (from < 0 ? 0 : values[from] * (typeof scale === 'number' ? scale : scale[e])));
  return call.context.builder.constantOf(placed, placed.length / rows, REAL, beside.timeline, tableName(base), nodes);
}

/** Named after the module that adds it. */
export const tableName = ({ nodes }: Pick<TableBase, 'nodes'>): string => joinPath(modulePath(nodes[0] ?? ''), 'code');

function settleBase(call: Call, base: Exclude<Term['base'], TableBase>, scale: number): NodeBase {
  switch (base.kind) {
    case 'node':
      if (scale !== 1)
        throw call.unsupported(`the stream of ${base.node.name} is multiplied by ${scale} on its way to something that is no neuron`);
      return base;
    case 'attention':
      return addAttention(call, base, scale);
    case 'current':
      throw call.unsupported('an input current is read by something that is no neuron', [`the current of ${base.nodes.join(', ')}`]);
    case 'potential':
      throw call.unsupported('membrane potentials are read by something else than the output', ['chips send spikes, and no potentials']);
  }
}

function addAttention(call: Call, base: AttentionBase, factor: number): NodeBase {
  const { query, key, value, mask, heads, size, timeline } = base;
  const name = modulePath(base.nodes[base.nodes.length - 1] ?? '') || 'attention';
  const scale = base.scale * factor;
  if (!Number.isFinite(scale)) throw call.fail('non-finite-weight', `attention is scaled by ${scale}`);
  if (scale === 0) throw call.unsupported('an attention is multiplied by 0: nothing of it is left');
  const { builder } = call.context;
  const gates = base.form === 'clip-gate' && scale === 1 && builder.baseOf(query).node.payload.kind === 'binary';
  return builder.add(
    { kind: 'attention', name, size, timeline, payload: gates ? BINARY : REAL, query, key, value, mask, heads, scale },
    base.form,
    base.nodes,
    query,
  );
}

/** Does the index take every position once? */
export function isPermutation(index: Int32Array): boolean {
  const seen = new Uint8Array(index.length);
  for (const from of index) {
    if (from < 0 || from >= index.length || seen[from] === 1) return false;
    seen[from] = 1;
  }
  return true;
}
