import { describeQuantized } from '../ir/quantized-features.ts';
import { formatCount } from './format-figures.ts';
import type { DataReport } from './run-report.ts';

/** `rounded to 8 bits, sign included, in steps of 2^0 up to 127; 3 values clipped` */
export const describeFeatures = ({ channels, saturated }: NonNullable<DataReport['quantized']>): string =>
  `rounded to ${channels.map(describeQuantized).join('; ')}; ${formatCount(saturated)} values clipped`;
