import type { Basis, ChipModel, Figure } from './chip-model.ts';

/** Figures of one origin for what a chip does, which other chips can be priced with. */
export interface CostProfile {
  readonly name: string;
  readonly description: string;
  /** The chip that the figures are for. */
  readonly chip: string;
  readonly sources: ChipModel['sources'];
  readonly energy: ChipModel['energy'];
  readonly time: ChipModel['time'];
}

/** The chip at the prices of a profile. On any chip but the profile's own, what was published for that one is a proxy. */
export function withCosts(chip: ChipModel, profile: CostProfile): ChipModel {
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
