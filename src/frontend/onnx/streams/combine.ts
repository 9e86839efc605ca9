import type { Call } from '../context.ts';
import { broadcastData } from '../tensors/arithmetic.ts';
import { broadcastShape, expand } from '../tensors/structure.ts';
import type { Tensor } from '../tensors/tensor.ts';
import type { StreamValue, Term } from '../values.ts';
import { rearrange, scaleArray } from './rearrange.ts';

/** Streams in one sum: a network of 64 blocks has 257. */
const TERM_LIMIT = 1024;

/** The stream repeated to a shape that it broadcasts to. */
export function expandStream(call: Call, value: StreamValue, shape: readonly number[]): StreamValue {
  const expanded = rearrange(call, value, (from) => expand(from, shape));
  return expanded.kind === 'stream' ? { ...expanded, via: value.via } : value;
}

export function addStreams(call: Call, a: StreamValue, b: StreamValue): StreamValue {
  const shape = broadcastShape(a.shape, b.shape);
  const left = expandStream(call, a, shape);
  const right = expandStream(call, b, shape);
  if (left.terms.length + right.terms.length > TERM_LIMIT) throw call.unsupported(`a sum of more than ${TERM_LIMIT} streams`);
  const known = new Set(left.via);
  const via = call.through([...left.via, ...right.via.filter((passage) => !known.has(passage))]);
  return { kind: 'stream', type: a.type, shape, terms: [...left.terms, ...right.terms], offset: a.offset + b.offset, via };
}

/** The only value of a constant; null where its elements differ (or there are none). */
export function uniformValue(tensor: Tensor): number | null {
  const [first] = tensor.data;
  return first !== undefined && tensor.data.every((element) => element === first) ? first : null;
}

/** The stream times a constant, element by element, rounded to float32 as the product in the graph is. */
export function scaleStream(call: Call, value: StreamValue, factor: Tensor): StreamValue {
  const shape = broadcastShape(value.shape, factor.shape);
  const { terms, offset, ...rest } = expandStream(call, value, shape);
  const uniform = uniformValue(factor);
  const via = call.through(rest.via);
  if (uniform !== null) return { ...rest, via, offset: offset * uniform, terms: terms.map((term) => scaleTerm(term, uniform)) };
  if (offset !== 0) throw call.unsupported('a constant is added to a stream, and the sum multiplied');
  call.spend(shape);
  const factors = Float32Array.from(broadcastData(factor, shape));
  return {
    ...rest,
    via,
    offset: 0,
    terms: terms.map((term) => ({ ...term, scale: scaleArray(term.scale, factors.length).map((s, e) => s * factors[e]) })),
  };
}

function scaleTerm(term: Term, factor: number): Term {
  const { scale } = term;
  return { ...term, scale: typeof scale === 'number' ? scale * factor : scale.map((s) => s * factor) };
}
