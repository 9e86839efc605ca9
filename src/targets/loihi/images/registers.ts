import type { ChipModel } from '../../../ir/chip-model.ts';
import { WORD_BITS } from '../resources/synapse-words.ts';
import { bitsFor, type Layout, layout, signed, unsigned } from './layout.ts';

type NamesOf<T> = T extends Layout<infer Name> ? Name : never;

/** Values of the fields of one of the registers below. */
export type Register<Make extends (chip: ChipModel) => Layout> = Readonly<Record<NamesOf<ReturnType<Make>>, number>>;

/** Decays and joins that compartments share (Loihi 1: cxProfile). */
export const compartmentProfile = ({ limits, operations }: ChipModel) => {
  const offset = bitsFor(limits.compartmentsPerCore.value);
  return layout(
    unsigned('decayU', 12, 'decay of the current: a step leaves (4095 - decayU) / 4096 of it'),
    unsigned('decayV', 12, 'decay of the potential: a step leaves (4096 - decayV - offsetV) / 4096 of it'),
    unsigned('offsetV', 1, 'added to decayV (dmOffset)'),
    unsigned('refractDelay', 6, 'steps from a spike to the next possible one: always 1'),
    unsigned('gate', offset, 'the compartment this many behind lets current and bias pass only where it was reached; 0: none'),
    unsigned('teacher', offset, 'the compartment this many behind receives the values that write fast weights; 0: none'),
    unsigned('ties', operations.ties === true ? 1 : 0, '1: a potential at the threshold fires'),
  );
};

/** What the spikes of a compartment profile do to the potential. Only in images where some do not set it to 0. */
export const compartmentReset = ({ limits, operations }: ChipModel) => {
  const bits = operations.softReset === true ? limits.stateBits.value - 1 : 0;
  return layout(unsigned('amount', bits, 'what a spike takes away from the potential; 0: it sets the potential to 0'));
};

/** Thresholds that compartments share (Loihi 1: vthProfile). */
export const thresholdProfile = ({ limits }: ChipModel) =>
  layout(unsigned('vth', limits.thresholdMantissaBits.value, 'mantissa of the threshold, in units of 64'));

/** One compartment (Loihi 1: cxCfg). */
export const compartment = (chip: ChipModel) => {
  const { limits, tables } = chip;
  const most = limits.compartmentsPerCore.value;
  return layout(
    signed('bias', limits.biasMantissaBits.value, 'mantissa of the bias'),
    unsigned('biasExp', bitsFor(limits.biasExponent.value + 1), 'exponent of the bias'),
    unsigned('vthProfile', bitsFor(tables?.thresholdProfiles.value ?? most), 'its threshold profile'),
    unsigned('cxProfile', bitsFor(tables?.compartmentProfiles.value ?? most), 'its compartment profile'),
    unsigned('outputs', bitsFor(limits.outputAxonsPerCore.value + 1), 'first output axon of its spikes, counted from 1; 0: none'),
    unsigned('atom', atomBits(chip), 'of its spikes, for axons that serve a population'),
  );
};

/** Where an input axon's synapses lie (Loihi 1: synapseMap). On a chip with blocks the last of a list says so. */
export const inputAxon = (chip: ChipModel) => {
  const { limits, tables } = chip;
  const words = Math.floor((8 * limits.memoryPerCore.value) / WORD_BITS);
  return layout(
    tables === undefined
      ? unsigned('pointer', bitsFor(blocksMax(chip) + 1), 'first block of its list, counted from 1; 0: none')
      : unsigned('pointer', bitsFor(words), 'first word of its list; 0 where there is none'),
    unsigned('length', tables === undefined ? 0 : bitsFor(tables.wordsPerSynapseList.value + 1), 'number of words'),
    unsigned('base', bitsFor(axonBaseMax(chip) + 1), 'added to the target of each synapse: axons may read one list'),
    unsigned('atoms', atomBits(chip), 'lists, less one: the atom of a spike says which, they stand `length` words apart'),
    unsigned('learning', 1, '1: fast weights are among them'),
  );
};

const atomBits = ({ populationAxons }: ChipModel): number => bitsFor(populationAxons?.atoms.value ?? 1);

const axonBaseMax = ({ sharedLists, limits }: ChipModel): number =>
  Math.min(sharedLists?.axonBase.value ?? 0, limits.compartmentsPerCore.value - 1);

