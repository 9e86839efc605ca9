import type { Call } from '../context.ts';
import { transpose } from '../tensors/structure.ts';
import { axisOf, elementCount, sameShape } from '../tensors/tensor.ts';
import { type AttentionBase, type NodeBase, type ProductValue, type StreamValue, soleTerm, viewOf } from '../values.ts';
import { expandMask, maskOf } from './attention.ts';
import { expandStream } from './combine.ts';
import { rearrange } from './rearrange.ts';
import { settle } from './settle.ts';

/**
 * The other attention of spiking transformers: z[c] = sum_t mask[t] q[t, c] k[t, c], neurons that decide once a clip, and their spikes
 * let the channels of v through or not. Both halves are attention with heads of width 1:
 *   z[c] = 1 * sum_t mask[t] q[t, c] k[t, c]     the query is one spike a channel, once
 *   y[t, c] = v[t, c] * (1 * g[c])               key and value have one step
 */
export function productOf(call: Call, a: StreamValue, b: StreamValue): ProductValue {
  return { kind: 'product', type: a.type, shape: a.shape, factors: [a, b], mask: null, nodes: [call.name] };
}

/** Products where the mask is 0, set to zero. */
export function maskProduct(call: Call, product: ProductValue, factor: StreamValue): ProductValue {
  if (product.mask !== null) throw call.unsupported('products of streams are masked twice');
  return { ...product, mask: expandMask(call, factor, product.shape), nodes: [...product.nodes, call.name] };
}

/** The products summed along the axis of the clip's steps. */
export function sumOverClip(call: Call, product: ProductValue, axes: readonly number[] | null, keepAxes: boolean): StreamValue {
  const { shape, factors, mask, nodes } = product;
  if (axes?.length !== 1) throw call.unsupported('products of streams are summed over more than the steps of the clip');
  const axis = axisOf(axes[0], shape.length);
  const steps = shape[axis];
  const [key, value] = factors.map((factor) => stepsFirst(call, factor, axis));
  if (key.timeline !== value.timeline) throw call.unsupported('streams of different order in time are multiplied');
  const { builder } = call.context;
  const size = elementCount(shape) / steps;
  const once = builder.spikesOnce(size);
  const masked = mask === null ? null : maskOf(call, moveFirst(call, mask, axis), (e) => Math.floor(e / size));
  if (masked !== null && masked.timeline !== key.timeline) throw call.unsupported('mask and streams are in different order of time');
  const base: AttentionBase = {
    kind: 'attention',
    form: 'coincidences',
    steps: 1,
    size,
    timeline: once.timeline,
    query: once.node.id,
    key: key.node.id,
    value: value.node.id,
    mask: masked?.node.id ?? null,
    heads: size,
    scale: 1,
    nodes: [...nodes, call.name],
  };
  const left = shape.flatMap((length, k) => (k !== axis ? [length] : keepAxes ? [1] : []));
  return viewOf(base, left, null);
}

function stepsFirst(call: Call, value: StreamValue, axis: number): NodeBase {
  const moved = moveFirst(call, value, axis);
  return settle(call, moved, moved.shape[0]);
}

function moveFirst(call: Call, value: StreamValue, axis: number): StreamValue {
  const order = [axis, ...value.shape.map((_, k) => k).filter((k) => k !== axis)];
  const moved = rearrange(call, value, (shape) => transpose(shape, order));
  if (moved.kind !== 'stream') throw call.unsupported('its operand is no stream');
  return moved;
}

/** Is this the stream of neurons that decide once a clip? */
export function decidesOnce(value: StreamValue): boolean {
  const term = soleTerm(value);
  return term?.scale === 1 && term.base.kind === 'node' && term.base.steps === 1 && term.base.node.payload.kind === 'binary';
}

/** v times spikes that are the same in every step. Throws `unsupported-pattern` where a channel of v would meet another channel's spike. */
export function letThrough(call: Call, v: StreamValue, gate: StreamValue): StreamValue {
  const [through, opener] = [soleTerm(v), soleTerm(expandStream(call, gate, v.shape))];
  if (through === null || opener === null || !sameShape(v.shape, expandStream(call, gate, v.shape).shape))
    throw call.unsupported(`a stream [${v.shape.join(', ')}] is multiplied by spikes [${gate.shape.join(', ')}] of the whole clip`);
  const { base, index } = through;
  const { size, steps, timeline } = base;
  if (base.kind !== 'node' || opener.base.kind !== 'node' || through.scale !== 1)
    throw call.unsupported('something that is no stream of spikes is multiplied by spikes of the whole clip');
  const count = elementCount(v.shape);
  for (let e = 0; e < count; e++) {
    if ((opener.index === null ? e : opener.index[e]) !== (index === null ? e : index[e]) % size)
      throw call.unsupported('channels of a stream are multiplied by spikes of other channels');
  }
  const once = call.context.builder.spikesOnce(size);
  const product: AttentionBase = {
    kind: 'attention',
    form: 'clip-gate',
    steps,
    size,
    timeline,
    query: base.node.id,
    key: once.node.id,
    value: opener.base.node.id,
    mask: null,
    heads: size,
    scale: 1,
    nodes: [call.name],
  };
  return viewOf(product, v.shape, index);
}
