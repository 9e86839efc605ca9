import type { PopulationNode } from '../../../../ir/network.ts';
import { SAME, trained } from './accuracy.ts';
import type { EditContext } from './context.ts';
import type { Edit } from './edit.ts';
import { otherChip } from './other-chip.ts';

/** A neuron that subtracts at a spike, on a chip that sets to 0. */
export function editsForSoftReset(context: EditContext, { name }: PopulationNode): readonly (Edit | null)[] {
  const elsewhere = otherChip(context);
  return [
    // There it may be told to fire at its threshold, in place of a bias of one unit.
    elsewhere === null ? null : { ...elsewhere, accuracy: 'not measured; `spikec run` gives it' },
    { change: `train ${name} with a reset to a value`, accuracy: trained(), energy: 'less that of the spikes which it then does not fire' },
    { change: 'declare a chip (a JSON file) with `operations.softReset`: true', accuracy: SAME, energy: 'the same events' },
  ];
}
