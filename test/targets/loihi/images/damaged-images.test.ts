import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../../src/diagnostics/index.ts';
import type { ChipModel } from '../../../../src/ir/chip-model.ts';
import { LOIHI1 } from '../../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../../src/targets/loihi/chips/loihi2.ts';
import type { CoreImage } from '../../../../src/targets/loihi/images/core-image.ts';
import { type Layout, packRegisters, unpackRegisters } from '../../../../src/targets/loihi/images/layout.ts';
import * as registers from '../../../../src/targets/loihi/images/registers.ts';
import { loihiTarget } from '../../../../src/targets/loihi/index.ts';
import { asBytes, edit } from '../../files.ts';
import { chain, context, miniature } from '../../networks.ts';

const WHERE = { file: '', item: '' };

/** Registers as text with some fields of one changed. */
function withFields<Name extends string>(text: string, layout: Layout<Name>, index: number, fields: Partial<Record<Name, number>>): string {
  const all = unpackRegisters(layout, text, Number.POSITIVE_INFINITY, WHERE);
  return packRegisters(layout, all.with(index, { ...all[index], ...fields }));
}

/** A memory with one word of 64 bits changed. */
function withWord(text: string, index: number, change: (word: bigint) => bigint): string {
  const bytes = Buffer.from(text, 'base64');
  bytes.writeBigUInt64LE(BigInt.asUintN(64, change(bytes.readBigUInt64LE(8 * index))), 8 * index);
  return bytes.toString('base64');
}

const cut = (text: string, bytes: number): string => Buffer.from(text, 'base64').subarray(0, -bytes).toString('base64');

type Mutable = { -readonly [Key in keyof CoreImage]: CoreImage[Key] };
type Damage = (image: Mutable) => void;

/** The first diagnostic about `network` on `chip` with one core's image changed: place, message, what is allowed. */
async function told(chip: ChipModel, damage: Damage, core = 0, network = chain()): Promise<string> {
  const target = loihiTarget(chip);
  const files = asBytes(target.emit(target.map(network, context(network))));
  const path = `chip/core-${String(core).padStart(3, '0')}.json`;
  const error = await target.load(edit(files, path, (json) => damage(json as unknown as Mutable))).catch((thrown: unknown) => thrown);
  if (!(error instanceof DiagnosticError)) throw error;
  const [{ code, message, places, notes }] = error.diagnostics;
  expect(code).toBe('program-malformed');
  expect(places[0].file).toBe(path);
  return `${places[0].item}: ${message} (${notes[0]})`;
}

const inLists =
  (change: (lists: { formats: string; memory: string }) => void): Damage =>
  (image) => {
    if (image.synapses.kind !== 'lists') throw new Error('no lists');
    const lists = { ...image.synapses };
    change(lists);
    image.synapses = lists;
  };

const memoryWord = (index: number, change: (word: bigint) => bigint): Damage =>
  inLists((lists) => {
    lists.memory = withWord(lists.memory, index, change);
  });

const blocksOf =
  (change: (blocks: { blocks: string; weights: string }) => void): Damage =>
  (image) => {
    if (image.synapses.kind !== 'blocks') throw new Error('no blocks');
    const blocks = { ...image.synapses };
    change(blocks);
    image.synapses = blocks;
  };

