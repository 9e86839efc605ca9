import type { ChipModel } from '../../ir/chip-model.ts';
import { BLOCK_FIELDS, BlockField, type CompartmentGroup, type CoreProgram } from '../../ir/mapping.ts';
import { notLowered } from '../mapping/schedule.ts';
import type { Slice } from '../mapping/slices.ts';
import type { Owner } from './connectivity.ts';
import { FAST_MEMORY, type SliceContent } from './content.ts';
import { dynamicsOf } from './dynamics.ts';
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

/** Puts the slices of one core side by side; slices that read the same spikes share the input axon. */
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
    groups: parts.map((part) => groupOf(part, buffered.has(part.owner.node.id), chip)),
    ...biasesOf(parts, compartment, chip),
    ...axonsOf(parts),
    weights,
    fastWeightCells: fastWeight,
  };
}

function groupOf(part: Part, buffered: boolean, chip: ChipModel): CompartmentGroup {
  const { slice, owner, content, compartment } = part;
  return {
    population: owner.node.id,
    firstNeuron: slice.first,
    first: compartment,
    count: slice.count,
    segment: owner.segment,
    start: owner.start,
    steps: owner.steps,
    ...dynamicsOf(owner, chip),
    gateFirst: content.gateFirst === null ? null : compartment + content.gateFirst,
    teachFirst: content.teachFirst === null ? null : compartment + content.teachFirst,
    buffered,
  };
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

function axonsOf(parts: readonly Part[]): Pick<CoreContent, 'axons' | 'axonFirst' | 'blocks'> {
  const blocksOf = new Map<string, { readonly bundle: number; readonly channel: number; readonly blocks: number[] }>();
  for (const part of parts) {
    const { axonBundle, axonChannel, axonFirst } = part.content;
    axonBundle.forEach((bundle, axon) => {
      const channel = axonChannel[axon];
      const entry = blocksOf.get(`${bundle}:${channel}`) ?? { bundle, channel, blocks: [] };
      blocksOf.set(`${bundle}:${channel}`, entry);
      for (let block = axonFirst[axon]; block < axonFirst[axon + 1]; block++) entry.blocks.push(...movedBlock(part, block));
    });
  }
  const axons = [...blocksOf.values()].sort((a, b) => a.bundle - b.bundle || a.channel - b.channel);
  const axonFirst = new Int32Array(axons.length + 1);
  axons.forEach((axon, i) => {
    axonFirst[i + 1] = axonFirst[i] + axon.blocks.length / BLOCK_FIELDS;
  });
  const blocks = new Int32Array(axonFirst[axons.length] * BLOCK_FIELDS);
  axons.forEach((axon, i) => {
    blocks.set(axon.blocks, axonFirst[i] * BLOCK_FIELDS);
  });
  return { axons: axons.map(({ bundle, channel }) => ({ bundle, channel })), axonFirst, blocks };
}

/** A slice's block, shifted to where the slice lies on the core. */
function movedBlock(part: Part, index: number): Int32Array {
  const block = part.content.blocks.slice(index * BLOCK_FIELDS, (index + 1) * BLOCK_FIELDS);
  block[BlockField.target] += part.compartment;
  block[BlockField.weight] += block[BlockField.memory] === FAST_MEMORY ? part.fastWeight : part.weight;
  return block;
}
