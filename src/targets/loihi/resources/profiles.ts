import type { CompartmentGroup } from '../../../ir/mapping.ts';

/** What a group of compartments needs of the profile registers. */
export type ProfiledGroup = Pick<CompartmentGroup, 'currentDecay' | 'voltageDecay' | 'thresholdMantissa' | 'gateFirst' | 'teachFirst'>;

/** Distinct register settings: decays make a compartment profile, thresholds a threshold profile. */
export interface Profiles {
  readonly compartment: ReadonlySet<string>;
  readonly threshold: ReadonlySet<number>;
}

/** `closed`: threshold of compartments outside their window, where registers keep them silent; null: their own program does. Gates and teachers keep nothing from step to step and fire at anything: a profile and a threshold of their own. */
export function profilesOf(groups: readonly ProfiledGroup[], closed: number | null): Profiles {
  const compartment = new Set<string>();
  const threshold = new Set<number>(closed === null ? [] : [closed]);
  for (const { currentDecay, voltageDecay, thresholdMantissa, gateFirst, teachFirst } of groups) {
    compartment.add(`${currentDecay} ${voltageDecay}`);
    threshold.add(thresholdMantissa);
    if (gateFirst === null && teachFirst === null) continue;
    compartment.add('4095 4096');
    threshold.add(0);
  }
  return { compartment, threshold };
}

export const joinProfiles = (a: Profiles, b: Profiles): Profiles => ({
  compartment: new Set([...a.compartment, ...b.compartment]),
  threshold: new Set([...a.threshold, ...b.threshold]),
});
