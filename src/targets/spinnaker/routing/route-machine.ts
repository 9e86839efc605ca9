import { linkEnds, type SpinnakerMachine } from '../../../ir/spinnaker-machine.ts';
import { type CompressedTable, type CompressionOptions, compressTable } from './compress-table.ts';
import { findMisrouted } from './find-misrouted.ts';
import { type MulticastTree, TreeGrower } from './multicast-tree.ts';
import { type Net, routeNets } from './route-nets.ts';
import type { SourceEntry } from './sources.ts';

export interface RoutedMachine {
  readonly kind: 'routed';
  /** One a net. */
  readonly trees: readonly MulticastTree[];
  /** Of each chip: one entry for each net whose tree passes it. */
  readonly original: readonly (readonly SourceEntry[])[];
  /** Of each chip; longer than `entriesMax` where no method makes it fit. */
  readonly tables: readonly CompressedTable[];
}

/** A net with a target that no path leads to. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly net: number;
}

/**
 * Trees and compressed routing tables for all nets, whose keys must not overlap. Every compressed table is compared with its original for
 * every key; a difference is a bug of the compression and throws.
 */
export function routeMachine(machine: SpinnakerMachine, nets: readonly Net[], options: CompressionOptions): RoutedMachine | Unreachable {
  const grower = new TreeGrower(linkEnds(machine), options.seed);
  const trees: MulticastTree[] = [];
  for (const [net, { source, targets }] of nets.entries()) {
    const tree = grower.grow(
      source.chip,
      targets.map(({ chip }) => chip),
    );
    if (tree === null) return { kind: 'unreachable', net };
    trees.push(tree);
  }
  const original = routeNets(machine.chips.length, nets, trees);
  const tables = original.map((entries, chip) => {
    const table = compressTable(entries, options);
    const wrong = findMisrouted(entries, table.entries);
    if (wrong !== null) throw new Error(`chip ${chip}: ${table.method} misroutes key ${wrong.key}`);
    return table;
  });
  return { kind: 'routed', trees, original, tables };
}
