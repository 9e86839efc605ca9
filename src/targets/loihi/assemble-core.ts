import type { ChipModel } from '../../ir/chip-model.ts';
import { BLOCK_FIELDS, BlockField, type CompartmentGroup, type CoreProgram, FAST_MEMORY } from '../../ir/mapping.ts';
import { notLowered } from '../mapping/schedule.ts';
import type { Slice } from '../mapping/slices.ts';
import { axonKeys } from './axon-keys.ts';
import type { Owner } from './connectivity.ts';
import type { SliceContent } from './content.ts';
import { alikeNeurons } from './dynamics.ts';
import { splitBias } from './split-bias.ts';

/** A core without its place and without its outputs, which depend on all other cores. */
export interface CoreContent extends Omit<CoreProgram, 'core' | 'chip' | 'tile' | 'slot' | 'outputs'> {
  /** Bundle and channel that open each input axon. */
  readonly axons: readonly { readonly bundle: number; readonly channel: number }[];
}

interface Part {
  readonly slice: Slice;
  readonly owner: Owner;
  readonly content: SliceContent;
  /** Where the slice's compartments, weights and fast weights begin on this core. */
  readonly compartment: number;
  readonly weight: number;
  readonly fastWeight: number;
}

/** Puts the slices of one core side by side; slices that read the same spikes share the input axon, see axonKeys. */
export function assembleCore(
  slices: readonly Slice[],
  owners: readonly Owner[],
  contentOf: (slice: Slice) => SliceContent,
  buffered: ReadonlySet<string>,
  chip: ChipModel,
): CoreContent {
  const parts: Part[] = [];
  let [compartment, weight, fastWeight] = [0, 0, 0];
  for (const slice of slices) {
    const content = contentOf(slice);
    parts.push({ slice, owner: owners[slice.owner], content, compartment, weight, fastWeight });
    compartment += content.compartments;
    weight += content.weights.length;
    fastWeight += content.fastWeightCells;
  }
  const weights = new Int16Array(weight);
  for (const part of parts) weights.set(part.content.weights, part.weight);
  return {
    compartments: compartment,
    groups: parts.flatMap((part) => groupsOf(part, buffered.has(part.owner.node.id), chip)),
    ...biasesOf(parts, compartment, chip),
    ...axonsOf(parts),
    weights,
    fastWeightCells: fastWeight,
  };
}

/** One for each run of neurons with the same registers. */
function groupsOf(part: Part, buffered: boolean, chip: ChipModel): readonly CompartmentGroup[] {
  const { slice, owner, content, compartment } = part;
  return alikeNeurons(owner, slice, chip).map(({ offset, count, registers }) => ({
    population: owner.node.id,
    firstNeuron: slice.first + offset,
    first: compartment + offset,
    count,
    segment: owner.segment,
    start: owner.start,
    steps: owner.steps,
    ...registers,
    gateFirst: content.gateFirst === null ? null : compartment + content.gateFirst + offset,
    teachFirst: content.teachFirst === null ? null : compartment + content.teachFirst + offset,
    buffered,
  }));
}

function biasesOf(parts: readonly Part[], compartments: number, chip: ChipModel): Pick<CoreProgram, 'biasMantissa' | 'biasExponent'> {
  const biasMantissa = new Int32Array(compartments);
  const biasExponent = new Int32Array(compartments);
  for (const { slice, owner, compartment } of parts) {
    const { bias } = owner.node;
    for (let i = 0; bias !== null && i < slice.count; i++) {
      const split = splitBias(bias[slice.first + i], chip.limits);
      if (split === null) throw notLowered(`a bias of ${owner.node.id} does not fit its register`);
      biasMantissa[compartment + i] = split.mantissa;
      biasExponent[compartment + i] = split.exponent;
    }
  }
  return { biasMantissa, biasExponent };
}

interface CoreAxon {
  readonly bundle: number;
  readonly channel: number;
  /** Equal for axons that read one list. */
  readonly list: string;
  readonly base: number;
  readonly blocks: number[];
}

function axonsOf(parts: readonly Part[]): Pick<CoreContent, 'axons' | 'axonList' | 'axonBase' | 'listFirst' | 'blocks'> {
  const byKey = new Map<string, CoreAxon>();
  parts.forEach((part, p) => {
    const { axonBundle, axonChannel, axonList, axonBase, listFirst } = part.content;
    axonKeys(part.content, part.slice).forEach((key, axon) => {
      const [bundle, channel, base] = [axonBundle[axon], axonChannel[axon], axonBase[axon]];
      const entry = byKey.get(key) ?? { bundle, channel, list: `${p}:${axonList[axon]}`, base, blocks: [] };
      byKey.set(key, entry);
      for (let block = listFirst[axonList[axon]]; block < listFirst[axonList[axon] + 1]; block++)
        entry.blocks.push(...movedBlock(part, block));
    });
  });
  const axons = [...byKey.values()].sort((a, b) => a.bundle - b.bundle || a.channel - b.channel);
  const lists = new Map(axons.map(({ list, blocks }) => [list, blocks]));
  const indexOf = new Map([...lists.keys()].map((list, index) => [list, index]));
  const listFirst = new Int32Array(lists.size + 1);
  const blocks: number[] = [];
  [...lists.values()].forEach((list, l) => {
    for (const field of list) blocks.push(field);
    listFirst[l + 1] = blocks.length / BLOCK_FIELDS;
  });
  return {
    axons: axons.map(({ bundle, channel }) => ({ bundle, channel })),
    axonList: Int32Array.from(axons, ({ list }) => indexOf.get(list) ?? -1),
    axonBase: Int32Array.from(axons, ({ base }) => base),
    listFirst,
    blocks: Int32Array.from(blocks),
  };
}

/** A slice's block, shifted to where the slice lies on the core. */
function movedBlock(part: Part, index: number): Int32Array {
  const block = part.content.blocks.slice(index * BLOCK_FIELDS, (index + 1) * BLOCK_FIELDS);
  block[BlockField.target] += part.compartment;
  block[BlockField.weight] += block[BlockField.memory] === FAST_MEMORY ? part.fastWeight : part.weight;
  return block;
}
