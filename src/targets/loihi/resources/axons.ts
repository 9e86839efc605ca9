import type { ChipModel } from '../../../ir/chip-model.ts';
import type { CoreProgram } from '../../../ir/mapping.ts';

/** Entries of the input axon table: an axon with plastic synapses takes several (two on Loihi 1: nengo-loihi, block.py). */
export function inputAxonEntries(axons: number, plasticAxons: number, chip: ChipModel): number {
  return axons + plasticAxons * ((chip.tables?.axonsPerPlasticAxon.value ?? 1) - 1);
}

/** Lists of a population axon stand together: the first one of each list's. Lists of discrete axons stand alone. */
export function firstListOf({ axonList, axonAtom, listFirst }: Pick<CoreProgram, 'axonList' | 'axonAtom' | 'listFirst'>): Int32Array {
  const first = new Int32Array(listFirst.length - 1);
  axonList.forEach((list, axon) => {
    first[list] = list - axonAtom[axon];
  });
  return first;
}
