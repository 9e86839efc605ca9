import type { NodeId } from '../../../ir/ids.ts';
import { REAL } from '../../../ir/payload.ts';
import type { Call } from '../context.ts';
import { joinPath, modulePath } from '../names.ts';
import { elementCount } from '../tensors/tensor.ts';
import type { AttentionBase, NodeBase, StreamValue, Term } from '../values.ts';
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
  const bases = terms.map((term) => settleTerm(call, term, rows, elementCount(value.shape), nodes));
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

function settleBase(call: Call, base: Term['base'], scale: number): NodeBase {
  switch (base.kind) {
    case 'node':
      if (scale !== 1)
        throw call.unsupported(`the stream of ${base.node.name} is multiplied by ${scale} on its way to something that is no neuron`);
      return base;
    case 'attention':
      return addAttention(call, base, scale);
    case 'current':
      throw call.unsupported('an input current is read by something that is no neuron', [`the current of ${base.nodes.join(', ')}`]);
  }
}

function addAttention(call: Call, base: AttentionBase, factor: number): NodeBase {
  const { query, key, value, mask, heads, size, timeline } = base;
  const name = modulePath(base.nodes[base.nodes.length - 1] ?? '') || 'attention';
  const scale = base.scale * factor;
  if (!Number.isFinite(scale)) throw call.fail('non-finite-weight', `attention is scaled by ${scale}`);
  return call.context.builder.add(
    { kind: 'attention', name, size, timeline, payload: REAL, query, key, value, mask, heads, scale },
    'attention',
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
