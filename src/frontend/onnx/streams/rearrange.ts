import type { Call } from '../context.ts';
import { pick } from '../tensors/arithmetic.ts';
import { type Arrangement, compose, concat } from '../tensors/structure.ts';
import { allocate, elementCount } from '../tensors/tensor.ts';
import { constant, describeValue, type StreamValue, shapeOf, type Term, type Value } from '../values.ts';

/** A structural operator on any value: constants are copied, streams get another view of the same bases. */
export function rearrange(call: Call, value: Value, arrange: (shape: readonly number[]) => Arrangement): Value {
  const from = shapeOf(value);
  if (from === null) throw call.unsupported('its operand is a sequence');
  const { shape, index } = arrange(from);
  if (index !== null) call.spend(shape);
  switch (value.kind) {
    case 'constant':
      return constant({ type: value.tensor.type, shape, data: pick(value.tensor.type, value.tensor.data, index) });
    case 'stream':
      return moveStream(call, value, shape, index);
    case 'opaque':
      return { ...value, shape };
    case 'scores': {
      const sameMatrix = shape.slice(-2).every((size, k) => size === value.shape.slice(-2)[k]);
      if (index !== null || !sameMatrix) throw call.unsupported('attention scores are moved before they meet the values');
      return { ...value, shape };
    }
    case 'product': {
      const moved = (part: StreamValue): StreamValue => moveStream(call, part, shape, index);
      const [a, b] = value.factors;
      return { ...value, shape, factors: [moved(a), moved(b)], mask: value.mask === null ? null : moved(value.mask) };
    }
    case 'sequence':
      throw call.unsupported('its operand is a sequence');
  }
}

function moveStream(call: Call, value: StreamValue, shape: readonly number[], index: Int32Array | null): StreamValue {
  if (index !== null) call.spendTerms(shape, value.terms.length);
  return { ...value, shape, terms: value.terms.map((term) => rearrangeTerm(term, index)), via: call.through(value.via) };
}

function rearrangeTerm(term: Term, index: Int32Array | null): Term {
  if (index === null) return term;
  const { scale } = term;
  return {
    base: term.base,
    index: compose(term.index, index),
    scale: typeof scale === 'number' ? scale : Float32Array.from(index, (e) => scale[e]),
  };
}

/** Times that an element is looked at where a term is placed in the whole and compared with the others there. */
const PLACING_WORK = 8;

/** Joins values along an axis. Beside streams, constants may only be empty or zero. */
export function concatValues(call: Call, values: readonly Value[], axis: number): Value {
  const shapes = values.map((value) => {
    const shape = shapeOf(value);
    if (shape === null) throw call.unsupported('one of its operands is a sequence');
    return shape;
  });
  const { shape, index } = concat(shapes, axis);
  call.spend(shape);
  const tensors = values.flatMap((value) => (value.kind === 'constant' ? [value.tensor] : []));
  if (tensors.length === values.length) {
    const { type } = tensors[0];
    const all = allocate(type, elementCount(shape));
    let filled = 0;
    for (const { data } of tensors) {
      all.set(data, filled);
      filled += data.length;
    }
    return constant({ type, shape, data: pick(type, all, index) });
  }
  const [first] = values;
  if (first.kind === 'stream') call.spendTerms(shape, first.terms.length);
  const pieces = joinPieces(values, index);
  if (pieces !== null) return { ...pieces, shape, via: call.through(pieces.via) };
  const terms: Term[] = [];
  const via = new Set<StreamValue['via'][number]>();
  let start = 0;
  values.forEach((value, k) => {
    const length = elementCount(shapes[k]);
    if (value.kind === 'stream' && value.offset === 0) {
      if (length > 0) {
        for (let each = 0; each < PLACING_WORK * value.terms.length; each++) call.spend(shape);
        terms.push(...value.terms.map((term) => placeTerm(term, index, start, length)));
      }
      for (const passage of value.via) via.add(passage);
    } else if (value.kind !== 'constant' || value.tensor.data.some((element) => element !== 0)) {
      throw call.unsupported(`${describeValue(value)} is joined with a stream`);
    }
    start += length;
  });
  const type = values.find((value) => value.kind === 'stream')?.type ?? 'float';
  return { kind: 'stream', type, shape, terms: mergeDisjoint(terms), offset: 0, via: call.through([...via]) };
}