describe('a damaged image for loihi1', () => {
  // Core 0 of the chain: 16 axons of two channels' digits, one list of a word each.
  it.each<[string, string, Damage]>([
    [
      'a memory cut off within a word',
      '`synapses.memory` ends within a word: 125 bytes (allowed: words of 64 bits in base64)',
      inLists((lists) => {
        lists.memory = cut(lists.memory, 3);
      }),
    ],
    [
      'a memory without its last list',
      '`inputAxons[15]` reaches up to word 16 (allowed: the 15 that the memory has)',
      inLists((lists) => {
        lists.memory = cut(lists.memory, 8);
      }),
    ],
    [
      'a pointer out of range',
      '`inputAxons[3]` points to word 9999 (allowed: 3, where the list before it ends, or where one begins that others read)',
      (image) => {
        image.inputAxons = withFields(image.inputAxons, registers.inputAxon(LOIHI1), 3, { pointer: 9999 });
      },
    ],
    [
      'overlapping lists',
      '`inputAxons[2]` points to word 2 (allowed: 3, where the list before it ends, or where one begins that others read)',
      (image) => {
        image.inputAxons = withFields(image.inputAxons, registers.inputAxon(LOIHI1), 1, { length: 2 });
      },
    ],
    [
      'a format that is not defined',
      '`synapses.memory[0]` has an entry of format 9 (allowed: 1 .. 7)',
      memoryWord(0, (word) => (word & ~15n) | 9n),
    ],
    [
      'an entry that reaches past its list',
      '`synapses.memory[0]` has an entry of 64 synapses, which reaches past its list (allowed: 48 bits, as many as are left of its words)',
      memoryWord(0, (word) => word | (63n << 4n)),
    ],
    [
      'something behind the last entry',
      '`synapses.memory[0]` has an entry of format 15 (allowed: 1 .. 7)',
      memoryWord(0, (word) => word | (15n << 40n)),
    ],
    [
      'bits behind the end',
      '`synapses.memory[0]` has bits set that no field uses (allowed: zeros there)',
      memoryWord(0, (word) => word | (1n << 63n)),
    ],
    [
      'an unknown compartment profile',
      '`compartments[1]` has compartment profile 7 (allowed: 0 .. 0)',
      (image) => {
        image.compartments = withFields(image.compartments, registers.compartment(LOIHI1), 1, { cxProfile: 7 });
      },
    ],
    [
      'an unknown threshold profile',
      '`compartments[1]` has threshold profile 7 (allowed: 0 .. 1)',
      (image) => {
        image.compartments = withFields(image.compartments, registers.compartment(LOIHI1), 1, { vthProfile: 7 });
      },
    ],
    [
      'neurons of one group with two thresholds',
      '`compartments[1]` has profiles 0 and 0 (allowed: 0 and 1, as the others of its group)',
      (image) => {
        image.compartments = withFields(image.compartments, registers.compartment(LOIHI1), 1, { vthProfile: 0 });
      },
    ],
    [
      'a refractory period',
      '`compartmentProfiles[0]` has refractDelay 3 (allowed: 1: neurons may fire in every step)',
      (image) => {
        image.compartmentProfiles = withFields(image.compartmentProfiles, registers.compartmentProfile(LOIHI1), 0, { refractDelay: 3 });
      },
    ],
    [
      'a threshold in reach outside the window',
      '`thresholdProfiles[0]` is 5 (allowed: 131071: out of reach, for compartments outside their window)',
      (image) => {
        image.thresholdProfiles = withFields(image.thresholdProfiles, registers.thresholdProfile(LOIHI1), 0, { vth: 5 });
      },
    ],
    [
      'too few delay bits',
      '`settings` has delayBits 1 (allowed: 3)',
      (image) => {
        image.settings = withFields(image.settings, registers.listSettings(LOIHI1), 0, { delayBits: 1 });
      },
    ],
    [
      'an output to an axon that is not there',
      '`outputAxons[0]` leads to axon 99 of core 1 (allowed: input axons of that core)',
      (image) => {
        image.outputAxons = withFields(image.outputAxons, registers.outputAxon(LOIHI1), 0, { axon: 99 });
      },
    ],
    [
      'an output to a core that is not there',
      '`outputAxons[0]` leads to core 77 of chip 3 (allowed: cores that the index lists)',
      (image) => {
        image.outputAxons = withFields(image.outputAxons, registers.outputAxon(LOIHI1), 0, { core: 77, chip: 3 });
      },
    ],
    [
      'a list of outputs without its last entry',
      '`compartments[2]` has a list without end (allowed: an entry that is its last)',
      (image) => {
        image.outputAxons = cut(image.outputAxons, 4);
      },
    ],
    [
      'outputs that two compartments share',
      '`compartments[1]` sends to output axon 1 (allowed: 2, where the list before it ends, or 0)',
      (image) => {
        image.compartments = withFields(image.compartments, registers.compartment(LOIHI1), 1, { outputs: 1 });
      },
    ],
    [
      'a group beyond the compartments',
      '`groups[0]` needs compartments 0 .. 4 (allowed: 0 .. 2)',
      (image) => {
        image.groups = [{ ...image.groups[0], count: 5 }];
      },
    ],
    [
      'more registers than the chip has',
      '`thresholdProfiles` has 9 registers (allowed: at most 8, as many as the chip has)',
      (image) => {
        image.thresholdProfiles = packRegisters(
          registers.thresholdProfile(LOIHI1),
          Array.from({ length: 9 }, () => ({ vth: 131071 })),
        );
      },
    ],
  ])('%s', async (_, expected, damage) => {
    expect((await told(LOIHI1, damage)).replace(/^\S+: /, '')).toBe(expected);
  });

  it('a fast weight that is not 0, or an axon that does not say that it learns', async () => {
    const network = miniature({ steps: 6, heads: 1, width: 4, seed: 9 });
    const target = loihiTarget(LOIHI1);
    const { cores } = target.map(network, context(network)).program;
    const learning = cores.findIndex((core) => core.fastWeightCells > 0);
    // Format 4 bits, length 6, index 6: the first weight begins at bit 16.
    const written = await told(
      LOIHI1,
      memoryWord(0, (word) => word | (1n << 16n)),
      learning,
      network,
    );
    expect(written).toContain('`synapses.memory[0]` has a fast weight of 1 (allowed: 0: clips write them)');
    const silent: Damage = (image) => {
      image.inputAxons = withFields(image.inputAxons, registers.inputAxon(LOIHI1), 0, { learning: 0 });
    };
    expect(await told(LOIHI1, silent, learning, network)).toContain('begins a list with fast weights');
  });
});

