import type { Diagnostic } from '../../diagnostics/index.ts';
import type { ChipModel } from '../../ir/chip-model.ts';
import type { Network } from '../../ir/network.ts';
import { checkDelays } from './checks/delays.ts';
import { checkOperations } from './checks/operations.ts';
import { checkPlanes } from './checks/planes.ts';
import { checkRoom } from './checks/room.ts';
import { checkValues } from './checks/values.ts';
import { type Connectivity, connect } from './connectivity.ts';
import { type Layout, layOut } from './layout.ts';

/** A network that a chip can run, laid out on its cores; or why it cannot. */
export type Legality =
  | { readonly legal: true; readonly connectivity: Connectivity; readonly layout: Layout }
  | { readonly legal: false; readonly problems: readonly Diagnostic[] };

/**
 * Every constraint of the chip that the network violates, all at once. Delays and room are not looked at where an operation is missing
 * or the digits of an integer cannot be weighed: nothing can be laid out then.
 */
export function checkNetwork(network: Network, chip: ChipModel): Legality {
  const operations = checkOperations(network, chip);
  const values = checkValues(network, chip);
  const planes = checkPlanes(network, chip);
  if (operations.length + planes.length > 0) return { legal: false, problems: [...operations, ...values, ...planes] };
  const connectivity = connect(network, chip);
  const layout = layOut(connectivity, chip);
  const problems = [...values, ...checkDelays(connectivity, chip), ...checkRoom(connectivity, layout, chip)];
  return problems.length > 0 ? { legal: false, problems } : { legal: true, connectivity, layout };
}
