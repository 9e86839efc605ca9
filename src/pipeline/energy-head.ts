import type { EnergyTerm } from '../ir/energy-term.ts';
import type { ReportParts, SourceReport } from '../report/index.ts';
import { arithmetic45nm, HOROWITZ_2014 } from '../simulator/arithmetic.ts';
import type { Pace, PaceOptions } from '../simulator/pace.ts';
import type { CostOptions } from './costs.ts';

export const NOT_SIMULATED = 'no chip was simulated at this level';

export const HOROWITZ: SourceReport = { key: 'horowitz2014', ...HOROWITZ_2014 };

/** How a run is priced, and at what pace. */
export interface Prices {
  readonly pace: PaceOptions;
  readonly costs: CostOptions;
}

/** What every chip's bill says before its terms. */
export function energyHead(chip: string, { pace, costs }: Prices, { acs, macs }: { readonly acs: number; readonly macs: number }) {
  const { acJoules, macJoules } = arithmetic45nm(acs, macs);
  return {
    mode: pace.pace,
    costs: costs.profile ?? `own costs of ${chip}`,
    without: costs.without,
    arithmetic45nm: { acJoules, macJoules },
  };
}

/** The bill where no chip was simulated: one term, unknown. */
export function unsimulated(name: string): Pick<ReportParts['energy'], 'basis' | 'terms' | 'paces' | 'sources'> {
  const count = { count: 0, per: 'clip', costJ: null, joules: null } as const;
  const term: EnergyTerm = { name, kind: 'dynamic', ...count, basis: 'assumed', source: 'none', reason: NOT_SIMULATED };
  return { basis: 'assumed', terms: [term], paces: [], sources: [HOROWITZ] };
}

/** Real time needs the seconds of a frame. */
export const pacesOf = ({ timestepS }: PaceOptions): readonly Pace[] => (timestepS === null ? ['fast'] : ['fast', 'real-time']);
