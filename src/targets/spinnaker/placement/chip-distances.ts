import { LINKS } from '../../../ir/spinnaker-machine.ts';

/** Links between chips that no path joins. */
export const UNREACHABLE = 2 ** 15;

/** Links of the shortest path between each two chips, [chip, chip]; `links` as `linkEnds` gives them. */
export function chipDistances(links: Int32Array): Uint16Array {
  const chips = links.length / LINKS;
  const distances = new Uint16Array(chips * chips).fill(UNREACHABLE);
  for (let start = 0; start < chips; start++) {
    const row = distances.subarray(start * chips, (start + 1) * chips);
    row[start] = 0;
    const queue = [start];
    for (const chip of queue) {
      for (let link = 0; link < LINKS; link++) {
        const next = links[chip * LINKS + link];
        if (next < 0 || row[next] !== UNREACHABLE) continue;
        row[next] = row[chip] + 1;
        queue.push(next);
      }
    }
  }
  return distances;
}

/**
 * All chips that hang together with the most central one, the nearest to it first: the first of them form a compact patch. Central is what
 * reaches most chips, then by the shortest paths in sum.
 */
export function chipsFromCentre(distances: Uint16Array): readonly number[] {
  const chips = Math.sqrt(distances.length);
  let centre = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let chip = 0; chip < chips; chip++) {
    let sum = 0;
    for (let other = 0; other < chips; other++) sum += distances[chip * chips + other];
    if (sum < least) [centre, least] = [chip, sum];
  }
  const from = (chip: number): number => distances[centre * chips + chip];
  return Array.from({ length: chips }, (_, chip) => chip)
    .filter((chip) => from(chip) !== UNREACHABLE)
    .sort((a, b) => from(a) - from(b) || a - b);
}

/** Links of the smallest tree that joins chips by shortest paths (Prim 1957): what a multicast tree over them takes, or slightly more. */
export function spanningLinks(distances: Uint16Array, chips: readonly number[]): number {
  const all = Math.sqrt(distances.length);
  const left = chips.slice(1);
  const nearest = left.map((chip) => distances[chips[0] * all + chip]);
  let total = 0;
  while (left.length > 0) {
    let next = 0;
    for (let i = 1; i < left.length; i++) if (nearest[i] < nearest[next]) next = i;
    total += nearest[next];
    const row = left[next] * all;
    const last = left.length - 1;
    left[next] = left[last];
    nearest[next] = nearest[last];
    left.length = last;
    nearest.length = last;
    for (let i = 0; i < last; i++) nearest[i] = Math.min(nearest[i], distances[row + left[i]]);
  }
  return total;
}
