import { failure } from '../../diagnostics/index.ts';
import type { ChipModel } from '../../ir/chip-model.ts';
import { type CostProfile, withCosts } from '../../ir/cost-profile.ts';
import { LOIHI1 } from '../loihi/chips/loihi1.ts';
import { LOIHI2 } from '../loihi/chips/loihi2.ts';
import { LOIHI1_SANA_FE } from './loihi1-sana-fe.ts';

/** Cost profiles that come with spikec. A user's own chip model brings its own costs. */
export const COST_PROFILES: readonly CostProfile[] = [
  profileOf('loihi1-davies2018', 'Loihi 1 as its authors published it, before silicon (Davies et al. 2018, Table 2)', LOIHI1),
  LOIHI1_SANA_FE,
  profileOf('loihi2', 'Loihi 2, of which nothing is published: the figures of loihi1-davies2018, as proxies', LOIHI2),
];

function profileOf(name: string, description: string, { name: chip, sources, energy, time }: ChipModel): CostProfile {
  return { name, description, chip, sources, energy, time };
}

/** The chip at the prices of a profile by name; null: its own. Throws `bad-arguments`. */
export function priceChip(chip: ChipModel, profile: string | null): ChipModel {
  if (profile === null) return chip;
  const found = COST_PROFILES.find(({ name }) => name === profile);
  if (found !== undefined) return withCosts(chip, found);
  throw failure('bad-arguments', `there is no cost profile \`${profile}\``, {
    notes: [`profiles: ${COST_PROFILES.map(({ name }) => name).join(', ')}; without --costs a chip's own costs hold`],
  });
}
