import { type CorePlace, oppositeLink } from '../../../ir/spinnaker-machine.ts';
import { coreRoute, linkRoute } from '../../../ir/spinnaker-routing.ts';
import type { MulticastTree } from './multicast-tree.ts';
import type { SourceEntry } from './sources.ts';

export type { CorePlace } from '../../../ir/spinnaker-machine.ts';

/** What one source core sends, and to which cores. */
export interface Net {
  readonly key: number;
  readonly mask: number;
  readonly source: CorePlace;
  readonly targets: readonly CorePlace[];
}

/**
 * Routing entries of each chip before compression: on every chip of a net's tree one that sends its packets on and to the targets there. A
 * net without targets has none. `trees`: one a net, over at least the chips of its targets.
 */
export function routeNets(chips: number, nets: readonly Net[], trees: readonly MulticastTree[]): readonly (readonly SourceEntry[])[] {
  const tables: SourceEntry[][] = Array.from({ length: chips }, () => []);
  nets.forEach(({ key, mask, source, targets }, i) => {
    const routes = new Map<number, number>();
    const arrivals = new Map<number, number>();
    const add = (chip: number, bits: number): void => {
      routes.set(chip, (routes.get(chip) ?? 0) | bits);
    };
    for (const { from, link, to } of trees[i]) {
      add(from, linkRoute(link));
      arrivals.set(to, oppositeLink(link));
    }
    for (const { chip, core } of targets) add(chip, coreRoute(core));
    for (const [chip, route] of routes) {
      const by = chip === source.chip ? undefined : arrivals.get(chip);
      tables[chip].push({ key, mask, route, defaultable: by !== undefined && route === linkRoute(oppositeLink(by)) });
    }
  });
  return tables;
}
