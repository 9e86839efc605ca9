import type { ChipModel } from '../../../ir/chip-model.ts';
import type { CompartmentGroup, CoreProgram } from '../../../ir/mapping.ts';
import { closedThreshold } from '../resources/compartments.ts';
import {
  type CompartmentProfile,
  HELPER_PROFILE,
  HELPER_THRESHOLD,
  type ProfiledGroup,
  profileKey,
  profileOf,
  profilesOf,
} from '../resources/profiles.ts';
import type { CoreImage } from './core-image.ts';
import { packRegisters, unpackRegisters } from './layout.ts';
import { damaged, type Where, within } from './problem.ts';
import { compartment, compartmentProfile, type Register, thresholdProfile } from './registers.ts';
import { readResets, writeResets } from './resets.ts';
import type { RouteImages } from './routes.ts';

type Compartment = Register<typeof compartment>;
type Profile = Register<typeof compartmentProfile>;

/** What the embedded processor knows of a group: whose neurons it holds, when they run, what becomes of their spikes. */
export type GroupWindow = Omit<CompartmentGroup, keyof GroupRegisters>;
type GroupRegisters = Pick<
  CompartmentGroup,
  'currentDecay' | 'voltageDecay' | 'thresholdMantissa' | 'tie' | 'resetAmount' | 'gateFirst' | 'teachFirst'
>;

/** Decays of 12 bits, and one more on the potential's: registers of Loihi 1 that hold no memory at all need it. */
const DECAY_MAX = 2 ** 12 - 1;
/** A neuron may fire again in the next step. */
const REFRACT_DELAY = 1;

export type CompartmentImages = Pick<CoreImage, 'compartmentProfiles' | 'compartmentResets' | 'thresholdProfiles' | 'compartments'>;

/** `outputs`: first output axon of each compartment, counted from 1, and its atom. */
export function writeCompartments(core: CoreProgram, outputs: Pick<RouteImages, 'lists' | 'atoms'>, chip: ChipModel): CompartmentImages {
  const profiles = profilesOf(core.groups, closedThreshold(chip));
  const profileIndex = new Map([...profiles.compartment.keys()].map((key, index) => [key, index]));
  const thresholdIndex = new Map([...profiles.threshold].map((threshold, index) => [threshold, index]));
  const cxProfile = new Int32Array(core.compartments);
  const vthProfile = new Int32Array(core.compartments);
  const assign = (first: number | null, count: number, profile: CompartmentProfile, threshold: number): void => {
    if (first === null) return;
    cxProfile.fill(profileIndex.get(profileKey(profile)) ?? -1, first, first + count);
    vthProfile.fill(thresholdIndex.get(threshold) ?? -1, first, first + count);
  };
  for (const group of core.groups) {
    assign(group.first, group.count, profileOf(group), group.thresholdMantissa);
    assign(group.gateFirst, group.count, HELPER_PROFILE, HELPER_THRESHOLD);
    assign(group.teachFirst, group.count, HELPER_PROFILE, HELPER_THRESHOLD);
  }
  return {
    compartmentProfiles: packRegisters(compartmentProfile(chip), [...profiles.compartment.values()].map(toRegister)),
    ...writeResets([...profiles.compartment.values()], chip),
    thresholdProfiles: packRegisters(
      thresholdProfile(chip),
      [...profiles.threshold].map((vth) => ({ vth })),
    ),
    compartments: packRegisters(
      compartment(chip),
      outputs.lists.map((first, i) => ({
        bias: core.biasMantissa[i],
        biasExp: core.biasExponent[i],
        vthProfile: vthProfile[i],
        cxProfile: cxProfile[i],
        outputs: first,
        atom: outputs.atoms[i] ?? 0,
      })),
    ),
  };
}

function toRegister({ currentDecay, voltageDecay, gate, teacher, ties }: CompartmentProfile): Profile {
  const decayV = Math.min(voltageDecay, DECAY_MAX);
  return { decayU: currentDecay, decayV, offsetV: voltageDecay - decayV, refractDelay: REFRACT_DELAY, gate, teacher, ties };
}

/** Registers of a core's compartments, as far as they can be read without knowing the groups. */
export interface Compartments {
  readonly profiles: readonly CompartmentProfile[];
  readonly thresholds: readonly number[];
  readonly compartments: readonly Compartment[];
}

