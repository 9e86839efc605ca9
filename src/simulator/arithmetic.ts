import { FP32 } from './accounting/prices.ts';

export const HOROWITZ_2014 = {
  title: 'Computing’s energy problem (and what we can do about it)',
  reference: 'Horowitz, ISSCC 2014, 10-14, doi 10.1109/ISSCC.2014.6757323; 0.9 pJ an addition, 3.7 pJ a multiplication',
} as const;

export interface ArithmeticEnergy {
  readonly acJoules: number;
  readonly macJoules: number;
  readonly totalJoules: number;
}

/**
 * The usual counting of papers: additions and multiply-accumulates of the network, no memory, no network on chip, no static power.
 * Not the energy of any chip; reported beside it because it is what others publish.
 */
export function arithmetic45nm(acs: number, macs: number): ArithmeticEnergy {
  const acJoules = acs * FP32.acJ;
  const macJoules = macs * FP32.macJ;
  return { acJoules, macJoules, totalJoules: acJoules + macJoules };
}
