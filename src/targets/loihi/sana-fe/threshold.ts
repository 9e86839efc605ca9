import type { CompartmentGroup } from '../../../ir/mapping.ts';

/** Of a potential in 1.0 of SANA-FE's. */
export const UNIT = 64;

/** What a potential has to lie above. Potentials are whole numbers: at the threshold is above the unit below it. */
export const thresholdUnits = ({ thresholdMantissa, tie }: Pick<CompartmentGroup, 'thresholdMantissa' | 'tie'>): number =>
  thresholdMantissa * UNIT - (tie === 'ge' ? 1 : 0);
