import type { ChipModel } from '../../ir/chip-model.ts';
import { BLOCK_FIELDS } from '../../ir/mapping.ts';
import type { SliceRegions } from '../../ir/slice-regions.ts';
import type { Share } from '../mapping/partition.ts';
import { firstListOf, inputAxonEntries } from './resources/axons.ts';
import { accumulatorBits, closedThreshold, compartmentsAllowed } from './resources/compartments.ts';
import type { SynapseFormat } from './resources/format-class.ts';
import { joinProfiles, type ProfiledGroup, type Profiles, profilesOf } from './resources/profiles.ts';
import { layOutSynapses, type SynapseMemory } from './resources/synapse-memory.ts';
import { WORD_BITS } from './resources/synapse-words.ts';
import { targetGroupsOf } from './resources/target-groups.ts';

/** Limits of one core that a placement has to keep. The last four are those of a core with tables of fixed size. */
export type CoreResource =
  | 'compartments'
  | 'memory'
  | 'input axons'
  | 'output axons'
  | 'synapse list'
  | 'synapse formats'
  | 'compartment profiles'
  | 'threshold profiles';

/** Counts of what a core holds. */
export interface CoreCounts {
  readonly compartments: number;
  /** Population axons count as one each. */
  readonly inputAxons: number;
  readonly populationAxons: number;
  readonly outputAxons: number;
  readonly blocks: number;
  readonly weights: number;
  readonly fastWeightCells: number;
  /** null on a chip without tables of fixed size. */
  readonly tables: TableCounts | null;
}

export interface TableCounts {
  readonly synapseWords: number;
  /** If every axon had a list of its own. */
  readonly unsharedWords: number;
  readonly longestList: number;
  readonly formats: readonly SynapseFormat[];
  readonly delayMax: number;
  readonly plasticAxons: number;
  readonly profiles: Profiles;
}

/**
 * Bits of a core's memory. With one budget for everything:
 *   compartments * bitsPerCompartment + input axons * bitsPerInputAxon + output axons * bitsPerOutputAxon
 *   + blocks * bitsPerSynapseBlock (target, length, delay, exponent) + weights * weightBits + fast weights * bitsPerFastWeight
 * With tables of fixed size: the words of the synapse memory, everything else has registers of its own.
 */
export function memoryBits(counts: CoreCounts, chip: ChipModel): number {
  const { memory, limits } = chip;
  if (counts.tables !== null) return counts.tables.synapseWords * WORD_BITS;
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
  const delayMax = counts.tables?.delayMax ?? 0;
  return [
    { resource: 'compartments', used: counts.compartments, allowed: compartmentsAllowed(chip, delayMax) },
    { resource: 'memory', used: Math.ceil(memoryBits(counts, chip) / 8), allowed: memoryBytes },
    {
      resource: 'input axons',
      used: inputAxonEntries(counts.inputAxons, counts.tables?.plasticAxons ?? 0, chip),
      allowed: limits.inputAxonsPerCore.value,
    },
    { resource: 'output axons', used: counts.outputAxons, allowed: limits.outputAxonsPerCore.value },
    ...tableShares(counts.tables, chip),
  ];
}

function tableShares(counts: TableCounts | null, { tables }: ChipModel): readonly Share<CoreResource>[] {
  if (counts === null || tables === undefined) return [];
  return [
    { resource: 'synapse list', used: counts.longestList, allowed: tables.wordsPerSynapseList.value },
    { resource: 'synapse formats', used: counts.formats.length, allowed: tables.synapseFormats.value },
    { resource: 'compartment profiles', used: counts.profiles.compartment.size, allowed: tables.compartmentProfiles.value },
    { resource: 'threshold profiles', used: counts.profiles.threshold.size, allowed: tables.thresholdProfiles.value },
  ];
}

/** Anything that is laid out like a core: a core itself, or a slice alone on one. */
export interface CountedCore {
  readonly compartments: number;
  readonly axonList: Int32Array;
  readonly axonAtom: Int32Array;
  readonly listFirst: Int32Array;
  readonly blocks: Int32Array;
  readonly weights: Int16Array;
  readonly fastWeightCells: number;
  readonly groups: readonly (ProfiledGroup & SliceRegions)[];
}

export function countCore(core: CountedCore, outputAxons: number, chip: ChipModel): CoreCounts {
  return {
    compartments: core.compartments,
    inputAxons: axonsOfAtom(core, 0),
    populationAxons: axonsOfAtom(core, 1),
    outputAxons,
    blocks: core.blocks.length / BLOCK_FIELDS,
    weights: core.weights.length,
    fastWeightCells: core.fastWeightCells,
    tables: countTables(core, chip),
  };
}

const axonsOfAtom = ({ axonAtom }: CountedCore, atom: number): number => axonAtom.reduce((sum, each) => (each === atom ? sum + 1 : sum), 0);

function countTables(core: CountedCore, chip: ChipModel): TableCounts | null {
  if (chip.tables === undefined) return null;
  const { words, lists, longestList, formats, delayMax, plasticAxons } = storeSynapses(core, chip.tables.synapsesPerEntry.value);
  const unsharedWords = core.axonList.reduce((sum, list) => sum + lists[list].wordsUsed, 0);
  const profiles = profilesOf(core.groups, closedThreshold(chip));
  return { synapseWords: words, unsharedWords, longestList, formats, delayMax, plasticAxons, profiles };
}

/** How the core's synapse memory holds its synapses. */
export function storeSynapses(core: Omit<CountedCore, 'fastWeightCells'>, synapsesPerEntry: number): SynapseMemory {
  const owners = targetGroupsOf(core.groups, core.compartments);
  const ownerOf = (compartment: number) => owners[compartment] ?? { first: 0, span: core.compartments };
  return layOutSynapses(core, ownerOf, synapsesPerEntry, firstListOf(core));
}

/** Of two slices on one core that share all but `inputAxons` input axons. Lists of a shared axon are counted apart: together they take no more. */
export function addCounts(a: CoreCounts, b: CoreCounts, inputAxons: number): CoreCounts {
  return {
    compartments: a.compartments + b.compartments,
    inputAxons,
    populationAxons: a.populationAxons + b.populationAxons,
    outputAxons: a.outputAxons + b.outputAxons,
    blocks: a.blocks + b.blocks,
    weights: a.weights + b.weights,
    fastWeightCells: a.fastWeightCells + b.fastWeightCells,
    tables: a.tables === null || b.tables === null ? null : addTables(a.tables, b.tables),
  };
}

function addTables(a: TableCounts, b: TableCounts): TableCounts {
  return {
    synapseWords: a.synapseWords + b.synapseWords,
    unsharedWords: a.unsharedWords + b.unsharedWords,
    longestList: a.longestList + b.longestList,
    // A format counts its targets from the first compartment of their slice: slices share none.
    formats: [...a.formats, ...b.formats],
    delayMax: Math.max(a.delayMax, b.delayMax),
    plasticAxons: a.plasticAxons + b.plasticAxons,
    profiles: joinProfiles(a.profiles, b.profiles),
  };
}

/** Delay bits that a core's accumulators need; null on a chip that gives up nothing for them. */
export const delayBitsOf = (counts: CoreCounts): number | null => (counts.tables === null ? null : accumulatorBits(counts.tables.delayMax));
