import type { CompartmentGroup } from '../../../ir/mapping.ts';

/** What a group of compartments needs of the profile registers. */
export type ProfiledGroup = Pick<
  CompartmentGroup,
  'first' | 'currentDecay' | 'voltageDecay' | 'thresholdMantissa' | 'tie' | 'resetAmount' | 'gateFirst' | 'teachFirst'
>;

/** Register settings that compartments share. `gate` and `teacher`: how far behind a neuron its own ones lie; 0: it has none. */
export interface CompartmentProfile {
  readonly currentDecay: number;
  readonly voltageDecay: number;
  readonly gate: number;
  readonly teacher: number;
  /** 1: a potential at the threshold fires. */
  readonly ties: number;
  /** What a spike takes away from the potential; 0: it sets it to 0. */
  readonly resetAmount: number;
}

/** Gates and teachers keep nothing from step to step and fire at anything: a profile and a threshold of their own. */
export const HELPER_PROFILE: CompartmentProfile = {
  currentDecay: 4095,
  voltageDecay: 4096,
  gate: 0,
  teacher: 0,
  ties: 0,
  resetAmount: 0,
};
export const HELPER_THRESHOLD = 0;

/** Distinct register settings of a core, in order of first use. */
export interface Profiles {
  readonly compartment: ReadonlyMap<string, CompartmentProfile>;
  readonly threshold: ReadonlySet<number>;
}

export const profileOf = ({
  first,
  currentDecay,
  voltageDecay,
  gateFirst,
  teachFirst,
  tie,
  resetAmount,
}: ProfiledGroup): CompartmentProfile => ({
  currentDecay,
  voltageDecay,
  gate: gateFirst === null ? 0 : gateFirst - first,
  teacher: teachFirst === null ? 0 : teachFirst - first,
  ties: tie === 'ge' ? 1 : 0,
  resetAmount: resetAmount ?? 0,
});

/** Equal for equal profiles. */
export const profileKey = (profile: CompartmentProfile): string => Object.values(profile).join(' ');

/** `closed`: threshold of compartments outside their window, where registers keep them silent; null: their own program does. */
export function profilesOf(groups: readonly ProfiledGroup[], closed: number | null): Profiles {
  const compartment = new Map<string, CompartmentProfile>();
  const threshold = new Set<number>(closed === null ? [] : [closed]);
  const add = (profile: CompartmentProfile, mantissa: number): void => {
    compartment.set(profileKey(profile), profile);
    threshold.add(mantissa);
  };
  for (const group of groups) {
    add(profileOf(group), group.thresholdMantissa);
    if (group.gateFirst !== null || group.teachFirst !== null) add(HELPER_PROFILE, HELPER_THRESHOLD);
  }
  return { compartment, threshold };
}

export const joinProfiles = (a: Profiles, b: Profiles): Profiles => ({
  compartment: new Map([...a.compartment, ...b.compartment]),
  threshold: new Set([...a.threshold, ...b.threshold]),
});
