import type { Synapses } from '../../../ir/synapses.ts';
import { expandWindow, type SynapseList } from '../../mapping/expand-window.ts';

/** Synapses one by one, by source: those of source i are first[i] .. first[i + 1] - 1. */
export interface ListedSynapses {
  readonly first: Int32Array;
  readonly target: Int32Array;
  readonly weight: Float64Array;
  /** Steps on top of the projection's lag: minus the offset of a tap, or a synapse's own delay. */
  readonly extra: Int32Array;
}

/** All synapses of a projection, weights of 0 left out. */
export function listSynapses(synapses: Synapses): ListedSynapses {
  switch (synapses.kind) {
    case 'dense':
      return listTaps({ ...synapses, taps: 1, groups: 1, firstOffset: 0, dilation: 1 });
    case 'one-to-one':
      return listTaps({ ...synapses, taps: 1, groups: synapses.sources, firstOffset: 0, dilation: 1 });
    case 'time-convolution':
      return listTaps(synapses);
    case 'sparse':
      return listSingles(synapses);
    case 'convolution':
    case 'pooling':
      return listSingles(expandWindow(synapses, { owner: 0, first: 0, count: synapses.targets }));
  }
}

interface Taps {
  readonly sources: number;
  readonly targets: number;
  readonly taps: number;
  readonly groups: number;
  readonly firstOffset: number;
  readonly dilation: number;
  /** weights[tap][source][target within the group]; null: ones. */
  readonly weights: ArrayLike<number> | null;
}

function listTaps({ sources, targets, taps, groups, firstOffset, dilation, weights }: Taps): ListedSynapses {
  const count = targets / groups;
  const sourcesInGroup = sources / groups;
  const rows = new Rows(sources, taps * sources * count);
  for (let source = 0; source < sources; source++) {
    const from = Math.floor(source / sourcesInGroup) * count;
    for (let tap = 0; tap < taps; tap++) {
      const cell = (tap * sources + source) * count;
      for (let k = 0; k < count; k++) rows.add(from + k, weights === null ? 1 : weights[cell + k], -(firstOffset + tap * dilation));
    }
    rows.endSource(source);
  }
  return rows.listed();
}

function listSingles({ sources, sourceIndex, targetIndex, weights, delays }: SynapseList): ListedSynapses {
  const order = Array.from(sourceIndex.keys()).sort((a, b) => sourceIndex[a] - sourceIndex[b] || targetIndex[a] - targetIndex[b] || a - b);
  const rows = new Rows(sources, order.length);
  let at = 0;
  for (let source = 0; source < sources; source++) {
    for (; at < order.length && sourceIndex[order[at]] === source; at++) {
      rows.add(targetIndex[order[at]], weights[order[at]], delays === null ? 0 : delays[order[at]]);
    }
    rows.endSource(source);
  }
  return rows.listed();
}

/** Synapses as they are added, source after source. */
class Rows {
  readonly #first: Int32Array;
  readonly #target: Int32Array;
  readonly #weight: Float64Array;
  readonly #extra: Int32Array;
  #count = 0;

  constructor(sources: number, synapsesMax: number) {
    this.#first = new Int32Array(sources + 1);
    this.#target = new Int32Array(synapsesMax);
    this.#weight = new Float64Array(synapsesMax);
    this.#extra = new Int32Array(synapsesMax);
  }

  add(target: number, weight: number, extra: number): void {
    if (weight === 0) return;
    this.#target[this.#count] = target;
    this.#weight[this.#count] = weight;
    this.#extra[this.#count++] = extra;
  }

  endSource(source: number): void {
    this.#first[source + 1] = this.#count;
  }

  listed(): ListedSynapses {
    const end = this.#count;
    return {
      first: this.#first,
      target: this.#target.slice(0, end),
      weight: this.#weight.slice(0, end),
      extra: this.#extra.slice(0, end),
    };
  }
}
