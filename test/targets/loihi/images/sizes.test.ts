import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../../../src/ir/chip-model.ts';
import { BLOCK_FIELDS, BlockField, type CoreProgram } from '../../../../src/ir/mapping.ts';
import type { Network } from '../../../../src/ir/network.ts';
import { LOIHI1 } from '../../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../../src/targets/loihi/chips/loihi2.ts';
import type { CoreImage } from '../../../../src/targets/loihi/images/core-image.ts';
import { loihiTarget } from '../../../../src/targets/loihi/index.ts';
import { inputAxonEntries } from '../../../../src/targets/loihi/resources/axons.ts';
import { countCore, memoryBits } from '../../../../src/targets/loihi/usage.ts';
import { asBytes, parse } from '../../files.ts';
import { chain, context, dense, input, miniature, population, projection, readout, scheduled } from '../../networks.ts';
import { readMemory } from './memory-reader.ts';

function imagesOf(network: Network, chip: ChipModel): readonly (readonly [CoreProgram, CoreImage])[] {
  const target = loihiTarget(chip);
  const mapping = target.map(network, context(network));
  const files = asBytes(target.emit(mapping));
  return mapping.program.cores.map((core) => [
    core,
    parse(files, `chip/core-${String(core.core).padStart(3, '0')}.json`) as unknown as CoreImage,
  ]);
}

const bitsOf = (text: string): number => 8 * Buffer.from(text, 'base64').length;

/** Slices side by side, long rows, runs with gaps, single synapses. */
const NETWORKS: Readonly<Record<string, Network>> = {
  'two layers': chain(),
  'SpikeSCR in miniature': miniature({ steps: 6, heads: 3, width: 4, seed: 5 }),
  'rows of several entries': scheduled(
    [input('in', 3), population('hidden', 150), readout('out', 2)],
    [
      projection(
        'in',
        'hidden',
        dense(
          3,
          150,
          Int16Array.from({ length: 450 }, (_, i) => 2 * ((i * 37) % 120) - 120),
        ),
      ),
      projection(
        'hidden',
        'out',
        dense(
          150,
          2,
          Int16Array.from({ length: 300 }, (_, i) => 8 * ((i * 7) % 30) - 120),
        ),
      ),
    ],
    'out',
    3,
  ),
};

const crowded: ChipModel = {
  ...LOIHI1,
  geometry: { ...LOIHI1.geometry, coresPerChip: 4 },
  limits: { ...LOIHI1.limits, chips: { ...LOIHI1.limits.chips, value: 1 } },
};

describe.each(Object.entries(NETWORKS))('the images of %s', (_, network) => {
  it.each([
    ['loihi1', LOIHI1],
    ['loihi1, crowded', crowded],
  ])('take as many words as the resource model of %s counts', (_, chip) => {
    for (const [core, image] of imagesOf(network, chip)) {
      const { tables } = countCore(core, core.outputs.core.length, chip);
      if (tables === null || image.synapses.kind !== 'lists') throw new Error('no tables');
      expect(bitsOf(image.synapses.memory) / 64).toBe(tables.synapseWords);
      expect(bitsOf(image.synapses.formats) / 64).toBe(1 + tables.formats.length);
      expect(bitsOf(image.compartmentProfiles) / 64).toBe(tables.profiles.compartment.size);
      expect(bitsOf(image.thresholdProfiles) / 32).toBe(tables.profiles.threshold.size);
      expect(bitsOf(image.inputAxons) / 64).toBe(inputAxonEntries(core.axonList.length, tables.plasticAxons, chip));
      expect(bitsOf(image.outputAxons) / 32).toBe(core.outputs.core.length);
      expect(bitsOf(image.compartments) / 64).toBe(core.compartments);
    }
  });

  it('take as many bits as the budget of loihi2 counts, state aside', () => {
    for (const [core, image] of imagesOf(network, LOIHI2)) {
      if (image.synapses.kind !== 'blocks') throw new Error('no blocks');
      const counted = memoryBits(countCore(core, core.outputs.core.length, LOIHI2), LOIHI2);
      // Per compartment u, v and two accumulators of 24 bits; fast weights are all 0.
      const state = 96 * core.compartments + 16 * core.fastWeightCells;
      // Whole words of weights.
      const unused = 64 * Math.ceil(core.weights.length / 8) - 8 * core.weights.length;
      const { blocks, weights } = image.synapses;
      const emitted = [image.compartments, image.inputAxons, image.outputAxons, blocks, weights].reduce(
        (sum, text) => sum + bitsOf(text),
        0,
      );
      expect(emitted).toBe(counted - state + unused);
    }
  });

  it.each([
    ['loihi1', LOIHI1],
    ['loihi1, crowded', crowded],
  ])('hold the synapses of %s as documented', (_, chip) => {
    for (const [core, image] of imagesOf(network, chip)) expect(readMemory(image).axons).toEqual(synapsesOf(core));
  });
});

/** Synapses of each axon, from the mapping. */
function synapsesOf({ axonList, axonBase, listFirst, blocks, weights }: CoreProgram) {
  return Array.from(axonList, (list, axon) => {
    const own = Array.from({ length: listFirst[list + 1] - listFirst[list] }, (_, i) => (listFirst[list] + i) * BLOCK_FIELDS);
    return own.flatMap((at) => {
      const fast = blocks[at + BlockField.memory] === 1;
      return Array.from({ length: blocks[at + BlockField.count] }, (_, k) => ({
        target: blocks[at + BlockField.target] + axonBase[axon] + k,
        delay: blocks[at + BlockField.delay],
        weight: fast ? 0 : weights[blocks[at + BlockField.weight] + k],
        exponent: blocks[at + BlockField.exponent],
        fast,
      }));
    });
  });
}
