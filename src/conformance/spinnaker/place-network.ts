import { LINKS, type SpinnakerMachine } from '../../ir/spinnaker-machine.ts';
import { ROUTE_BITS } from '../../ir/spinnaker-routing.ts';
import type { CorePlace, Net } from '../../targets/spinnaker/routing/route-nets.ts';
import { findOverlap, toSources } from '../../targets/spinnaker/routing/sources.ts';
import type { JsonValue } from '../json.ts';

/** Bounds that no honest vector comes near. */
const LIMITS = { side: 4096, chips: 1 << 16, cores: 1 << 14, targets: 1 << 26 } as const;
const CORES = ROUTE_BITS - LINKS;
const WORD_MAX = 2 ** 32 - 1;

/** A `pr_*` vector: a machine and what its cores send to each other. */
export interface PlacedNetwork {
  readonly machine: SpinnakerMachine;
  /** In the order of the cores; null: sends nothing. */
  readonly nets: readonly (Net | null)[];
}

/** Throws MalformedVector. */
export function readPlacedNetwork(file: JsonValue): PlacedNetwork {
  const machine = readMachine(file.get('machine'));
  const sizes = file
    .get('populations_cores')
    .items()
    .map((size) => size.integer(1, LIMITS.cores));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > LIMITS.cores) file.get('populations_cores').fail(`sum up to ${total}, more than ${LIMITS.cores}`);
  const places = readPlaces(file.get('core_placements'), total, machine);
  const targets = readTargets(file, sizes);
  const keys = file.get('keys').items(total);
  const nets = keys.map((pair, core): Net | null => {
    if (targets[core].length === 0) return null;
    const [key, mask] = pair.integers(2, 0, WORD_MAX);
    return { key, mask, source: places[core], targets: targets[core].map((target) => places[target]) };
  });
  const sent = nets.flatMap((net, core) => (net === null ? [] : [{ ...net, route: core, defaultable: false }]));
  const overlap = findOverlap(toSources(sent));
  if (overlap !== null) keys[sent[overlap[1]].route].fail(`overlaps keys[${sent[overlap[0]].route}]`);
  return { machine, nets };
}

/** `chips` lists the working ones, [x, y, cores]; `dead_links`, [x, y, link], may be missing. */
function readMachine(json: JsonValue): SpinnakerMachine {
  const width = json.get('width').integer(1, LIMITS.side);
  const height = json.get('height').integer(1, LIMITS.side);
  const seen = new Set<number>();
  const list = json.get('chips').items();
  if (list.length > LIMITS.chips) json.get('chips').fail(`has ${list.length} items, more than ${LIMITS.chips}`);
  const chips = list.map((chip) => {
    const [x, y, cores] = chip.items(3);
    const place = { x: x.integer(0, width - 1), y: y.integer(0, height - 1) };
    const usable = cores.integer(0, CORES - 1);
    if (seen.has(place.y * width + place.x)) chip.fail('is listed twice');
    seen.add(place.y * width + place.x);
    return { ...place, cores: Array.from({ length: usable }, (_, i) => i + 1) };
  });
  const wraps = json.get('wraparound');
  if (typeof wraps.json !== 'boolean') wraps.fail('is not true or false');
  const deadLinks = (json.optional('dead_links')?.items() ?? []).map((dead) => {
    const [x, y, link] = dead.items(3);
    return { x: x.integer(0, width - 1), y: y.integer(0, height - 1), link: link.integer(0, LINKS - 1) };
  });
  return { width, height, wraps: wraps.json === true, chips, deadLinks };
}

function readPlaces(json: JsonValue, count: number, { chips, width }: SpinnakerMachine): readonly CorePlace[] {
  const at = new Map(chips.map(({ x, y }, chip) => [y * width + x, chip]));
  const taken = new Set<number>();
  return json.items(count).map((place) => {
    const [x, y, core] = place.integers(3, 0, LIMITS.side);
    const chip = at.get(y * width + x);
    if (chip === undefined || x >= width) return place.fail('is on no chip of the machine');
    if (!chips[chip].cores.includes(core)) place.fail('is on no core of its chip');
    if (taken.has(chip * CORES + core)) place.fail('is on a core that is taken');
    taken.add(chip * CORES + core);
    return { chip, core };
  });
}

/**
 * Target cores of each core. An edge a -> b: every core of a sends to every core of b; where b has a radius r, its core j of n receives
 * from cores i of m with |i + 0.5 - (j + 0.5) m / n| <= r m only.
 */
function readTargets(file: JsonValue, sizes: readonly number[]): readonly (readonly number[])[] {
  const starts = sizes.map((_, population) => sizes.slice(0, population).reduce((sum, size) => sum + size, 0));
  const radii = file
    .get('topographic_radius')
    .items(sizes.length)
    .map((radius) => {
      const { json } = radius;
      return json === null ? Number.POSITIVE_INFINITY : typeof json === 'number' && json >= 0 ? json : radius.fail('is not a radius');
    });
  const targets = sizes.flatMap((size) => Array.from({ length: size }, () => new Set<number>()));
  let work = 0;
  for (const edge of file.get('app_edges').items()) {
    const [a, b] = edge.integers(2, 0, sizes.length - 1);
    const [m, n] = [sizes[a], sizes[b]];
    work += m * n;
    if (work > LIMITS.targets) edge.fail('makes more pairs of cores than are read');
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        if (Math.abs(i + 0.5 - ((j + 0.5) * m) / n) <= radii[b] * m) targets[starts[a] + i].add(starts[b] + j);
      }
    }
  }
  return targets.map((cores) => [...cores].sort((a, b) => a - b));
}
