import type { ChipModel } from '../../ir/chip-model.ts';
import { BLOCK_FIELDS, BlockField, type CompartmentGroup, type CoreProgram, type LoihiProgram } from '../../ir/mapping.ts';
import { joinSlices } from '../../ir/slice-regions.ts';
import { checkAxons } from './check-axons.ts';
import { regionsOf } from './core-state.ts';
import { checkFirst, inRange, type Violation } from './violations.ts';

/** A core's place, registers, compartment regions, axons and synapse blocks. */
export function checkCore(core: CoreProgram, index: number, program: LoihiProgram, chip: ChipModel, violation: Violation): void {
  const { geometry, limits } = chip;
  const at = `core ${index}`;
  inRange(violation, `${at}, core`, core.core, index, index);
  inRange(violation, `${at}, chip`, core.chip, 0, limits.chips.value - 1);
  inRange(violation, `${at}, tile`, core.tile, 0, geometry.columns * geometry.rows - 1);
  inRange(violation, `${at}, slot`, core.slot, 0, geometry.coresPerTile - 1);
  const cellsMax = Math.floor((8 * limits.memoryPerCore.value) / chip.memory.bitsPerFastWeight.value);
  inRange(violation, `${at}, fastWeightCells`, core.fastWeightCells, 0, cellsMax);
  if (!inRange(violation, `${at}, compartments`, core.compartments, 0, limits.compartmentsPerCore.value)) return;
  checkBiases(core, at, chip, violation);
  const owner = checkGroups(core, at, program, chip, violation);
  const room = checkBlocks(core, at, chip, owner, violation);
  if (room !== null) checkAxons(core, at, chip, room, violation);
}

function checkBiases(core: CoreProgram, at: string, chip: ChipModel, violation: Violation): void {
  const mantissaMax = 2 ** (chip.limits.biasMantissaBits.value - 1) - 1;
  inRange(violation, `${at}, biasMantissa.length`, core.biasMantissa.length, core.compartments, core.compartments);
  inRange(violation, `${at}, biasExponent.length`, core.biasExponent.length, core.compartments, core.compartments);
  for (let i = 0; i < Math.min(core.biasMantissa.length, core.biasExponent.length); i++) {
    if (!inRange(violation, `${at}, biasMantissa[${i}]`, core.biasMantissa[i], -mantissaMax - 1, mantissaMax)) return;
    if (!inRange(violation, `${at}, biasExponent[${i}]`, core.biasExponent[i], 0, chip.limits.biasExponent.value)) return;
  }
}

/** Returns the group that owns each compartment, -1 where none does. */
function checkGroups(core: CoreProgram, at: string, program: LoihiProgram, chip: ChipModel, violation: Violation): Int32Array {
  const owner = new Int32Array(core.compartments).fill(-1);
  core.groups.forEach((group, g) => {
    checkGroup(group, `${at}, groups[${g}]`, program, chip, violation);
  });
  for (const { group, first, count } of regionsOf(core.groups)) {
    const item = `${at}, groups[${group}]`;
    if (!inRange(violation, `${item}.first`, first, 0, core.compartments - 1)) continue;
    if (!inRange(violation, `${item}.count`, count, 1, core.compartments - first)) continue;
    const taken = owner.subarray(first, first + count).findIndex((other) => other >= 0);
    if (taken >= 0) violation(item, `takes compartment ${first + taken} of groups[${owner[first + taken]}]`, 'regions that do not overlap');
    owner.fill(group, first, first + count);
  }
  return owner;
}

function checkGroup(group: CompartmentGroup, item: string, program: LoihiProgram, chip: ChipModel, violation: Violation): void {
  inRange(violation, `${item}.currentDecay`, group.currentDecay, 0, 4095);
  inRange(violation, `${item}.voltageDecay`, group.voltageDecay, 0, 4096);
  inRange(violation, `${item}.thresholdMantissa`, group.thresholdMantissa, 0, 2 ** chip.limits.thresholdMantissaBits.value - 1);
  if (group.tie === 'ge' && (chip.operations.ties !== true || group.role === 'readout'))
    violation(
      `${item}.tie`,
      'is ge',
      `none: ${group.role === 'readout' ? 'read-outs have no threshold' : `${chip.name} fires above a threshold only`}`,
    );
  checkReset(group, item, chip, violation);
  if (!inRange(violation, `${item}.segment`, group.segment, 0, program.segments.length - 1)) return;
  const segment = program.segments[group.segment];
  if (segment.kind === 'write') violation(`${item}.segment`, `is ${group.segment}, a write segment`, 'neurons run in run segments');
  if (!inRange(violation, `${item}.start`, group.start, 0, segment.steps - 1)) return;
  inRange(violation, `${item}.steps`, group.steps, 1, segment.steps - group.start);
}

