import type { Operations } from './count-operations.ts';

/** Joules of an accumulation and of a multiply-accumulate at 45 nm and 0.9 V, by number format (Horowitz, ISSCC 2014). */
export interface Price {
  readonly name: string;
  readonly acJ: number;
  readonly macJ: number;
}

/** 0.9 + 3.7 pJ: what papers use, whatever their networks compute in. */
export const FP32: Price = { name: 'FP32', acJ: 0.9e-12, macJ: 4.6e-12 };
/** 0.4 + 1.1 pJ. */
export const FP16: Price = { name: 'FP16', acJ: 0.4e-12, macJ: 1.5e-12 };
/** 0.03 + 0.2 pJ. */
export const INT8: Price = { name: 'INT8', acJ: 0.03e-12, macJ: 0.23e-12 };

export const PRICES: readonly Price[] = [FP32, FP16, INT8];

export const priceOf = ({ acs, macs }: Operations, { acJ, macJ }: Price): number => acs * acJ + macs * macJ;
