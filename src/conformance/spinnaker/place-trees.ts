import { linkEnds, type SpinnakerMachine } from '../../ir/spinnaker-machine.ts';
import type { RoutingEntry } from '../../ir/spinnaker-routing.ts';
import { deliver, findMisdelivery, type Misdelivery } from '../../simulator/spinnaker/deliver.ts';
import { type MulticastTree, TreeGrower } from '../../targets/spinnaker/routing/multicast-tree.ts';
import { type CorePlace, type Net, routeNets } from '../../targets/spinnaker/routing/route-nets.ts';
import type { JsonValue } from '../json.ts';
import { readPlacedNetwork } from './place-network.ts';

/** Replaces the chips' routing tables: how mutants are run. */
export type AdaptTables = (tables: readonly (readonly RoutingEntry[])[]) => readonly (readonly RoutingEntry[])[];

/**
 * Routes the network of a `pr_*` vector on its recorded placement: null where a packet of every core, followed from router to router,
 * reaches each of its targets once and nothing else, and all packets cross no more links than recorded.
 */
export function checkTrees(file: JsonValue, adapt: AdaptTables = (tables) => tables): string | null {
  const { machine, nets: byCore } = readPlacedNetwork(file);
  const counted = compareCounts(file, byCore);
  if (counted !== null) return counted;
  const links = linkEnds(machine);
  const nets = byCore.flatMap((net, core) => (net === null ? [] : [{ ...net, core }]));
  const grower = new TreeGrower(links, 0);
  const trees: MulticastTree[] = [];
  for (const { core, source, targets } of nets) {
    const tree = grower.grow(
      source.chip,
      targets.map(({ chip }) => chip),
    );
    if (tree === null) return `core ${core}: the machine has no path to one of its targets`;
    trees.push(tree);
  }
  const tables = adapt(routeNets(machine.chips.length, nets, trees));
  let hops = 0;
  for (const net of nets) {
    const wrong = findMisdelivery(links, tables, net);
    if (wrong !== null) return `core ${net.core}: ${describe(wrong, machine)}`;
    hops += deliver(links, tables, net.source.chip, net.key).hops;
  }
  const most = file.get('totals').get('tree_links').integer(0, Number.MAX_SAFE_INTEGER);
  return hops > most ? `${hops} links in all trees, recorded ${most}` : null;
}

/** Whether the recorded nets have as many target cores and chips as the edges make. */
function compareCounts(file: JsonValue, nets: readonly (Net | null)[]): string | null {
  for (const row of file.get('nets').items()) {
    const [source, cores, chips] = row.items();
    if (chips === undefined) row.fail('has fewer than 3 items');
    const core = source.integer(0, nets.length - 1);
    const targets = nets[core]?.targets ?? [];
    const computed = [targets.length, new Set(targets.map(({ chip }) => chip)).size];
    const recorded = [cores, chips].map((count) => count.integer(0, Number.MAX_SAFE_INTEGER));
    if (computed.join() !== recorded.join()) {
      return `core ${core} sends to ${computed.join(' cores on ')} chips, recorded ${recorded.join(' on ')}`;
    }
  }
  return null;
}

function describe(wrong: Misdelivery, { chips }: SpinnakerMachine): string {
  const at = (chip: number): string => `chip (${chips[chip].x}, ${chips[chip].y})`;
  const name = ({ chip, core }: CorePlace): string => `core ${core} of ${at(chip)}`;
  switch (wrong.kind) {
    case 'lost':
      return wrong.link === null ? `no entry on ${at(wrong.chip)}` : `${at(wrong.chip)} has no link ${wrong.link}`;
    case 'circle':
      return 'its packets go round for ever';
    case 'missed':
      return `${name(wrong.core)} is not reached`;
    case 'twice':
      return `${name(wrong.core)} is reached twice`;
    case 'extra':
      return `${name(wrong.core)} is reached, and is no target`;
  }
}