function checkReset(
  { resetAmount, role }: CompartmentGroup,
  item: string,
  { name, limits, operations }: ChipModel,
  violation: Violation,
): void {
  if (resetAmount === undefined) return;
  const held = operations.softReset === true && role === 'spiking';
  if (held) inRange(violation, `${item}.resetAmount`, resetAmount, 1, 2 ** (limits.stateBits.value - 1) - 1);
  else
    violation(
      `${item}.resetAmount`,
      `is ${resetAmount}`,
      `none: ${role === 'readout' ? 'read-outs do not spike' : `a spike of ${name} sets the potential to 0`}`,
    );
}

/** Returns how far each list can be shifted with every synapse staying in compartments of its group; null where blocks are wrong. */
function checkBlocks(core: CoreProgram, at: string, chip: ChipModel, owner: Int32Array, violation: Violation): Int32Array | null {
  const { blocks, weights, listFirst } = core;
  const regionEnds = endsOfRegions(core);
  const count = Math.floor(blocks.length / BLOCK_FIELDS);
  inRange(violation, `${at}, blocks.length`, blocks.length, count * BLOCK_FIELDS, count * BLOCK_FIELDS);
  if (!checkFirst(`${at}, listFirst`, listFirst, Math.max(0, listFirst.length - 1), count, violation)) return null;
  const room = new Int32Array(listFirst.length - 1).fill(core.compartments);
  let list = 0;
  const weightMax = 2 ** chip.limits.weightBits.value;
  const exponentMax = chip.limits.weightExponent.value;
  const outside = weights.findIndex((weight) => Math.abs(weight) > weightMax);
  if (outside >= 0) violation(`${at}, weights[${outside}]`, `is ${weights[outside]}`, `-${weightMax} .. ${weightMax}`);
  for (let b = 0; b < count; b++) {
    const field = (offset: number): number => blocks[b * BLOCK_FIELDS + offset];
    const item = `${at}, blocks[${b}]`;
    const fast = field(BlockField.memory) === 1;
    const cells = fast ? core.fastWeightCells : weights.length;
    const sound =
      inRange(violation, `${item}.memory`, field(BlockField.memory), 0, 1) &&
      inRange(violation, `${item}.delay`, field(BlockField.delay), 0, chip.limits.synapticDelay.value) &&
      inRange(violation, `${item}.exponent`, field(BlockField.exponent), fast ? 0 : -exponentMax, exponentMax) &&
      inRange(violation, `${item}.target`, field(BlockField.target), 0, core.compartments - 1) &&
      inRange(violation, `${item}.count`, field(BlockField.count), 1, core.compartments - field(BlockField.target)) &&
      inRange(violation, `${item}.weight`, field(BlockField.weight), 0, cells - field(BlockField.count));
    if (!sound) return null;
    while (listFirst[list + 1] <= b) list++;
    for (let k = 0; k < field(BlockField.count); k++) {
      const compartment = field(BlockField.target) + k;
      const group = owner[compartment];
      if (group < 0) {
        violation(item, `ends in compartment ${compartment}, which no group owns`, 'compartments of neurons, gates and teachers');
        return null;
      }
      if (fast && !learns(core.groups[group], compartment)) {
        violation(item, `is fast but ends in compartment ${compartment}, which has no teacher`, 'neurons of groups with teachFirst');
        return null;
      }
    }
    const end = field(BlockField.target) + field(BlockField.count);
    const left = regionEnds[field(BlockField.target)] - end;
    room[list] = fast ? 0 : Math.max(0, Math.min(room[list], left));
  }
  return room;
}

/** Behind the last compartment of the region (neurons, gates or teachers of a slice) that each compartment is in. */
function endsOfRegions(core: CoreProgram): Int32Array {
  const ends = new Int32Array(core.compartments);
  for (const { first, count } of regionsOf(joinSlices(core.groups))) ends.fill(first + count, first, first + count);
  return ends;
}

const learns = (group: CompartmentGroup, compartment: number): boolean =>
  group.teachFirst !== null && compartment >= group.first && compartment < group.first + group.count;
