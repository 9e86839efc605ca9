import type { Synapses } from '../../ir/synapses.ts';

/** y[target] = sum of weight * x[source], row by source: the entries of source i are rowStart[i] .. rowStart[i + 1] - 1, targets ascending. */
export interface LinearMap {
  readonly sources: number;
  readonly targets: number;
  readonly rowStart: Int32Array;
  readonly target: Int32Array;
  readonly weight: Float64Array;
}

export const identityMap = (size: number): LinearMap => scaleMap(new Float64Array(size).fill(1));

/** y[i] = factors[i] * x[i]. */
export function scaleMap(factors: Float64Array): LinearMap {
  const size = factors.length;
  return {
    sources: size,
    targets: size,
    rowStart: Int32Array.from({ length: size + 1 }, (_, i) => i),
    target: Int32Array.from({ length: size }, (_, i) => i),
    weight: factors,
  };
}

/** weights[target][source], every pair a synapse. */
export function denseMap(weights: Float64Array, targets: number, sources: number): LinearMap {
  const weight = new Float64Array(weights.length);
  for (let s = 0; s < sources; s++) for (let t = 0; t < targets; t++) weight[s * targets + t] = weights[t * sources + s];
  return {
    sources,
    targets,
    rowStart: Int32Array.from({ length: sources + 1 }, (_, s) => s * targets),
    target: Int32Array.from({ length: sources * targets }, (_, i) => i % targets),
    weight,
  };
}

/** From entries in any order, at most one for each pair. */
export function mapOfEntries(
  sources: number,
  targets: number,
  entries: readonly (readonly [source: number, target: number, weight: number])[],
): LinearMap {
  const rowStart = new Int32Array(sources + 1);
  for (const [source] of entries) rowStart[source + 1]++;
  for (let s = 0; s < sources; s++) rowStart[s + 1] += rowStart[s];
  const sorted = [...entries].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    sources,
    targets,
    rowStart,
    target: Int32Array.from(sorted, ([, target]) => target),
    weight: Float64Array.from(sorted, ([, , weight]) => weight),
  };
}

/** second(first(x)); the number of synapses it has is at most `most`, or null. */
export function compose(first: LinearMap, second: LinearMap, most: number): LinearMap | null {
  const rowStart = new Int32Array(first.sources + 1);
  const targets: number[] = [];
  const weights: number[] = [];
  const sum = new Float64Array(second.targets);
  const touched = new Uint8Array(second.targets);
  for (let source = 0; source < first.sources; source++) {
    const row: number[] = [];
    for (let k = first.rowStart[source]; k < first.rowStart[source + 1]; k++) {
      const middle = first.target[k];
      for (let j = second.rowStart[middle]; j < second.rowStart[middle + 1]; j++) {
        const target = second.target[j];
        if (touched[target] === 0) {
          touched[target] = 1;
          row.push(target);
        }
        sum[target] += first.weight[k] * second.weight[j];
      }
    }
    row.sort((a, b) => a - b);
    if (targets.length + row.length > most) return null;
    for (const target of row) {
      targets.push(target);
      weights.push(sum[target]);
      sum[target] = 0;
      touched[target] = 0;
    }
    rowStart[source + 1] = targets.length;
  }
  return {
    sources: first.sources,
    targets: second.targets,
    rowStart,
    target: Int32Array.from(targets),
    weight: Float64Array.from(weights),
  };
}

/** What it makes of a stream. */
export function applyMap(map: LinearMap, x: Float64Array): Float64Array {
  const y = new Float64Array(map.targets);
  for (let s = 0; s < map.sources; s++) {
    for (let k = map.rowStart[s]; k < map.rowStart[s + 1]; k++) y[map.target[k]] += map.weight[k] * x[s];
  }
  return y;
}

/** The same as synapses, in float32: one-to-one, dense where every pair has one, sparse otherwise. `delays` per source, in timesteps. */
export function synapsesOf(map: LinearMap, delays: Int32Array | null): Synapses {
  const { sources, targets, target, rowStart } = map;
  const count = target.length;
  const weights = Float32Array.from(map.weight);
  const oneToOne = sources === targets && count === sources && target.every((to, k) => to === k && rowStart[k] === k);
  if (delays === null && oneToOne) return { kind: 'one-to-one', sources, targets, weights: weights.every((w) => w === 1) ? null : weights };
  if (delays === null && count === sources * targets) return { kind: 'dense', sources, targets, weights };
  const sourceIndex = new Int32Array(count);
  for (let s = 0; s < sources; s++) sourceIndex.fill(s, rowStart[s], rowStart[s + 1]);
  return {
    kind: 'sparse',
    sources,
    targets,
    sourceIndex,
    targetIndex: target,
    weights,
    delays: delays === null ? null : sourceIndex.map((s) => delays[s]),
  };
}
