import { gainAt } from '../../../ir/normalization.ts';
import { REAL } from '../../../ir/payload.ts';
import { TIME } from '../builder.ts';
import type { Call } from '../context.ts';
import { broadcastData } from '../tensors/arithmetic.ts';
import { broadcastShape } from '../tensors/structure.ts';
import { elementCount, type Tensor } from '../tensors/tensor.ts';
import type { CurrentBase, StreamValue, TableBase, Term } from '../values.ts';
import { expandStream } from './combine.ts';
import { withBase } from './current.ts';
import { trainedValues } from './linear.ts';
import { tableName } from './settle.ts';

/** A stream and numbers of its own for each element: learned or sinusoidal position codes. */
export function addTable(call: Call, value: StreamValue, addend: Tensor): StreamValue {
  const shape = broadcastShape(value.shape, addend.shape);
  const expanded = expandStream(call, value, shape);
  const base = tableOf(call, addend, shape);
  return { ...expanded, terms: [...expanded.terms, { base, index: null, scale: 1 }], via: call.through(expanded.via) };
}

function tableOf(call: Call, addend: Tensor, shape: readonly number[]): TableBase {
  const values = Float32Array.from(broadcastData({ ...addend, data: trainedValues(call, addend, 'position code') }, shape));
  call.spend(shape);
  return { kind: 'table', steps: 1, size: values.length, timeline: TIME, values, nodes: [call.name] };
}

/**
 * An input current and numbers that differ from step to step: a constant stream that arrives one to one. Behind a normalisation it arrives
 * divided by the gain, x = g (sum + code / g) + shift.
 */
export function addCode(call: Call, value: StreamValue, term: Term & { readonly base: CurrentBase }, addend: Tensor): StreamValue {
  const { base } = term;
  const { steps, size, timeline, normalization, gate } = base;
  if (gate !== null) throw call.unsupported('a constant is added to an input current that is gated already');
  const shape = broadcastShape(value.shape, addend.shape);
  const { values, nodes } = tableOf(call, addend, shape);
  if (elementCount(shape) !== steps * size || elementCount(value.shape) !== steps * size)
    throw call.unsupported(`constants [${addend.shape.join(', ')}] are added to a part of an input current`);
  const placed = new Float32Array(steps * size);
  values.forEach((number, e) => {
    const at = term.index === null ? e : term.index[e];
    placed[at] = normalization === null ? number : number / gainAt(normalization, at % size);
  });
  if (!placed.every(Number.isFinite)) throw call.unsupported('constants are added to a current that its normalisation sets to zero');
  const source = call.context.builder.constantOf(placed, size, REAL, timeline, tableName({ nodes }), nodes);
  const link = { source: source.node.id, synapses: { kind: 'one-to-one', sources: size, targets: size, weights: null } } as const;
  return withBase(value, term, { ...base, incoming: [...base.incoming, link], nodes: [...base.nodes, call.name] });
}
