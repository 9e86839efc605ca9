/**
 * What changes cost in accuracy: measured on the four SpikeSCR models of models/ (140 clips each, 560 decisions; a clip is 0.7 points, the
 * standard error of an accuracy 2.6). Figures and how to repeat them are in docs/quantization.md and models/README.md.
 */
const TRAIN = 'not known before the changed model is trained';

/** The network and its integers stay as they are. */
export const SAME = 'the same';

export const trained = (scale: string | null = null): string => (scale === null ? TRAIN : `${TRAIN}; for scale, ${scale}`);

export const HALF_WIDTH = 'width 64 in place of 128 costs 2.9 points at 100 timesteps and 0.7 at 40';
export const FEWER_STEPS = '40 timesteps in place of 100 cost 3.6 points at width 128 and 1.4 at width 64';

/** By bits of a weight: decisions of 560 that equal the float model's, and the model that loses most, in points of accuracy. */
const WEIGHT_BITS: Readonly<Record<number, { readonly agree: number; readonly worst: number }>> = {
  8: { agree: 549, worst: 0 },
  7: { agree: 540, worst: 0 },
  6: { agree: 542, worst: -1.4 },
  5: { agree: 538, worst: -1.4 },
  4: { agree: 535, worst: 0 },
  3: { agree: 516, worst: -2.9 },
  2: { agree: 106, worst: -82.1 },
};

export function ofWeightBits(bits: number): string {
  const measured = WEIGHT_BITS[bits];
  if (measured === undefined) return 'not measured; `spikec run` gives it';
  const { agree, worst } = measured;
  return `on our models ${agree} of 560 decisions are the float model's (8 bits: ${WEIGHT_BITS[8].agree}) and the worst of four loses ${-worst} points; \`spikec run\` gives it for this one`;
}

/** Earlier measurements, with a prototype of the quantizer (docs/quantization.md). */
export const ROTARY_BITS =
  'in a prototype, rotated currents rounded down to 16 fractional bits kept 559 of 560 decisions on our models, to 12 bits 553';
export const UNITS = 'in a prototype, thresholds between 2^11 and 2^18 units decided alike on our models, 2^10 lost';
export const EVEN = 'in a prototype, mixed weights rounded to even, halves to even, kept 546 of 560 decisions on our models';
