import type { ChipModel } from '../../ir/chip-model.ts';
import { BLOCK_FIELDS } from '../../ir/mapping.ts';
import type { Share } from '../mapping/partition.ts';

/** Limits of one core that a placement has to keep. */
export type CoreResource = 'compartments' | 'memory' | 'input axons' | 'output axons';

/** Counts of what a core holds. */
export interface CoreCounts {
  readonly compartments: number;
  readonly inputAxons: number;
  readonly outputAxons: number;
  readonly blocks: number;
  readonly weights: number;
  readonly fastWeightCells: number;
}

/**
 * Bits of a core's memory:
 *   compartments * bitsPerCompartment + input axons * bitsPerInputAxon + output axons * bitsPerOutputAxon
 *   + blocks * bitsPerSynapseBlock (target, length, delay, exponent) + weights * weightBits + fast weights * bitsPerFastWeight
 */
export function memoryBits(counts: CoreCounts, chip: ChipModel): number {
  const { memory, limits } = chip;
  return (
    counts.compartments * memory.bitsPerCompartment.value +
    counts.inputAxons * memory.bitsPerInputAxon.value +
    counts.outputAxons * memory.bitsPerOutputAxon.value +
    counts.blocks * memory.bitsPerSynapseBlock.value +
    counts.weights * limits.weightBits.value +
    counts.fastWeightCells * memory.bitsPerFastWeight.value
  );
}

/** Memory in bytes, everything else counted. */
export function coreShares(counts: CoreCounts, chip: ChipModel): readonly Share<CoreResource>[] {
  const { limits } = chip;
  const memoryBytes = limits.memoryPerCore.unit === 'bit' ? limits.memoryPerCore.value / 8 : limits.memoryPerCore.value;
  return [
    { resource: 'compartments', used: counts.compartments, allowed: limits.compartmentsPerCore.value },
    { resource: 'memory', used: Math.ceil(memoryBits(counts, chip) / 8), allowed: memoryBytes },
    { resource: 'input axons', used: counts.inputAxons, allowed: limits.inputAxonsPerCore.value },
    { resource: 'output axons', used: counts.outputAxons, allowed: limits.outputAxonsPerCore.value },
  ];
}

/** Counts of anything that is laid out like a core: `axonFirst`, `blocks`, `weights`. */
export function countCore(
  core: {
    readonly compartments: number;
    readonly axonFirst: Int32Array;
    readonly blocks: Int32Array;
    readonly weights: Int16Array;
    readonly fastWeightCells: number;
  },
  outputAxons: number,
): CoreCounts {
  return {
    compartments: core.compartments,
    inputAxons: core.axonFirst.length - 1,
    outputAxons,
    blocks: core.blocks.length / BLOCK_FIELDS,
    weights: core.weights.length,
    fastWeightCells: core.fastWeightCells,
  };
}
