import type { Synapses, WeightValues } from '../ir/synapses.ts';
import { forEachTarget } from '../ir/window.ts';

type Sparse = Extract<Synapses, { readonly kind: 'sparse' }>;
/** Neuron i of the new order is neuron order[i] of the old one; null: as it is. */
type Order = Int32Array | null;

/**
 * The same synapses between neurons in another order: dense ones stay dense, all others are written out. `integer`: whether the network is, where
 * the synapses do not say it.
 */
export function orderedSynapses(synapses: Synapses, from: Order, to: Order, integer: boolean): Synapses {
  const { sources, targets } = synapses;
  if (synapses.kind === 'dense') {
    const { weights } = synapses;
    const old = (i: number): number => oldOf(from, Math.floor(i / targets)) * targets + oldOf(to, i % targets);
    return { ...synapses, weights: weights.map((_, i) => weights[old(i)]) };
  }
  const list = writtenOut(synapses, integer);
  const { delays } = list;
  const [newSource, newTarget] = [placesIn(from, sources), placesIn(to, targets)];
  const source = list.sourceIndex.map((each) => newSource[each]);
  const target = list.targetIndex.map((each) => newTarget[each]);
  // Those between the same two neurons keep their order, which is that of their delays.
  const all = Int32Array.from({ length: source.length }, (_, k) => k);
  const order = sorted(sorted(all, target, targets), source, sources);
  return {
    kind: 'sparse',
    sources,
    targets,
    sourceIndex: order.map((k) => source[k]),
    targetIndex: order.map((k) => target[k]),
    weights: list.weights.map((_, i) => list.weights[order[i]]),
    delays: delays === null ? null : order.map((k) => delays[k]),
  };
}

const oldOf = (order: Order, i: number): number => (order === null ? i : order[i]);

/** The new place of each old neuron. */
export function placesIn(order: Order, size: number): Int32Array {
  const places = Int32Array.from({ length: size }, (_, i) => i);
  order?.forEach((old, i) => {
    places[old] = i;
  });
  return places;
}

/** By ascending key (below `keys`); equal keys keep their order. */
function sorted(items: Int32Array, keyOf: Int32Array, keys: number): Int32Array {
  const next = new Int32Array(keys + 1);
  for (const item of items) next[keyOf[item] + 1]++;
  for (let key = 0; key < keys; key++) next[key + 1] += next[key];
  const order = new Int32Array(items.length);
  for (const item of items) order[next[keyOf[item]]++] = item;
  return order;
}

/** Synapse by synapse, ascending by source. */
export function writtenOut(synapses: Synapses, integer: boolean): Sparse {
  const { sources, targets } = synapses;
  switch (synapses.kind) {
    case 'sparse':
      return synapses;
    case 'one-to-one': {
      const sourceIndex = Int32Array.from({ length: sources }, (_, i) => i);
      const weights = synapses.weights ?? numbersOf(integer, new Array<number>(sources).fill(1));
      return { kind: 'sparse', sources, targets, sourceIndex, targetIndex: sourceIndex, weights, delays: null };
    }
    case 'dense': {
      const { weights } = synapses;
      const sourceIndex = Int32Array.from(weights, (_, i) => Math.floor(i / targets));
      const targetIndex = Int32Array.from(weights, (_, i) => i % targets);
      return { kind: 'sparse', sources, targets, sourceIndex, targetIndex, weights, delays: null };
    }
    case 'convolution':
    case 'pooling': {
      const [sourceIndex, targetIndex, weights]: [number[], number[], number[]] = [[], [], []];
      for (let source = 0; source < sources; source++) {
        forEachTarget(synapses, source, (target, weight) => {
          sourceIndex.push(source);
          targetIndex.push(target);
          weights.push(weight);
        });
      }
      return {
        kind: 'sparse',
        sources,
        targets,
        sourceIndex: Int32Array.from(sourceIndex),
        targetIndex: Int32Array.from(targetIndex),
        weights: numbersOf(integer, weights),
        delays: null,
      };
    }
    case 'time-convolution':
      throw new Error('taps of a convolution over time cannot be written out as synapses');
  }
}

const numbersOf = (integer: boolean, weights: readonly number[]): WeightValues =>
  integer ? Int16Array.from(weights) : Float32Array.from(weights);