export function readCompartments(images: CompartmentImages, chip: ChipModel, at: (section: string) => Where): Compartments {
  const { limits, tables } = chip;
  const most = limits.compartmentsPerCore.value;
  const profilesAt = at('compartmentProfiles');
  const profilesMax = tables?.compartmentProfiles.value ?? most;
  const profiles = unpackRegisters(compartmentProfile(chip), images.compartmentProfiles, profilesMax, profilesAt);
  const resets = readResets(images, profiles.length, chip, at('compartmentResets'));
  const thresholdsAt = at('thresholdProfiles');
  const thresholds = unpackRegisters(
    thresholdProfile(chip),
    images.thresholdProfiles,
    tables?.thresholdProfiles.value ?? most,
    thresholdsAt,
  );
  const closed = closedThreshold(chip);
  if (closed !== null && thresholds[0]?.vth !== closed) {
    throw damaged(
      within(thresholdsAt, '[0]'),
      `is ${thresholds[0]?.vth ?? 'missing'}`,
      `${closed}: out of reach, for compartments outside their window`,
    );
  }
  const compartments = unpackRegisters(compartment(chip), images.compartments, most, at('compartments'));
  compartments.forEach(({ cxProfile, vthProfile }, i) => {
    const where = within(at('compartments'), `[${i}]`);
    if (cxProfile >= profiles.length) throw damaged(where, `has compartment profile ${cxProfile}`, `0 .. ${profiles.length - 1}`);
    if (vthProfile >= thresholds.length) throw damaged(where, `has threshold profile ${vthProfile}`, `0 .. ${thresholds.length - 1}`);
  });
  return {
    profiles: profiles.map((profile, i) => fromRegister(profile, resets[i], within(profilesAt, `[${i}]`))),
    thresholds: thresholds.map(({ vth }) => vth),
    compartments,
  };
}

function fromRegister(profile: Profile, resetAmount: number, where: Where): CompartmentProfile {
  const { decayU, decayV, offsetV, refractDelay, gate, teacher, ties } = profile;
  if (refractDelay !== REFRACT_DELAY)
    throw damaged(where, `has refractDelay ${refractDelay}`, `${REFRACT_DELAY}: neurons may fire in every step`);
  // The offset is for what 12 bits cannot say, so that a decay has one form only.
  if (offsetV === 1 && decayV < DECAY_MAX) throw damaged(where, `has offsetV 1 and decayV ${decayV}`, `offsetV 0, or decayV ${DECAY_MAX}`);
  return { currentDecay: decayU, voltageDecay: decayV + offsetV, gate, teacher, ties, resetAmount };
}

/** Groups with what the registers of their compartments say. `at` names the groups, `compartmentsAt` the registers. */
export function readGroups(windows: readonly GroupWindow[], registers: Compartments, at: Where, compartmentsAt: Where): CompartmentGroup[] {
  const owned = new Uint8Array(registers.compartments.length);
  const groups = windows.map((window, index): CompartmentGroup => {
    const { population, firstNeuron, first, count, segment, start, steps, role, buffered } = window;
    const neurons = shared(registers, window, first, within(at, `[${index}]`), compartmentsAt);
    const { currentDecay, voltageDecay, gate, teacher, ties, resetAmount } = neurons.profile;
    const [gateFirst, teachFirst] = [gate, teacher].map((offset) => (offset === 0 ? null : first + offset));
    if (role === 'readout' && ties === 1) throw damaged(within(compartmentsAt, `[${first}]`), 'is a read-out and fires at ties', 'ties 0');
    owned.fill(1, first, first + count);
    for (const helper of [gateFirst, teachFirst]) {
      if (helper === null) continue;
      const { profile, threshold } = shared(registers, window, helper, within(at, `[${index}]`), compartmentsAt);
      if (profileKey(profile) !== profileKey(HELPER_PROFILE) || threshold !== HELPER_THRESHOLD) {
        throw damaged(
          within(compartmentsAt, `[${helper}]`),
          'serves others and has a memory or a threshold',
          'the profile of gates and teachers',
        );
      }
      owned.fill(1, helper, helper + count);
    }
    return {
      population,
      firstNeuron,
      first,
      count,
      segment,
      start,
      steps,
      role,
      currentDecay,
      voltageDecay,
      thresholdMantissa: neurons.threshold,
      ...(ties === 1 ? { tie: 'ge' } : {}),
      ...(resetAmount === 0 ? {} : { resetAmount }),
      gateFirst,
      teachFirst,
      buffered,
    };
  });
  registers.compartments.forEach(({ cxProfile, vthProfile }, i) => {
    if (owned[i] === 0 && cxProfile + vthProfile > 0)
      throw damaged(within(compartmentsAt, `[${i}]`), 'belongs to no group and has profiles', 'profiles 0');
  });
  return groups;
}

/** The profile and threshold that `count` compartments from `first` on have in common. */
function shared(
  { profiles, thresholds, compartments }: Compartments,
  { count }: Pick<ProfiledGroup & GroupWindow, 'count'>,
  first: number,
  where: Where,
  compartmentsAt: Where,
): { readonly profile: CompartmentProfile; readonly threshold: number } {
  if (first + count > compartments.length)
    throw damaged(where, `needs compartments ${first} .. ${first + count - 1}`, `0 .. ${compartments.length - 1}`);
  const { cxProfile, vthProfile } = compartments[first];
  for (let i = first; i < first + count; i++) {
    if (compartments[i].cxProfile === cxProfile && compartments[i].vthProfile === vthProfile) continue;
    const found = `has profiles ${compartments[i].cxProfile} and ${compartments[i].vthProfile}`;
    throw damaged(within(compartmentsAt, `[${i}]`), found, `${cxProfile} and ${vthProfile}, as the others of its group`);
  }
  return { profile: profiles[cxProfile], threshold: thresholds[vthProfile] };
}
