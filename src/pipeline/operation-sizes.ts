import { BLOCK_FIELDS, BlockField, type CoreProgram, type EmbeddedOperation, outputSize, type ReadoutProgram } from '../ir/mapping.ts';
import { describeQuantized } from '../ir/quantized-features.ts';

/** The embedded processor keeps values and tables in words. */
export const WORD = 4;

/** Words of an operation’s tables and of the stream that it leaves. */
export function wordsOf(operation: EmbeddedOperation): number {
  const left = operation.steps * outputSize(operation);
  switch (operation.kind) {
    case 'rotary':
      return left + operation.direct.length + operation.partner.length;
    case 'reorder':
      return left + operation.permutation.length;
    case 'constant':
      return operation.positions.length;
    case 'bit-planes':
    case 'mask':
      return left;
  }
}

/** Part of a core’s synapses that end in a population, its gates and teachers included; a core without synapses goes by compartments. */
export function shareOf(core: CoreProgram, population: string): number {
  const own = new Uint8Array(core.compartments);
  let compartments = 0;
  for (const { population: whose, first, count, gateFirst, teachFirst } of core.groups) {
    if (whose !== population) continue;
    for (const at of [first, gateFirst, teachFirst]) if (at !== null) own.fill(1, at, at + count);
    compartments += count;
  }
  let [synapses, all] = [0, 0];
  for (let b = 0; b < core.blocks.length; b += BLOCK_FIELDS) {
    const count = core.blocks[b + BlockField.count];
    all += count;
    if (own[core.blocks[b + BlockField.target]] === 1) synapses += count;
  }
  return all === 0 ? compartments / core.groups.reduce((sum, { count }) => sum + count, 0) : synapses / all;
}

/** What the host does with the clip's features before they are sent. */
export const describeHandedOver = ({ quantized = [] }: ReadoutProgram): string =>
  quantized.length === 0
    ? 'values handed over'
    : `values rounded by the host (${quantized.map(describeQuantized).join('; ')}) and handed over`;
