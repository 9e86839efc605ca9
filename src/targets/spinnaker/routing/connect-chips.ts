import { LINKS } from '../../../ir/spinnaker-machine.ts';
import { type Random, randomBelow, randomPermutation, seededRandom } from '../../mapping/random.ts';

/** Attempts to make a tree smaller; each tears out up to this many neighbouring chips. */
const ATTEMPTS = 80;
const TORN_MAX = 8;

/**
 * Chips, as flags, over whose links all `terminals` hang together: as few as can be found (a Steiner tree of unit links has one link less
 * than chips). Terminals are joined one after the other by shortest paths (Takahashi and Matsuyama 1980); then chips between them are
 * torn out and what falls apart is joined again, which is kept where it takes no more chips. Returns null where terminals cannot be reached.
 * `links`: chip at the end of each link, as `linkEnds` gives them.
 */
export function connectChips(links: Int32Array, terminals: readonly number[], seed: number): Uint8Array | null {
  const random = seededRandom(seed);
  const isTerminal = new Uint8Array(links.length / LINKS);
  for (const chip of terminals) isTerminal[chip] = 1;
  let best = join(links, isTerminal, terminals[0], random);
  if (best === null) return null;
  dropNeedless(links, best, isTerminal, random);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const removable = chipsIn(best).filter((chip) => isTerminal[chip] === 0);
    if (removable.length === 0) break;
    const torn = tear(links, best, isTerminal, removable[randomBelow(random, removable.length)], random);
    const joined = join(links, torn, terminals[0], random);
    if (joined === null) continue;
    dropNeedless(links, joined, isTerminal, random);
    if (chipsIn(joined).length <= chipsIn(best).length) best = joined;
  }
  return best;
}

const chipsIn = (flags: Uint8Array): number[] => Array.from(flags.keys()).filter((chip) => flags[chip] === 1);

/** Chips that hang together with `start` over chips of the set. */
function reach(links: Int32Array, chips: Uint8Array, start: number): Uint8Array {
  const reached = new Uint8Array(chips.length);
  const queue = [start];
  reached[start] = 1;
  for (let chip = queue.pop(); chip !== undefined; chip = queue.pop()) {
    for (let link = chip * LINKS; link < (chip + 1) * LINKS; link++) {
      const next = links[link];
      if (next < 0 || chips[next] === 0 || reached[next] === 1) continue;
      reached[next] = 1;
      queue.push(next);
    }
  }
  return reached;
}

/** Adds shortest paths until all chips of the set hang together with `start`; null where one cannot be reached. */
function join(links: Int32Array, parts: Uint8Array, start: number, random: Random): Uint8Array | null {
  const chips = Uint8Array.from(parts);
  for (;;) {
    const reached = reach(links, chips, start);
    if (chips.every((chip, i) => chip === reached[i])) return chips;
    const path = shortestPath(links, reached, chips, random);
    if (path === null) return null;
    for (const chip of path) chips[chip] = 1;
  }
}

/** Chips between the reached ones and the nearest of the others in the set; of equal paths a random one. */
function shortestPath(links: Int32Array, reached: Uint8Array, chips: Uint8Array, random: Random): readonly number[] | null {
  const from = new Int32Array(chips.length).fill(-1);
  const start = chipsIn(reached);
  const queue = Array.from(randomPermutation(random, start.length), (i) => start[i]);
  for (const chip of queue) {
    const turn = randomBelow(random, LINKS);
    for (let i = 0; i < LINKS; i++) {
      const next = links[chip * LINKS + ((turn + i) % LINKS)];
      if (next < 0 || reached[next] === 1 || from[next] >= 0) continue;
      from[next] = chip;
      if (chips[next] === 0) {
        queue.push(next);
        continue;
      }
      const path: number[] = [];
      for (let step = chip; reached[step] === 0; step = from[step]) path.push(step);
      return path;
    }
  }
  return null;
}

/** Takes out, in random order, every chip without which the terminals still hang together, and what hangs on it alone. */
function dropNeedless(links: Int32Array, chips: Uint8Array, isTerminal: Uint8Array, random: Random): void {
  const source = isTerminal.indexOf(1);
  const candidates = chipsIn(chips).filter((chip) => isTerminal[chip] === 0);
  for (const i of randomPermutation(random, candidates.length)) {
    const chip = candidates[i];
    if (chips[chip] === 0) continue;
    chips[chip] = 0;
    const reached = reach(links, chips, source);
    if (isTerminal.every((terminal, j) => terminal === 0 || reached[j] === 1)) chips.set(reached);
    else chips[chip] = 1;
  }
}

/** The set without a chip and some more beside it that are no terminals, and without parts that hold no terminal then. */
function tear(links: Int32Array, chips: Uint8Array, isTerminal: Uint8Array, chip: number, random: Random): Uint8Array {
  const left = Uint8Array.from(chips);
  const torn = [chip];
  left[chip] = 0;
  const size = 1 + randomBelow(random, TORN_MAX);
  for (const from of torn) {
    for (let link = from * LINKS; link < (from + 1) * LINKS && torn.length < size; link++) {
      const next = links[link];
      if (next < 0 || left[next] === 0 || isTerminal[next] === 1) continue;
      left[next] = 0;
      torn.push(next);
    }
  }
  const kept = new Uint8Array(chips.length);
  for (const terminal of chipsIn(isTerminal)) {
    if (kept[terminal] === 1) continue;
    reach(links, left, terminal).forEach((flag, i) => {
      kept[i] |= flag;
    });
  }
  return kept;
}
