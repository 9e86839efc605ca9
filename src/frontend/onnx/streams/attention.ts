import type { Call } from '../context.ts';
import { expand, reshape, transpose } from '../tensors/structure.ts';
import { elementCount, sameShape } from '../tensors/tensor.ts';
import { type AttentionBase, type NodeBase, type ScoresValue, type StreamValue, soleTerm, viewOf } from '../values.ts';
import { rearrange } from './rearrange.ts';
import { settle } from './settle.ts';

/** A product of two streams, q [.., steps, width] times k^T [.., width, steps]: the scores of attention. */
export function scoresOf(call: Call, q: StreamValue, k: StreamValue): ScoresValue {
  const [steps, headWidth] = q.shape.slice(-2);
  const [inner, columns] = k.shape.slice(-2);
  const heads = elementCount(q.shape.slice(0, -2));
  if (q.shape.length < 2 || inner !== headWidth || columns !== steps || !sameShape(q.shape.slice(0, -2), k.shape.slice(0, -2))) {
    throw call.unsupported(`streams [${q.shape.join(', ')}] and [${k.shape.join(', ')}] are multiplied`, [
      'accepted here: q k^T with q [.., steps, width] and k^T [.., width, steps]',
    ]);
  }
  const query = byStep(call, q, [heads, steps, headWidth], [1, 0, 2]);
  const key = byStep(call, k, [heads, headWidth, steps], [2, 0, 1]);
  if (query.timeline !== key.timeline) throw call.unsupported('queries and keys are in different order of time');
  return {
    kind: 'scores',
    type: 'float',
    shape: [...q.shape.slice(0, -1), steps],
    query: query.node.id,
    key: key.node.id,
    mask: null,
    heads,
    headWidth,
    scale: 1,
    timeline: query.timeline,
    nodes: [call.name],
  };
}

/** scores times v [.., steps, width]: the attention product, as a current-like view that its reader may still scale. */
export function attendTo(call: Call, scores: ScoresValue, v: StreamValue): StreamValue {
  const { heads, headWidth, nodes, query, key, mask, scale, timeline } = scores;
  const steps = scores.shape[scores.shape.length - 1];
  if (!sameShape(v.shape, [...scores.shape.slice(0, -1), headWidth])) {
    throw call.unsupported(`scores [${scores.shape.join(', ')}] meet values [${v.shape.join(', ')}]`, [
      'accepted here: values as wide as the keys',
    ]);
  }
  const value = byStep(call, v, [heads, steps, headWidth], [1, 0, 2]);
  if (value.timeline !== timeline) throw call.unsupported('keys and values are in different order of time');
  const size = heads * headWidth;
  const base: AttentionBase = {
    kind: 'attention',
    form: 'attention',
    steps,
    size,
    timeline,
    query,
    key,
    value: value.node.id,
    mask,
    heads,
    scale,
    nodes: [...nodes, call.name],
  };
  const grid = transpose([steps, heads, headWidth], [1, 0, 2]);
  return viewOf(base, v.shape, grid.index);
}

/** The stream with its steps first, channel = head * width + component. */
function byStep(call: Call, value: StreamValue, shape: readonly number[], permutation: readonly number[]): NodeBase {
  const moved = rearrange(call, value, (from) => transpose(reshape(from, shape, true).shape, permutation));
  if (moved.kind !== 'stream') throw call.unsupported('its operand is no stream');
  return settle(call, moved, moved.shape[0]);
}

/**
 * Scores of keys at steps where the mask is 0, set to zero. `factor` is 1 at valid steps and 0 elsewhere, as a stream that broadcasts
 * over the scores and depends on the key's step alone.
 */
export function maskScores(call: Call, scores: ScoresValue, factor: StreamValue): ScoresValue {
  const steps = scores.shape[scores.shape.length - 1];
  if (scores.mask !== null) throw call.unsupported('attention scores are masked twice');
  const mask = maskOf(call, expandMask(call, factor, scores.shape), (e) => e % steps);
  if (mask.timeline !== scores.timeline) throw call.unsupported('mask and keys are in different order of time');
  return { ...scores, mask: mask.node.id, nodes: [...scores.nodes, call.name] };
}

/** The mask repeated to the shape of what it masks. */
export function expandMask(call: Call, factor: StreamValue, shape: readonly number[]): StreamValue {
  const expanded = rearrange(call, factor, (from) => expand(from, shape));
  if (expanded.kind !== 'stream' || !sameShape(expanded.shape, shape))
    throw call.unsupported(`a mask [${factor.shape.join(', ')}] meets products [${shape.join(', ')}]`);
  return expanded;
}

/** The mask input that a view shows, element e of which has to be that of step `stepOf(e)`. */
export function maskOf(call: Call, factor: StreamValue, stepOf: (element: number) => number): NodeBase {
  const term = soleTerm(factor);
  const { base, index = null } = term ?? {};
  const masked = term?.scale === 1 && base?.kind === 'node' && base.node.kind === 'input' && base.node.role === 'mask';
  if (!masked || base?.kind !== 'node') {
    throw call.unsupported('attention scores are masked by something that is not the mask input', [
      'accepted here: steps of the keys, masked by a bool input [1, steps]',
    ]);
  }
  const count = elementCount(factor.shape);
  for (let e = 0; e < count; e++) {
    if ((index === null ? e : index[e]) !== stepOf(e)) throw call.unsupported('the mask does not follow the steps of the keys');
  }
  return base;
}
