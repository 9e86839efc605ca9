import type { Diagnostic } from '../../diagnostics/index.ts';
import type { ChipModel } from '../../ir/chip-model.ts';
import type { NodeId } from '../../ir/ids.ts';
import type { Network } from '../../ir/network.ts';
import { checkDelays } from './checks/delays.ts';
import { Activity } from './checks/edits/activity.ts';
import type { EditContext } from './checks/edits/context.ts';
import type { Edit } from './checks/edits/edit.ts';
import { checkFiring } from './checks/firing.ts';
import { checkOperations } from './checks/operations.ts';
import { checkPlanes } from './checks/planes.ts';
import { type Problem, withEdits } from './checks/problem.ts';
import { checkRoom } from './checks/room.ts';
import { checkValues } from './checks/values.ts';
import { type Connectivity, connect } from './connectivity.ts';
import { type Layout, layOut } from './layout.ts';

/** A network that a chip can run, laid out on its cores. */
interface Legal {
  readonly legal: true;
  readonly connectivity: Connectivity;
  readonly layout: Layout;
}

/** Or why it cannot. */
export type Legality = Legal | { readonly legal: false; readonly problems: readonly Diagnostic[] };

/**
 * Every constraint of the chip that the network violates, all at once, each with edits that would mend it, priced by `traffic` (mean spikes
 * per clip of each stream; null: not known).
 */
export function checkNetwork(network: Network, chip: ChipModel, traffic: ReadonlyMap<NodeId, number> | null): Legality {
  const found = judge(network, chip);
  if (found.legal) return found;
  const made = new Map<string, Edit | null>();
  const context: EditContext = {
    network,
    chip,
    activityOf: (other, on) => new Activity(other, on, traffic),
    coresOf: (other, on) => {
      const judged = judge(other, on);
      return judged.legal ? judged.layout.cores.length : null;
    },
    once: (key, make) => {
      const known = made.get(key);
      const edit = known === undefined ? make() : known;
      made.set(key, edit);
      return edit;
    },
  };
  return { legal: false, problems: found.problems.map((problem) => withEdits(problem, context)) };
}

/**
 * Delays and room are not looked at where an operation is missing or the digits of an integer cannot be weighed: nothing can be laid out
 * then.
 */
function judge(network: Network, chip: ChipModel): Legal | { readonly legal: false; readonly problems: readonly Problem[] } {
  const operations = checkOperations(network, chip);
  const values = [...checkFiring(network, chip), ...checkValues(network, chip)];
  const planes = checkPlanes(network, chip);
  if (operations.length + planes.length > 0) return { legal: false, problems: [...operations, ...values, ...planes] };
  const connectivity = connect(network, chip);
  const layout = layOut(connectivity, chip);
  const problems = [...values, ...checkDelays(connectivity, chip), ...checkRoom(connectivity, layout, chip)];
  return problems.length > 0 ? { legal: false, problems } : { legal: true, connectivity, layout };
}
