import { ROUTE_BITS, type RoutingEntry } from '../../ir/spinnaker-routing.ts';
import { compressTable } from '../../targets/spinnaker/routing/compress-table.ts';
import { findMisrouted } from '../../targets/spinnaker/routing/find-misrouted.ts';
import { findOverlap, type SourceEntry, toSources } from '../../targets/spinnaker/routing/sources.ts';
import type { JsonValue } from '../json.ts';

/** No honest vector comes near: a router has 1024 entries. */
const ENTRIES_MAX = 1 << 14;
const WORD_MAX = 2 ** 32 - 1;

/** Compressions whose recorded size ours must not exceed. */
const RIVALS = ['pair_ordered', 'rig_ordered_covering_min'];

/** Replaces the compressed table: how mutants are run. */
export type AdaptTable = (entries: readonly RoutingEntry[]) => readonly RoutingEntry[];

/**
 * Compresses the table of an `rt_*` vector: null where the result sends every key of the original to the same places and is no longer than
 * the shorter of the recorded pair and ordered-covering tables.
 */
export function checkRouteTable(file: JsonValue, adapt: AdaptTable = (entries) => entries): string | null {
  const original = readRouteTable(file);
  const sizes = RIVALS.flatMap((name) => {
    const size = file.get('results').optional(name)?.get('size').integer(0, ENTRIES_MAX);
    return size === undefined ? [] : [size];
  });
  if (sizes.length === 0) file.get('results').fail(`holds none of: ${RIVALS.join(', ')}`);
  const entries = adapt(compressTable(original, { seed: 0, smallest: true }).entries);
  const misrouted = findMisrouted(original, entries);
  if (misrouted !== null) {
    const { key, source, found } = misrouted;
    return `key ${hex(key)}: ${found === null ? 'matches no entry' : `goes to ${hex(found)}`}, recorded ${hex(original[source].route)}`;
  }
  const most = Math.min(...sizes);
  return entries.length > most ? `${entries.length} entries, recorded ${most}` : null;
}

/** `input_table` of an `rt_*` vector. */
export function readRouteTable(file: JsonValue): readonly SourceEntry[] {
  const table = file.get('input_table');
  const rows = table.items(file.optional('n_entries')?.integer(0, ENTRIES_MAX) ?? null);
  if (rows.length > ENTRIES_MAX) table.fail(`has ${rows.length} items, more than ${ENTRIES_MAX}`);
  const entries = rows.map((row): SourceEntry => {
    const [key, mask, route, defaultable] = row.items(4);
    const entry = {
      key: key.integer(0, WORD_MAX),
      mask: mask.integer(0, WORD_MAX),
      route: route.integer(0, 2 ** ROUTE_BITS - 1),
      defaultable: defaultable.integer(0, 1) === 1,
    };
    return (entry.key & ~entry.mask) === 0 ? entry : row.fail('matches nothing: its key has bits that its mask has not');
  });
  const overlap = findOverlap(toSources(entries));
  return overlap === null ? entries : rows[overlap[1]].fail(`overlaps entry ${overlap[0]}, which has another route`);
}

const hex = (word: number): string => `0x${word.toString(16)}`;
