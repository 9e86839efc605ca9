import type { Synapses, WeightValues } from '../../ir/synapses.ts';
import { expandWindow, type SynapseList } from '../mapping/expand-window.ts';
import type { Slice } from '../mapping/slices.ts';
import { SynapsesByTarget } from './synapses-by-target.ts';
import type { WeightPool } from './weight-pool.ts';

/** Fields of a run: see `Rows`. */
export const RUN_FIELDS = 4;

/**
 * The synapses of a projection that end in one slice, as runs by source channel: runs first[i] .. first[i + 1] - 1 belong to source i.
 * A run is (extra, target, count, weight): `count` neighbouring targets from `target` on (counted within the slice), weights from cell
 * `weight` on, `extra` steps of delay on top of the projection's lag (minus the offset of a tap, or a synapse's own delay).
 */
export interface Rows {
  readonly first: Int32Array;
  readonly runs: Int32Array;
}

/** Lays out the weights of `slice` in `pool`, each `factor` times. Zero weights of dense rows stay, those of sparse rows are dropped. */
export function layOutRows(synapses: Synapses, factor: number, slice: Slice, pool: WeightPool): Rows {
  switch (synapses.kind) {
    case 'dense':
      return groupedRows({ ...synapses, taps: 1, groups: 1, firstOffset: 0, dilation: 1 }, factor, slice, pool);
    case 'one-to-one':
      return groupedRows({ ...synapses, taps: 1, groups: synapses.sources, firstOffset: 0, dilation: 1 }, factor, slice, pool);
    case 'time-convolution':
      return groupedRows(synapses, factor, slice, pool);
    case 'sparse':
      return sparseRows(synapses, factor, slice, pool);
    case 'convolution':
    case 'pooling':
      return sparseRows(expandWindow(synapses, slice), factor, slice, pool);
  }
}

interface Grouped {
  readonly sources: number;
  readonly targets: number;
  readonly taps: number;
  readonly groups: number;
  readonly firstOffset: number;
  readonly dilation: number;
  /** weights[tap][source][target within the group]; null: ones. */
  readonly weights: WeightValues | null;
}

function groupedRows(synapses: Grouped, factor: number, slice: Slice, pool: WeightPool): Rows {
  const { sources, taps, groups, weights } = synapses;
  const targetsInGroup = synapses.targets / groups;
  const sourcesInGroup = sources / groups;
  const first = new Int32Array(sources + 1);
  const runs: number[] = [];
  for (let source = 0; source < sources; source++) {
    const groupStart = Math.floor(source / sourcesInGroup) * targetsInGroup;
    const from = Math.max(groupStart, slice.first);
    const count = Math.min(groupStart + targetsInGroup, slice.first + slice.count) - from;
    for (let tap = 0; tap < taps && count > 0; tap++) {
      const cell = pool.append(weights, (tap * sources + source) * targetsInGroup + from - groupStart, count, factor);
      runs.push(-(synapses.firstOffset + tap * synapses.dilation), from - slice.first, count, cell);
    }
    first[source + 1] = runs.length / RUN_FIELDS;
  }
  return { first, runs: Int32Array.from(runs) };
}

/** Slices are many, and all read the same list. */
const indices = new WeakMap<Int32Array, SynapsesByTarget>();

function byTarget({ targetIndex }: SynapseList): SynapsesByTarget {
  const known = indices.get(targetIndex) ?? new SynapsesByTarget(targetIndex);
  indices.set(targetIndex, known);
  return known;
}

function sparseRows(synapses: SynapseList, factor: number, slice: Slice, pool: WeightPool): Rows {
  const { sourceIndex, targetIndex, weights, delays } = synapses;
  const delayOf = (k: number): number => (delays === null ? 0 : delays[k]);
  const kept = byTarget(synapses)
    .within(slice)
    .filter((k) => weights[k] !== 0);
  const apart = (a: number, b: number): number =>
    sourceIndex[a] - sourceIndex[b] || delayOf(a) - delayOf(b) || targetIndex[a] - targetIndex[b] || a - b;
  // Sorting by a comparison takes most of the time where synapses are many; most are in order already.
  if (kept.some((k, i) => i > 0 && apart(kept[i - 1], k) > 0)) kept.sort(apart);
  const first = new Int32Array(synapses.sources + 1);
  const runs: number[] = [];
  for (let i = 0; i < kept.length; ) {
    const k = kept[i];
    let count = 1;
    while (i + count < kept.length && continues(kept[i + count], k, count)) count++;
    const cell = pool.length;
    for (let j = i; j < i + count; j++) pool.append(weights, kept[j], 1, factor);
    runs.push(delayOf(k), targetIndex[k] - slice.first, count, cell);
    first[sourceIndex[k] + 1]++;
    i += count;
  }
  for (let source = 0; source < synapses.sources; source++) first[source + 1] += first[source];
  return { first, runs: Int32Array.from(runs) };

  function continues(next: number, start: number, count: number): boolean {
    return sourceIndex[next] === sourceIndex[start] && delayOf(next) === delayOf(start) && targetIndex[next] === targetIndex[start] + count;
  }
}
