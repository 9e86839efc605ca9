import { randomBelow, randomExponential, seededRandom } from '../../mapping/random.ts';
import { Arrangement } from './arrangement.ts';
import type { Grouping, Sources } from './sources.ts';

/** Stages of constant temperature; the last is at 4 % of the first, which lets a source leave a group of one for one of many. */
const STAGES = 60;
const FIRST_TEMPERATURE = 0.3;
const COOLING = 0.947;

/** Moves of each source per stage, fewer where comparing every source with every other so often would take minutes. */
const MOVES_PER_SOURCE = 20;
const COMPARISONS_MAX = 2.5e10;

/** One move in 25 is of a whole group. */
const GROUP_SHARE = 25;

/**
 * Simulated annealing over groupings: a source moves to another group of its route, a group to another place, and a group without sources is
 * gone. No move makes a group, so the table never grows. Uneven groups cost less than even ones of the same number (the cost of a group
 * is the root of its size), so small ones run dry.
 */
export function rearrange(sources: Sources, start: Grouping, seed: number): Grouping {
  const { size } = sources;
  if (size === 0) return start;
  const random = seededRandom(seed);
  const arrangement = new Arrangement(sources, start);
  const { home, members, defaults } = arrangement;
  const cost = (group: number, change: number): number => (group === defaults ? 0 : Math.sqrt(members[group].length + change));
  const moves = Math.ceil(Math.min(MOVES_PER_SOURCE * size, COMPARISONS_MAX / (STAGES * size)));
  let temperature = FIRST_TEMPERATURE;
  for (let stage = 0; stage < STAGES; stage++) {
    for (let i = 0; i < moves; i++) {
      const source = randomBelow(random, size);
      const from = home[source];
      if (randomBelow(random, GROUP_SHARE) === 0) {
        if (from !== defaults) arrangement.moveGroup(from, random);
        continue;
      }
      const to = arrangement.drawHome(source, random);
      const rise = cost(to, 1) - cost(to, 0) + cost(from, -1) - cost(from, 0);
      if (to !== from && rise < temperature * randomExponential(random)) arrangement.moveSource(source, to);
    }
    temperature *= COOLING;
  }
  return arrangement.freeze();
}
