import { type CorePlace, LINKS, oppositeLink } from '../../ir/spinnaker-machine.ts';
import { coreRoute, findEntry, linkRoute, ROUTE_BITS, type RoutingEntry } from '../../ir/spinnaker-routing.ts';

/** What becomes of one packet. */
export interface Delivery {
  /** Cores it reaches, once for each copy. */
  readonly cores: readonly CorePlace[];
  /** Links crossed, one for each copy. */
  readonly hops: number;
  /** Where it is lost: sent over a link that does not exist, or matched by nothing on the chip it starts from; null: nowhere. */
  readonly lost: { readonly chip: number; readonly link: number | null } | null;
}

/**
 * Follows a packet through the routers of a machine, entry by entry. It goes round for ever where tables make a circle: then `hops` passes
 * the number of links of the machine, and following stops.
 */
export function deliver(links: Int32Array, tables: readonly (readonly RoutingEntry[])[], from: number, key: number): Delivery {
  const cores: CorePlace[] = [];
  const arrived: { readonly chip: number; readonly by: number | null }[] = [{ chip: from, by: null }];
  let lost: Delivery['lost'] = null;
  let hops = 0;
  for (const { chip, by } of arrived) {
    const entry = findEntry(tables[chip], key);
    if (entry < 0 && by === null) lost ??= { chip, link: null };
    const unmatched = by === null ? 0 : linkRoute(oppositeLink(by));
    const route = entry < 0 ? unmatched : tables[chip][entry].route;
    for (let core = 0; core < ROUTE_BITS - LINKS; core++) if ((route & coreRoute(core)) !== 0) cores.push({ chip, core });
    for (let link = 0; link < LINKS; link++) {
      if ((route & linkRoute(link)) === 0) continue;
      const next = links[chip * LINKS + link];
      if (next < 0) lost ??= { chip, link };
      else {
        hops++;
        arrived.push({ chip: next, by: oppositeLink(link) });
      }
    }
    if (hops > links.length) break;
  }
  return { cores, hops, lost };
}

/** What one core sends, and to which cores. */
interface Net {
  readonly key: number;
  readonly source: CorePlace;
  readonly targets: readonly CorePlace[];
}

/** How a net's packets go wrong; `core` is a core they miss, reach twice, or should not reach. */
export type Misdelivery =
  | { readonly kind: 'lost'; readonly chip: number; readonly link: number | null }
  | { readonly kind: 'circle' }
  | { readonly kind: 'missed' | 'twice' | 'extra'; readonly core: CorePlace };

/** Whether a net's first key reaches each of its targets once and nothing else, over links that exist; null: it does. */
export function findMisdelivery(links: Int32Array, tables: readonly (readonly RoutingEntry[])[], net: Net): Misdelivery | null {
  const { cores, hops, lost } = deliver(links, tables, net.source.chip, net.key);
  if (net.targets.length === 0 && lost?.link === null) return null;
  if (lost !== null) return { kind: 'lost', ...lost };
  if (hops > links.length) return { kind: 'circle' };
  const name = ({ chip, core }: CorePlace): number => chip * ROUTE_BITS + core;
  const wanted = new Set(net.targets.map(name));
  const reached = new Set<number>();
  for (const core of cores) {
    if (!wanted.has(name(core))) return { kind: 'extra', core };
    if (reached.has(name(core))) return { kind: 'twice', core };
    reached.add(name(core));
  }
  const missed = net.targets.find((core) => !reached.has(name(core)));
  return missed === undefined ? null : { kind: 'missed', core: missed };
}