/** Where a spike goes. */
export const outputAxon = ({ limits, geometry, populationAxons }: ChipModel) =>
  layout(
    unsigned('axon', bitsFor(limits.inputAxonsPerCore.value), 'input axon register that it opens there'),
    unsigned('core', bitsFor(coreIdsOf(geometry)), 'core on that chip: tile * cores of a tile + slot'),
    unsigned('chip', bitsFor(limits.chips.value), 'chip'),
    unsigned('population', populationAxons === undefined ? 0 : 1, '1: the atom goes along (pop16), 0: it does not (discrete)'),
    unsigned('last', 1, '1: the last one of its source'),
  );

export const coreIdsOf = ({ columns, rows, coresPerTile }: ChipModel['geometry']): number => columns * rows * coresPerTile;

/** What a core with tables has once. */
export const listSettings = ({ limits }: ChipModel) =>
  layout(
    unsigned('delayBits', 4, 'delay bits of the accumulators (dendriteAccumCfg)'),
    unsigned('posVmLimit', 3, 'potentials stay below 2^(9 + 2 posVmLimit): always 7 (dendriteSharedCfg)'),
    unsigned('negVmLimit', 5, 'potentials stay above -2^negVmLimit: always 23'),
    unsigned('numUpdates', bitsFor(Math.ceil(limits.compartmentsPerCore.value / 4) + 1), 'groups of four compartments in use'),
    unsigned('numStdp', bitsFor(limits.inputAxonsPerCore.value + 1), 'axons with fast weights'),
  );

/** A synapse format (Loihi 1: synapseFmt). */
export const synapseFormat = (_: ChipModel) =>
  layout(
    unsigned('compression', 2, '0 sparse, 2 run-length, 3 dense'),
    unsigned('idxBits', 3, 'code of the bits of an index: place in 0, 6, 7, 8, 9, 10, 11, 12'),
    unsigned('wgtBits', 3, 'code of the bits of a weight: place in 0, 1, 2, 3, 4, 5, 6, 8'),
    unsigned('dlyBits', 3, 'bits of a delay'),
    unsigned('skipBits', 3, 'bits of a gap; 0 unless run-length'),
    signed('wgtExp', 4, 'a weight counts 2^(6 + wgtExp)'),
    unsigned('fanoutType', 2, '1 both signs, 2 excitatory, 3 inhibitory'),
    unsigned('numSynapses', 6, 'synapses that an entry may have, less one'),
    unsigned('learning', 1, '1: fast weights, 0 when a clip begins'),
    unsigned('targetBase', 12, 'compartment that indices count from'),
  );

export const NUM_SYNAPSES = unsigned('numSynapses', 6, 'synapses of the entry, less one');
export const FORMAT_ID = unsigned('synFmtId', 4, 'format of the entry; 0 ends the list');

/** What a core with one budget has once. */
export const blockSettings = (chip: ChipModel) =>
  layout(
    unsigned('weightCells', bitsFor(weightCellsMax(chip) + 1), 'weights in use'),
    unsigned('fastWeightCells', bitsFor(fastCellsMax(chip) + 1), 'fast weights in use, all 0 when a clip begins'),
  );

/** A run of synapses on a core with one budget. */
export const synapseBlock = (chip: ChipModel) => {
  const { limits } = chip;
  const compartments = bitsFor(limits.compartmentsPerCore.value);
  return layout(
    unsigned('target', compartments, 'compartment of the first synapse; the others follow'),
    unsigned('count', compartments, 'synapses, less one'),
    unsigned('delay', bitsFor(limits.synapticDelay.value + 1), 'steps of delay'),
    signed('exponent', bitsFor(limits.weightExponent.value + 1) + 1, 'a weight counts 2^(6 + exponent)'),
    unsigned('memory', 1, '0: weights, 1: fast weights'),
    unsigned('signs', 2, 'of its weights: 1 both, 2 excitatory, 3 inhibitory; 0 for fast ones'),
    unsigned('weight', bitsFor(Math.max(weightCellsMax(chip), fastCellsMax(chip))), 'cell of the first synapse; the others follow'),
    unsigned('last', 1, '1: the last one of its list'),
  );
};

/** No memory is taken to be larger. */
const CELLS_MAX = 2 ** 24;

const cellsIn = (chip: ChipModel, bits: number): number => Math.min(CELLS_MAX, Math.floor((8 * chip.limits.memoryPerCore.value) / bits));

const blocksMax = (chip: ChipModel): number => cellsIn(chip, chip.memory.bitsPerSynapseBlock.value);
export const weightCellsMax = (chip: ChipModel): number => cellsIn(chip, chip.limits.weightBits.value);
const fastCellsMax = (chip: ChipModel): number => cellsIn(chip, chip.memory.bitsPerFastWeight.value);
