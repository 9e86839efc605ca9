import type { ChipModel } from '../../ir/chip-model.ts';
import { BLOCK_FIELDS, BlockField, type CompartmentGroup, type CoreProgram, FAST_MEMORY } from '../../ir/mapping.ts';
import { notLowered } from '../mapping/schedule.ts';
import type { Slice } from '../mapping/slices.ts';
import { axonEntries } from './axon-entries.ts';
import type { Owner } from './connectivity.ts';
import type { SliceContent } from './content.ts';
import { slicedGroups } from './dynamics.ts';
import { oneBehindTheOther } from './share-lists.ts';
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

/** Puts the slices of one core side by side; slices that read the same spikes share the input axon, see AxonEntry. */
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

function groupsOf({ slice, owner, content, compartment }: Part, buffered: boolean, chip: ChipModel): readonly CompartmentGroup[] {
  const { segment, start, steps } = owner;
  return slicedGroups(owner, slice, content, compartment, chip).map((group) => ({ ...group, segment, start, steps, buffered }));
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

/** An entry of the core's input axon table. */
interface CoreEntry {
  readonly bundle: number;
  readonly base: number;
  /** By atom. `list`: equal for axons that read one list. */
  readonly axons: readonly { readonly channel: number; readonly list: string; readonly blocks: number[] }[];
}

type CoreAxons = Pick<CoreContent, 'axons' | 'axonList' | 'axonBase' | 'axonAtom' | 'listFirst' | 'blocks'>;

function axonsOf(parts: readonly Part[]): CoreAxons {
  const byKey = new Map<string, CoreEntry>();
  parts.forEach((part, p) => {
    const { axonBundle, axonChannel, axonList, axonBase, listFirst } = part.content;
    for (const { key, axons } of axonEntries(part.content, part.slice)) {
      const entry = byKey.get(key) ?? {
        bundle: axonBundle[axons[0]],
        base: axonBase[axons[0]],
        axons: axons.map((axon) => ({ channel: axonChannel[axon], list: `${p}:${axonList[axon]}`, blocks: [] })),
      };
      byKey.set(key, entry);
      axons.forEach((axon, atom) => {
        for (let block = listFirst[axonList[axon]]; block < listFirst[axonList[axon] + 1]; block++) {
          entry.axons[atom].blocks.push(...movedBlock(part, block));
        }
      });
    }
  });
  const isDiscrete = ({ axons }: CoreEntry): number => (axons.length === 1 ? 1 : 0);
  const entries = [...byKey.values()].sort(
    (a, b) => isDiscrete(a) - isDiscrete(b) || a.bundle - b.bundle || a.axons[0].channel - b.axons[0].channel,
  );
  const axons = entries.flatMap(({ bundle, base, axons: atoms }) => atoms.map((axon, atom) => ({ ...axon, bundle, base, atom })));
  const lists = new Map(axons.map(({ list, blocks }) => [list, blocks]));
  const indexOf = new Map([...lists.keys()].map((list, index) => [list, index]));
  return {
    axons: axons.map(({ bundle, channel }) => ({ bundle, channel })),
    axonList: Int32Array.from(axons, ({ list }) => indexOf.get(list) ?? -1),
    axonBase: Int32Array.from(axons, ({ base }) => base),
    axonAtom: Int32Array.from(axons, ({ atom }) => atom),
    ...oneBehindTheOther([...lists.values()]),
  };
}

/** A slice's block, shifted to where the slice lies on the core. */
function movedBlock(part: Part, index: number): Int32Array {
  const block = part.content.blocks.slice(index * BLOCK_FIELDS, (index + 1) * BLOCK_FIELDS);
  block[BlockField.target] += part.compartment;
  block[BlockField.weight] += block[BlockField.memory] === FAST_MEMORY ? part.fastWeight : part.weight;
  return block;
}
