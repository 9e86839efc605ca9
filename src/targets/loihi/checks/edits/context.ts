import type { ChipModel } from '../../../../ir/chip-model.ts';
import type { Network } from '../../../../ir/network.ts';
import type { Activity } from './activity.ts';
import type { Edit } from './edit.ts';

/** What edits are priced by. */
export interface EditContext {
  readonly network: Network;
  readonly chip: ChipModel;
  /** Of a network on a chip, by the traffic that is known. */
  activityOf(network: Network, chip: ChipModel): Activity;
  /** Cores that a changed network or another chip would take; null: something would still be in the way. */
  coresOf(network: Network, chip: ChipModel): number | null;
  /** The result of `make`, made once for each key: several problems are mended by the same edit. */
  once(key: string, make: () => Edit | null): Edit | null;
}
