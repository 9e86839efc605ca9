import type { ChipModel } from '../../src/ir/chip-model.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';

/** loihi2 with other values for some limits. */
export function withLimits(values: Partial<Record<keyof ChipModel['limits'], number>>): ChipModel {
  const limits = { ...LOIHI2.limits };
  for (const name of Object.keys(values) as (keyof ChipModel['limits'])[]) limits[name] = { ...limits[name], value: values[name] ?? 0 };
  return { ...LOIHI2, limits };
}

export const withCores = (coresPerChip: number): ChipModel => ({ ...LOIHI2, geometry: { ...LOIHI2.geometry, coresPerChip } });

export const withOperations = (operations: Partial<ChipModel['operations']>): ChipModel => ({
  ...LOIHI2,
  operations: { ...LOIHI2.operations, ...operations },
});
