import type { ChipModel } from '../../../ir/chip-model.ts';
import type { CompartmentProfile } from '../resources/profiles.ts';
import type { CoreImage } from './core-image.ts';
import { packRegisters, unpackRegisters } from './layout.ts';
import { damaged, type Where } from './problem.ts';
import { compartmentReset } from './registers.ts';

type ResetImage = Pick<CoreImage, 'compartmentResets'>;

/** A register for each compartment profile, where one of them has something in it. */
export function writeResets(profiles: readonly CompartmentProfile[], chip: ChipModel): ResetImage {
  if (profiles.every(({ resetAmount }) => resetAmount === 0)) return {};
  const registers = profiles.map(({ resetAmount }) => ({ amount: resetAmount }));
  return { compartmentResets: packRegisters(compartmentReset(chip), registers) };
}

/** What a spike of each of `profiles` compartment profiles takes away; 0: it sets the potential to 0. */
export function readResets({ compartmentResets }: ResetImage, profiles: number, chip: ChipModel, where: Where): readonly number[] {
  if (compartmentResets === undefined) return new Array<number>(profiles).fill(0);
  const amounts = unpackRegisters(compartmentReset(chip), compartmentResets, profiles, where).map(({ amount }) => amount);
  if (amounts.length < profiles) throw damaged(where, `has ${amounts.length} registers`, `${profiles}, one for each compartment profile`);
  // A core has one image: without the section, all are 0.
  if (amounts.every((amount) => amount === 0))
    throw damaged(where, 'has nothing in it', 'an amount in one of its registers, or no such section');
  return amounts;
}
