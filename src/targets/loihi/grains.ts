import type { Synapses } from '../../ir/synapses.ts';
import type { Owner } from './connectivity.ts';

/**
 * Runs of neurons that a population over space is best cut between, since kernels repeat from one to the next: a place of a picture (its
 * channels that read the same), and a row of places. They show in the first source of each neuron, in the order of neurons: it is the same for the
 * channels of a place, and moves furthest from row to row. Each divides the size of the population; none where nothing repeats.
 */
export function grainsOf({ node, feeds }: Owner): readonly number[] {
  for (const feed of feeds) {
    if (feed.kind !== 'synapses') continue;
    const first = firstSources(feed.synapses);
    if (first === null) continue;
    const jumps = first.map((source, i) => (i === 0 ? 0 : source - first[i - 1]));
    const most = jumps.reduce((largest, jump) => Math.max(largest, jump), 0);
    const places = spacing(node.size, jumps, (jump) => jump !== 0);
    const rows = spacing(node.size, jumps, (jump) => jump === most);
    return [...new Set([places, rows])].filter((grain) => grain > 1 && grain < node.size);
  }
  return [];
}

/** The greatest distance that all chosen places, and the end, are multiples of. */
function spacing(size: number, jumps: Int32Array, chosen: (jump: number) => boolean): number {
  let common = size;
  for (let i = 1; i < jumps.length && common > 1; i++) if (chosen(jumps[i])) common = greatestCommonDivisor(common, i);
  return common;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Of synapses as `order-neurons` leaves them where it finds places; null: others. A neuron without sources has that of the neuron before it. */
function firstSources(synapses: Synapses): Int32Array | null {
  if (synapses.kind !== 'sparse') return null;
  const { targets, sourceIndex, targetIndex } = synapses;
  const none = 2 ** 31 - 1;
  const first = new Int32Array(targets).fill(none);
  targetIndex.forEach((target, k) => {
    first[target] = Math.min(first[target], sourceIndex[k]);
  });
  for (let i = 0; i < targets; i++) if (first[i] === none) first[i] = i === 0 ? 0 : first[i - 1];
  return first;
}