describe('a damaged image for loihi2', () => {
  it.each<[string, string, Damage]>([
    [
      'weights of another core',
      '`synapses.weights` has 2 words (allowed: 1: 6 weights of 8 bits, 196608 at most)',
      blocksOf((synapses) => {
        synapses.weights = Buffer.concat([Buffer.from(synapses.weights, 'base64'), Buffer.alloc(8)]).toString('base64');
      }),
    ],
    [
      'cells that are not there',
      '`synapses.blocks[1]` reads cells 4 .. 6 (allowed: 0 .. 5)',
      blocksOf((synapses) => {
        synapses.blocks = withFields(synapses.blocks, registers.synapseBlock(LOIHI2), 1, { weight: 4 });
      }),
    ],
    [
      'a weight that nobody reads',
      '`synapses.blocks` leave weight 5 unread (allowed: blocks that read every weight)',
      blocksOf((synapses) => {
        synapses.blocks = withFields(synapses.blocks, registers.synapseBlock(LOIHI2), 1, { weight: 2 });
      }),
    ],
    [
      'a fast weight that nobody reads',
      '`synapses.blocks` leave fast weight 0 unread (allowed: blocks that read every fast weight of the settings)',
      (image) => {
        image.settings = withFields(image.settings, registers.blockSettings(LOIHI2), 0, { fastWeightCells: 1 });
      },
    ],
    [
      'fast weights with signs',
      '`synapses.blocks[0]` has signs 1 and memory 1 (allowed: 1, 2 or 3 for weights, 0 for fast ones)',
      (image) => {
        image.settings = withFields(image.settings, registers.blockSettings(LOIHI2), 0, { fastWeightCells: 9 });
        blocksOf((synapses) => {
          synapses.blocks = withFields(synapses.blocks, registers.synapseBlock(LOIHI2), 0, { memory: 1 });
        })(image);
      },
    ],
    [
      'one cell with two signs',
      '`synapses.blocks[1]` reads cell 2 with signs 2 (allowed: 1, as another block does)',
      blocksOf((synapses) => {
        synapses.blocks = withFields(synapses.blocks, registers.synapseBlock(LOIHI2), 1, { weight: 2, signs: 2 });
      }),
    ],
    [
      'an axon that says it learns',
      '`synapses.blocks[1]` begins a list without fast weights (allowed: what its axon says)',
      (image) => {
        image.inputAxons = withFields(image.inputAxons, registers.inputAxon(LOIHI2), 1, { learning: 1 });
      },
    ],
    [
      'an image for another chip',
      '`synapses.kind` is lists (allowed: blocks, on a chip without synapse formats)',
      (image) => {
        image.synapses = { kind: 'lists', formats: '', memory: '' };
      },
    ],
  ])('%s', async (_, expected, damage) => {
    expect((await told(LOIHI2, damage)).replace(/^\S+: /, '')).toBe(expected);
  });

  it('is refused where a small file stands for more synapses than a core can hold', async () => {
    const blocks = Array.from({ length: 4000 }, (_, i) => ({
      target: 0,
      count: 8191,
      delay: 0,
      exponent: 0,
      memory: 1,
      signs: 0,
      weight: 0,
      last: i === 3999 ? 1 : 0,
    }));
    const huge = await told(LOIHI2, (image) => {
      image.settings = packRegisters(registers.blockSettings(LOIHI2), [{ weightCells: 0, fastWeightCells: 8192 }]);
      image.inputAxons = packRegisters(registers.inputAxon(LOIHI2), [{ pointer: 1, length: 0, base: 0, atoms: 0, learning: 1 }]);
      image.synapses = { kind: 'blocks', blocks: packRegisters(registers.synapseBlock(LOIHI2), blocks), weights: '' };
    });
    expect(huge).toContain('has one synapse too many (allowed: 16777216 on a core)');
  });
});

describe('an index that puts two cores in one place', () => {
  it('is refused', async () => {
    const target = loihiTarget(LOIHI2);
    const network = chain();
    const files = asBytes(target.emit(target.map(network, context(network))));
    const damaged = edit(files, 'chip/index.json', (json) => {
      const { cores } = json as unknown as { cores: Record<string, unknown>[] };
      cores[1] = { ...cores[0], file: cores[1].file };
    });
    await expect(target.load(damaged)).rejects.toMatchObject({
      diagnostics: [{ code: 'program-malformed', places: [{ file: 'chip/index.json', item: 'cores[1]' }] }],
    });
  });
});
