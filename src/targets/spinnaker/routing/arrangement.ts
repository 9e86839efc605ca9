import { type Random, randomBelow } from '../../mapping/random.ts';
import { BitCounts } from './bit-counts.ts';
import { join, type Pattern } from './pattern.ts';
import { type Grouping, groupOf, meetsAny, patternOf, type Sources } from './sources.ts';

/** Place of default routing: below every group. */
const BELOW_ALL = 2 ** 31 - 1;

/**
 * A grouping that can be changed step by step and is valid after each. Groups have numbers; the last number stands for the sources that are
 * left to default routing.
 */
export class Arrangement {
  readonly sources: Sources;
  /** Group of each source. */
  readonly home: Int32Array;
  readonly members: number[][];
  /** Where in the list of its group a source stands. */
  private readonly slot: Int32Array;
  private readonly counts: readonly BitCounts[];
  /** Number of default routing. */
  readonly defaults: number;
  private readonly patterns: Pattern[];
  private readonly routes: readonly number[];
  /** Position of each group in the table, and the groups in that order. */
  private readonly place: Int32Array;
  private readonly order: number[];
  private readonly families = new Map<number, number[]>();

  constructor(sources: Sources, groups: Grouping) {
    this.sources = sources;
    this.defaults = groups.length;
    this.home = new Int32Array(sources.size).fill(this.defaults);
    this.members = groups.map(({ members }) => [...members]);
    this.patterns = groups.map(({ key, mask }) => ({ key, mask }));
    this.routes = groups.map(({ route }) => route);
    this.place = Int32Array.from({ length: groups.length + 1 }, (_, group) => (group === this.defaults ? BELOW_ALL : group));
    this.order = groups.map((_, group) => group);
    this.slot = new Int32Array(sources.size);
    this.counts = groups.map(() => new BitCounts());
    groups.forEach(({ members, route }, group) => {
      for (const source of members) {
        this.home[source] = group;
        this.counts[group].add(patternOf(sources, source), 1);
      }
      const family = this.families.get(route);
      if (family === undefined) this.families.set(route, [group]);
      else family.push(group);
    });
    this.members.push(Array.from(this.home.keys()).filter((source) => this.home[source] === this.defaults));
    for (const listed of this.members) {
      listed.forEach((source, i) => {
        this.slot[source] = i;
      });
    }
  }

  freeze(): Grouping {
    return this.order.map((group) => groupOf(this.sources, this.members[group]));
  }

  /** A group that may take a source in by its route, drawn at random: one of its route, or default routing. */
  drawHome(source: number, random: Random): number {
    const family = this.families.get(this.sources.route[source]) ?? [];
    const drawn = randomBelow(random, family.length + this.sources.defaultable[source]);
    return drawn < family.length ? family[drawn] : this.defaults;
  }

  /** Moves a source to another group of its route if the table stays valid; a group that loses its last source is gone. */
  moveSource(source: number, to: number): boolean {
    const { home, members, patterns, counts, defaults } = this;
    if (this.isHidden(source, to)) return false;
    const pattern = patternOf(this.sources, source);
    if (to !== defaults) {
      const joined = join(patterns[to], pattern);
      if (joined.mask !== patterns[to].mask && this.hidesLower(joined, to)) return false;
      patterns[to] = joined;
      counts[to].add(pattern, 1);
    }
    const from = home[source];
    this.relist(source, to);
    if (from === defaults) return true;
    counts[from].add(pattern, -1);
    if (members[from].length === 0) this.remove(from);
    else patterns[from] = counts[from].join();
    return true;
  }

  /** Moves a group to a random place between those that must stay above it and those that must stay below. */
  moveGroup(group: number, random: Random): void {
    const { sources, home, place, order, members, patterns, routes } = this;
    const { key, mask } = patterns[group];
    let above = -1;
    for (let i = 0; i < sources.size; i++) {
      if (((key ^ sources.key[i]) & mask & sources.mask[i]) !== 0 || sources.route[i] === routes[group]) continue;
      if (place[home[i]] < place[group]) above = Math.max(above, place[home[i]]);
    }
    let below = place[group] + 1;
    const free = (other: number): boolean => routes[other] === routes[group] || !meetsAny(sources, patterns[other], members[group]);
    while (below < order.length && free(order[below])) below++;
    const to = above + 1 + randomBelow(random, below - above - 1);
    order.splice(place[group], 1);
    order.splice(to, 0, group);
    this.number();
  }

  /** Whether a group of another route above place `to` matches a key of the source. */
  private isHidden(source: number, to: number): boolean {
    const { sources, order, patterns, routes } = this;
    const [key, mask, route] = [sources.key[source], sources.mask[source], sources.route[source]];
    const end = to === this.defaults ? order.length : this.place[to];
    for (let i = 0; i < end; i++) {
      const pattern = patterns[order[i]];
      if (((pattern.key ^ key) & pattern.mask & mask) === 0 && routes[order[i]] !== route) return true;
    }
    return false;
  }

  /** Whether a pattern in the place of a group would match a source of another route below. */
  private hidesLower({ key, mask }: Pattern, group: number): boolean {
    const { sources, home, place, routes } = this;
    for (let i = 0; i < sources.size; i++) {
      if (((key ^ sources.key[i]) & mask & sources.mask[i]) !== 0) continue;
      if (sources.route[i] !== routes[group] && place[home[i]] > place[group]) return true;
    }
    return false;
  }

  /** The last source of the list it leaves takes its place there. */
  private relist(source: number, to: number): void {
    const { home, members, slot } = this;
    const left = members[home[source]];
    const last = left[left.length - 1];
    left[slot[source]] = last;
    slot[last] = slot[source];
    left.length--;
    slot[source] = members[to].push(source) - 1;
    home[source] = to;
  }

  private remove(group: number): void {
    this.order.splice(this.place[group], 1);
    this.number();
    const family = this.families.get(this.routes[group]) ?? [];
    family.splice(family.indexOf(group), 1);
  }

  private number(): void {
    for (let i = 0; i < this.order.length; i++) this.place[this.order[i]] = i;
  }
}
