import type { Basis, ChipModel, Figure } from './chip-model.ts';
import type { EventPrice } from './spinnaker-chip.ts';

/** Figures of one origin for what chips of a family do. */
export type CostProfile = LoihiCostProfile | SpinnakerCostProfile;

/** For what a Loihi-style chip does, with which other chips of the family can be priced. */
export interface LoihiCostProfile {
  readonly family: 'loihi';
  readonly name: string;
  readonly description: string;
  /** The chip that the figures are for. */
  readonly chip: string;
  readonly sources: ChipModel['sources'];
  readonly energy: ChipModel['energy'];
  readonly time: ChipModel['time'];
}

/** For what a SpiNNaker machine does. */
export interface SpinnakerCostProfile {
  readonly family: 'spinnaker';
  readonly name: string;
  readonly description: string;
  /** The price of an event; null: the chip's own model of power, boards, cores and packets. */
  readonly price: EventPrice | null;
  /** Idle power: on top of the price, in it, or not said by its authors. */
  readonly idle: 'added' | 'included' | 'unknown';
}

/** The chip at the prices of a profile. On any chip but the profile's own, what was published for that one is a proxy. */
export function withCosts(chip: ChipModel, profile: LoihiCostProfile): ChipModel {
  const borrow = profile.chip === chip.name ? keep : demote;
  return {
    ...chip,
    sources: { ...chip.sources, ...profile.sources },
    energy: borrow(profile.energy),
    time: borrow(profile.time),
  };
}

const keep = <T>(figures: T): T => figures;

/** Each figure as it was, but for its basis. */
const demote = <T extends object>(figures: T): T =>
  Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, borrowed(figure)])) as T;

const PROXY: Readonly<Record<Basis, Basis>> = { published: 'proxy', proxy: 'proxy', assumed: 'assumed' };
const borrowed = <F extends Figure<string>>(figure: F): F => ({ ...figure, basis: PROXY[figure.basis] });
