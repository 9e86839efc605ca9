import type { ChipModel } from '../../ir/chip-model.ts';
import type { CompartmentGroup } from '../../ir/mapping.ts';
import { at } from '../../ir/neuron.ts';
import { areAlike } from '../../ir/slice-regions.ts';
import { notLowered } from '../mapping/schedule.ts';
import type { Slice } from '../mapping/slices.ts';
import type { Owner } from './connectivity.ts';

type Registers = Pick<CompartmentGroup, 'role' | 'currentDecay' | 'voltageDecay' | 'thresholdMantissa' | 'tie' | 'resetAmount'>;

/** Neighbouring neurons of a slice with the same registers; `offset` is counted from the slice's first. */
interface AlikeNeurons {
  readonly offset: number;
  readonly count: number;
  readonly registers: Registers;
}

/** Compartments of a slice that begin at `compartment`: one group, or one for each run of neurons with the same registers. */
export function slicedGroups(
  owner: Owner,
  slice: Slice,
  { gateFirst, teachFirst }: Pick<CompartmentGroup, 'gateFirst' | 'teachFirst'>,
  compartment: number,
  chip: ChipModel,
): readonly Omit<CompartmentGroup, 'segment' | 'start' | 'steps' | 'buffered'>[] {
  return alikeNeurons(owner, slice, chip).map(({ offset, count, registers }) => ({
    population: owner.node.id,
    firstNeuron: slice.first + offset,
    first: compartment + offset,
    count,
    ...registers,
    gateFirst: gateFirst === null ? null : compartment + gateFirst + offset,
    teachFirst: teachFirst === null ? null : compartment + teachFirst + offset,
  }));
}

function alikeNeurons(owner: Owner, { first, count }: Slice, chip: ChipModel): readonly AlikeNeurons[] {
  const { node } = owner;
  if (node.kind === 'readout') {
    // No memory, and a threshold that is never used: the membrane potential of each step is the logit.
    const thresholdMantissa = 2 ** chip.limits.thresholdMantissaBits.value - 1;
    return [{ offset: 0, count, registers: { role: 'readout', currentDecay: 4095, voltageDecay: 4096, thresholdMantissa } }];
  }
  if (node.kind === 'integrator') throw notLowered(`${node.id} integrates without firing`);
  const { neuron } = node;
  if (neuron.parameters !== 'integer') throw notLowered(`${node.id} has ${neuron.parameters} neurons`);
  const { currentDecay, voltageDecay, thresholdMantissa, resetAmount } = neuron;
  const registersOf = (offset: number): Registers => ({
    role: 'spiking',
    currentDecay: at(currentDecay, first + offset),
    voltageDecay: at(voltageDecay, first + offset),
    thresholdMantissa,
    ...(neuron.tie === 'ge' ? { tie: 'ge' } : {}),
    ...(resetAmount === undefined ? {} : { resetAmount: at(resetAmount, first + offset) }),
  });
  if ([currentDecay, voltageDecay, resetAmount].every((each) => typeof each !== 'object'))
    return [{ offset: 0, count, registers: registersOf(0) }];
  const alike: AlikeNeurons[] = [];
  for (let offset = 0, end = 0; offset < count; offset = end) {
    const registers = registersOf(offset);
    for (end = offset + 1; end < count; end++) {
      const next = registersOf(end);
      if (!areAlike(next, registers)) break;
    }
    alike.push({ offset, count: end - offset, registers });
  }
  return alike;
}
