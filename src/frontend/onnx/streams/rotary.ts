import { REAL } from '../../../ir/payload.ts';
import type { Call } from '../context.ts';
import type { NodeBase, StreamValue, Term } from '../values.ts';
import { scaleArray } from './rearrange.ts';

/** cos^2 + sin^2 may be off by the rounding of float16 tables. */
const UNIT_TOLERANCE = 2e-3;

interface Rotation {
  readonly direct: Float32Array;
  readonly partner: Float32Array;
  readonly partnerOf: Int32Array;
}

/**
 * The value as a view of a rotary code: two terms on one base, each element of which meets its own position times a cosine and one
 * partner position of the same step times a sine. Proved from the index and scale of every element; throws `unsupported-pattern` where
 * it is no rotation of channel pairs.
 */
export function findRotation(call: Call, value: StreamValue): Term {
  const [first, second] = value.terms;
  const { base } = first;
  if (value.terms.length !== 2 || base !== second.base || base.kind !== 'node') {
    throw call.unsupported('streams are added after being multiplied by constants', [
      'accepted here: a rotary position code over pairs of channels',
    ]);
  }
  for (const [own, other] of [
    [first, second],
    [second, first],
  ]) {
    const rotation = readRotation(base, own, other);
    if (rotation === null) continue;
    const { builder } = call.context;
    const nodes = value.via.map((passage) => passage.name);
    const name = `${base.node.name.replace(/[._]lif$/, '')}.rotary`;
    const { size, timeline } = base;
    const node = builder.add(
      { kind: 'rotary', name, size, timeline, payload: REAL, source: base.node.id, fractionBits: 0, ...rotation },
      'rotary',
      nodes,
      base.node.id,
    );
    return { base: node, index: own.index, scale: 1 };
  }
  throw call.unsupported(`the stream of ${base.node.name} is multiplied by tables that do not rotate pairs of channels`);
}

/** Tables over the base's own grid; null where `own` is no reordering or the tables are no rotation. */
function readRotation(base: NodeBase, own: Term, other: Term): Rotation | null {
  const { size } = base;
  const length = base.steps * size;
  const at = own.index ?? Int32Array.from({ length }, (_, e) => e);
  const from = other.index ?? Int32Array.from({ length }, (_, e) => e);
  if (at.length !== length) return null;
  const cosine = scaleArray(own.scale, length);
  const sine = scaleArray(other.scale, length);
  const direct = new Float32Array(length);
  const partner = new Float32Array(length);
  const partnerOf = new Int32Array(size).fill(-1);
  const seen = new Uint8Array(length);
  for (let e = 0; e < length; e++) {
    const position = at[e];
    if (position < 0 || seen[position] === 1) return null;
    seen[position] = 1;
    const channel = position % size;
    // A channel that is left unrotated meets nothing: it is its own partner, with factor 0.
    const mate = from[e] < 0 ? position : from[e];
    if (position - channel !== mate - (mate % size)) return null;
    if (partnerOf[channel] >= 0 && partnerOf[channel] !== mate % size) return null;
    partnerOf[channel] = mate % size;
    direct[position] = cosine[e];
    partner[position] = from[e] < 0 ? 0 : sine[e];
  }
  return rotates(direct, partner, partnerOf) ? { direct, partner, partnerOf } : null;
}

/** Every pair turns by one angle: (x, y) -> (x cos - y sin, y cos + x sin). */
function rotates(direct: Float32Array, partner: Float32Array, partnerOf: Int32Array): boolean {
  const size = partnerOf.length;
  return direct.every((cosine, position) => {
    const channel = position % size;
    const mate = position - channel + partnerOf[channel];
    const unit = cosine * cosine + partner[position] * partner[position];
    return (
      partnerOf[partnerOf[channel]] === channel &&
      direct[mate] === cosine &&
      partner[mate] === -partner[position] &&
      Math.abs(unit - 1) < UNIT_TOLERANCE
    );
  });
}
