import { failure } from '../../diagnostics/index.ts';
import type { AnyChip, ChipModel } from '../../ir/chip-model.ts';
import { type CostProfile, type LoihiCostProfile, type SpinnakerCostProfile, withCosts } from '../../ir/cost-profile.ts';
import { LOIHI1 } from '../loihi/chips/loihi1.ts';
import { LOIHI2 } from '../loihi/chips/loihi2.ts';
import { LOIHI1_SANA_FE } from './loihi1-sana-fe.ts';
import { SPINNAKER1_PROFILES } from './spinnaker1.ts';

const LOIHI_PROFILES: readonly LoihiCostProfile[] = [
  profileOf('loihi1-davies2018', 'Loihi 1 as its authors published it, before silicon (Davies et al. 2018, Table 2)', LOIHI1),
  LOIHI1_SANA_FE,
  profileOf('loihi2', 'Loihi 2, of which nothing is published: the figures of loihi1-davies2018, as proxies', LOIHI2),
];

/** Cost profiles that come with spikec. A user's own chip model brings its own costs. */
export const COST_PROFILES: readonly CostProfile[] = [...LOIHI_PROFILES, ...SPINNAKER1_PROFILES];

function profileOf(name: string, description: string, { name: chip, sources, energy, time }: ChipModel): LoihiCostProfile {
  return { family: 'loihi', name, description, chip, sources, energy, time };
}

/** The chip at the prices of a profile by name; null: its own. Throws `bad-arguments`. */
export function priceChip(chip: ChipModel, profile: string | null): ChipModel {
  return profile === null ? chip : withCosts(chip, found(LOIHI_PROFILES, profile, chip));
}

/** The profile of a SpiNNaker machine by name; null: its own model of power. Throws `bad-arguments`. */
export const machineProfile = (chip: AnyChip, profile: string | null): SpinnakerCostProfile =>
  profile === null ? SPINNAKER1_PROFILES[0] : found(SPINNAKER1_PROFILES, profile, chip);

function found<Profile extends CostProfile>(profiles: readonly Profile[], name: string, { name: chip, family }: AnyChip): Profile {
  const profile = profiles.find((each) => each.name === name);
  if (profile !== undefined) return profile;
  const known = COST_PROFILES.some((each) => each.name === name);
  throw failure('bad-arguments', known ? `the cost profile \`${name}\` is not for ${chip}` : `there is no cost profile \`${name}\``, {
    notes: [`profiles for the ${family} family: ${profiles.map((each) => each.name).join(', ')}; without --costs a chip's own costs hold`],
  });
}
