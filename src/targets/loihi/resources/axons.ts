import type { ChipModel } from '../../../ir/chip-model.ts';

/** Entries of the input axon table: an axon with plastic synapses takes several (two on Loihi 1: nengo-loihi, block.py). */
export function inputAxonEntries(axons: number, plasticAxons: number, chip: ChipModel): number {
  return axons + plasticAxons * ((chip.tables?.axonsPerPlasticAxon.value ?? 1) - 1);
}
