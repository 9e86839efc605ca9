/** Joules of a 32-bit floating-point accumulation and multiply-accumulate at 45 nm and 0.9 V. */
const AC_JOULES = 0.9e-12;
const MAC_JOULES = 4.6e-12;

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
  const acJoules = acs * AC_JOULES;
  const macJoules = macs * MAC_JOULES;
  return { acJoules, macJoules, totalJoules: acJoules + macJoules };
}
