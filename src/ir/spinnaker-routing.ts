import { LINKS } from './spinnaker-machine.ts';

/**
 * An entry of a chip's multicast routing table: a packet of key K matches where (K & mask) == key, and of several the first wins. A packet
 * that matches none leaves by the link opposite to the one it came by. Key, mask and route are unsigned 32-bit integers; bits 0..5 of
 * `route` are links, bit 6 + p is processor p.
 */
export interface RoutingEntry {
  readonly key: number;
  readonly mask: number;
  readonly route: number;
}

export const ROUTE_BITS = 24;

export const linkRoute = (link: number): number => 1 << link;

export const coreRoute = (core: number): number => 1 << (LINKS + core);

/** Index of the entry that routes a key, or -1. */
export const findEntry = (table: readonly RoutingEntry[], key: number): number =>
  table.findIndex((entry) => (key & entry.mask) >>> 0 === entry.key);