/**
 * Views of the same bases, each with the same factors, as one view: in one go, however many there are. Unrolled graphs join a row for every
 * step. null where the values are anything else.
 */
function joinPieces(values: readonly Value[], index: Int32Array | null): StreamValue | null {
  const [first] = values;
  const streams = values.filter((value) => value.kind === 'stream');
  if (first?.kind !== 'stream' || streams.length !== values.length || first.terms.length === 0) return null;
  if (streams.some(({ terms, offset }) => offset !== 0 || terms.length !== first.terms.length)) return null;
  const lengths = streams.map(({ shape }) => elementCount(shape));
  const terms: Term[] = [];
  for (const [k, term] of first.terms.entries()) {
    const joined = joinTerms(
      streams.map((stream) => stream.terms[k]),
      lengths,
    );
    if (joined === null) return null;
    terms.push({ ...term, index: index === null ? joined : index.map((e) => joined[e]) });
  }
  const ways = new Set(streams.map((stream) => stream.via));
  const via = [...new Set([...ways].flat())];
  return { ...first, terms, via };
}

/** Where the elements of these views of one base lie, one view after the other; null where they differ in more. */
function joinTerms(terms: readonly Term[], lengths: readonly number[]): Int32Array | null {
  const [{ base, scale }] = terms;
  if (typeof scale !== 'number' || terms.some((term) => term.base !== base || term.scale !== scale)) return null;
  const all = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  let filled = 0;
  for (const [k, { index }] of terms.entries()) {
    if (index === null) for (let e = 0; e < lengths[k]; e++) all[filled + e] = e;
    else all.set(index, filled);
    filled += lengths[k];
  }
  return all;
}

/** The term of the operand that fills first .. first + length - 1 of what `index` counts, as a term of the whole. */
function placeTerm(term: Term, index: Int32Array | null, first: number, length: number): Term {
  if (index === null) return term;
  const own = term.index;
  const { scale } = term;
  const placed = new Int32Array(index.length);
  for (let e = 0; e < placed.length; e++) {
    const at = index[e] - first;
    placed[e] = at < 0 || at >= length ? -1 : own === null ? at : own[at];
  }
  if (typeof scale === 'number') return { base: term.base, index: placed, scale };
  const inside = (e: number): boolean => e >= first && e < first + length;
  return { base: term.base, index: placed, scale: Float32Array.from(index, (e) => (inside(e) ? scale[e - first] : 0)) };
}

/** Terms of one base that fill different elements are one term. */
function mergeDisjoint(terms: readonly Term[]): Term[] {
  const merged: Term[] = [];
  for (const term of terms) {
    const at = merged.findIndex((known) => known.base === term.base && areDisjoint(known.index, term.index));
    if (at < 0) merged.push(term);
    else merged[at] = mergeTerms(merged[at], term);
  }
  return merged;
}

function areDisjoint(a: Int32Array | null, b: Int32Array | null): boolean {
  if (a === null || b === null) return false;
  for (let e = 0; e < a.length; e++) if (a[e] >= 0 && b[e] >= 0) return false;
  return true;
}

function mergeTerms(a: Term, b: Term): Term {
  const index = a.index === null || b.index === null ? null : filledBy(a.index, b.index);
  const filled = a.index;
  if (a.scale === b.scale || filled === null) return { base: a.base, index, scale: a.scale };
  const length = filled.length;
  const left = scaleArray(a.scale, length);
  const right = scaleArray(b.scale, length);
  return { base: a.base, index, scale: left.map((scale, e) => (filled[e] < 0 ? right[e] : scale)) };
}

/** Where both are disjoint, what either fills an element with. */
function filledBy(a: Int32Array, b: Int32Array): Int32Array {
  const index = new Int32Array(a.length);
  for (let e = 0; e < index.length; e++) index[e] = Math.max(a[e], b[e]);
  return index;
}

/** A scale as one factor per element. */
export const scaleArray = (scale: number | Float32Array, length: number): Float32Array =>
  typeof scale === 'number' ? new Float32Array(length).fill(scale) : scale;
