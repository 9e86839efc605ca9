import type { SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import { ROUTE_BITS, type RoutingEntry } from '../../ir/spinnaker-routing.ts';
import { deliver } from './deliver.ts';

/** Where the packets of one key go. */
export interface Route {
  /** Indices of cores in the program. */
  readonly targets: readonly number[];
  /** Links crossed, and routers passed: the one it starts at, and one behind each link. */
  readonly links: number;
  readonly routers: number;
}

/** Follows packets through the routing tables of a program, each key once. */
export class Router {
  readonly #links: Int32Array;
  readonly #tables: readonly (readonly RoutingEntry[])[];
  readonly #coreAt: ReadonlyMap<number, number>;
  readonly #known = new Map<number, Route>();

  constructor({ machine, routing, cores }: SpinnakerProgram, links: Int32Array) {
    const tables: (readonly RoutingEntry[])[] = machine.chips.map(() => []);
    for (const { chip, entries } of routing) tables[chip] = entries;
    this.#links = links;
    this.#tables = tables;
    this.#coreAt = new Map(cores.map(({ chip, processor }, index) => [chip * ROUTE_BITS + processor, index]));
  }

  /** Keys belong to one sender each, so that the chip they start from need not be remembered. Lost packets are for `isLost` to find. */
  follow(chip: number, key: number): Route {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { cores, hops } = deliver(this.#links, this.#tables, chip, key);
    const targets = cores.flatMap(({ chip: on, core }) => this.#coreAt.get(on * ROUTE_BITS + core) ?? []);
    const route = { targets, links: hops, routers: hops + 1 };
    this.#known.set(key, route);
    return route;
  }

  /** Why packets of a key do not arrive anywhere; null: they do. */
  problemOf(chip: number, key: number): string | null {
    const { cores, hops, lost } = deliver(this.#links, this.#tables, chip, key);
    if (lost !== null)
      return lost.link === null ? 'matches no entry on the chip it starts from' : 'is sent over a link that does not exist';
    if (hops > this.#links.length) return 'goes round in a circle';
    const stray = cores.find(({ chip: on, core }) => !this.#coreAt.has(on * ROUTE_BITS + core));
    return stray === undefined ? null : `is routed to processor ${stray.core} of chip ${stray.chip}, where nothing runs`;
  }
}
