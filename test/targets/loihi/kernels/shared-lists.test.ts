import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../../../src/ir/chip-model.ts';
import { type CoreProgram, isOfPopulation, type LoihiProgram } from '../../../../src/ir/mapping.ts';
import type { Network } from '../../../../src/ir/network.ts';
import { createChipSimulator } from '../../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../../src/simulator/reference/index.ts';
import { LOIHI1 } from '../../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../../src/targets/loihi/index.ts';
import { countCore, memoryBits } from '../../../../src/targets/loihi/usage.ts';
import { seededRandom } from '../../../../src/targets/mapping/random.ts';
import { asBytes } from '../../files.ts';
import { context, randomClip } from '../../networks.ts';
import { chainOf, kernel, randomPicture } from './pictures.ts';

/** The same chip without sharing: every axon has a list of its own. */
const unshared = ({ sharedLists: _, populationAxons: __, ...chip }: ChipModel): ChipModel => chip;

const withBase = (chip: ChipModel, value: number): ChipModel => ({
  ...chip,
  ...(chip.sharedLists === undefined ? {} : { sharedLists: { ...chip.sharedLists, axonBase: { ...chip.sharedLists.axonBase, value } } }),
});

const small = (chip: ChipModel, compartments: number, coresPerChip: number): ChipModel => ({
  ...chip,
  geometry: { ...chip.geometry, coresPerChip },
  limits: { ...chip.limits, compartmentsPerCore: { ...chip.limits.compartmentsPerCore, value: compartments } },
});

const map = (network: Network, chip: ChipModel): LoihiProgram => loihiTarget(chip).map(network, context(network)).program;

const bitsOf = (program: LoihiProgram, chip: ChipModel): number =>
  program.cores.reduce((sum, core) => sum + memoryBits(countCore(core, 0, chip), chip), 0);

/** 3 x 3 over 4 x 4 places, from one channel to four: weights of eight bits each. */
const KERNEL = kernel({ weight: (to, _, row, column) => 2 * (9 * to + 3 * row + column) + 130 });
/** A core for each population, and none left over for more slices. */
const three = (chip: ChipModel): ChipModel => small(chip, chip.limits.compartmentsPerCore.value, 3);
const [FIRST, SECOND] = [three(LOIHI1), three(LOIHI2)];
const picture = chainOf({ channels: 1, height: 4, width: 4 }, [KERNEL], 4, seededRandom(3));
const coreOf = (program: LoihiProgram, population: string): CoreProgram => {
  const core = program.cores.find(({ groups }) => groups.some((group) => group.population === population));
  if (core === undefined) throw new Error(`no core holds ${population}`);
  return core;
};

describe('a convolution of 3 x 3 over 4 x 4 places', () => {
  it('takes the words of nine lists on loihi1: inner places, four borders, four corners', () => {
    // A source reaches rows of neighbours, four channels each: a dense entry of 10 + 6 bits and 8 a weight for every row.
    const words = (rows: number, columns: number): number => {
      const bits = rows * (16 + 8 * 4 * columns);
      return Math.ceil(bits / 64) + (bits % 64 === 0 || bits % 64 >= 59 ? 1 : 0);
    };
    const stored = words(3, 3) + 2 * words(2, 3) + 2 * words(3, 2) + 4 * words(2, 2);
    const each = 4 * words(3, 3) + 4 * words(2, 3) + 4 * words(3, 2) + 4 * words(2, 2);
    expect([stored, each]).toEqual([34, 68]);
    const core = coreOf(map(picture, FIRST), 'k0');
    expect(countCore(core, 0, LOIHI1).tables?.synapseWords).toBe(stored);
    expect(countCore(coreOf(map(picture, unshared(FIRST)), 'k0'), 0, unshared(LOIHI1)).tables?.synapseWords).toBe(each);
  });

  it('is shifted by four channels a place', () => {
    const { axonList, axonBase } = coreOf(map(picture, FIRST), 'k0');
    const inner = [5, 6, 9, 10];
    expect(new Set(inner.map((axon) => axonList[axon])).size).toBe(1);
    expect(inner.map((axon) => axonBase[axon])).toEqual([0, 4, 16, 20]);
  });

  it('is stored again where a shift is further than a base reaches', () => {
    for (const [most, lists] of [
      [20, 1],
      [16, 2],
      [4, 2],
      [3, 4],
      [0, 4],
    ]) {
      const { axonList, axonBase } = coreOf(map(picture, withBase(FIRST, most)), 'k0');
      expect(new Set([5, 6, 9, 10].map((axon) => axonList[axon])).size).toBe(lists);
      expect(Math.max(...axonBase)).toBeLessThanOrEqual(most);
    }
  });

  it('holds each weight of a list once on loihi2', () => {
    const { weights, axonList } = coreOf(map(picture, SECOND), 'k0');
    // Synapses of nine lists, 4 channels each.
    expect(weights.length).toBe(4 * (9 + 4 * 6 + 4 * 4));
    expect(axonList).toHaveLength(16);
  });
});

interface Seen {
  fitted: number;
  spikes: number;
  /** Axons that read a list with others. */
  shared: number;
  /** Axons of populations. */
  atoms: number;
  groupsOnCore: number;
}

/** What the reference fires is what the mapping does, and what the images do. */
async function expectSame(network: Network, chip: ChipModel, seen: Seen): Promise<void> {
  const target = loihiTarget(chip);
  if (target.check(network).length > 0) return;
  const mapping = target.map(network, context(network));
  const loaded = await target.load(asBytes(target.emit(mapping)));
  if (!isDeepStrictEqual(loaded, mapping)) expect(loaded).toEqual(mapping);
  const clip = randomClip(network, 5);
  const { streams } = simulateNetwork(network, clip);
  const trace = createChipSimulator(loaded.program, chip).run(clip, { record: true });
  for (const { id, kind, size } of network.nodes) {
    if (kind !== 'population') continue;
    const stream = Array.from(streams.get(id) ?? []);
    const expected = stream.flatMap((value, i) => (value === 0 ? [] : [Math.floor(i / size), i % size]));
    expect(trace.rasters.get(id)).toEqual(Int32Array.from(expected));
    seen.spikes += expected.length / 2;
  }
  seen.fitted++;
  for (const { axonList, axonAtom, listFirst, groups } of mapping.program.cores) {
    seen.shared += axonList.length - (listFirst.length - 1);
    seen.atoms += axonAtom.filter((_, axon) => isOfPopulation(axonAtom, axon)).length;
    seen.groupsOnCore = Math.max(seen.groupsOnCore, groups.length);
  }
  if (chip.geometry.coresPerChip > 100) {
    expect(bitsOf(mapping.program, chip)).toBeLessThanOrEqual(bitsOf(map(network, unshared(chip)), unshared(chip)));
  }
}

describe.each([
  ['loihi1', LOIHI1],
  ['loihi1 with small cores', small(LOIHI1, 40, 128)],
  ['loihi1, crowded', small(LOIHI1, 60, 6)],
  ['loihi1 with bases of 7 at most', withBase(LOIHI1, 7)],
  ['loihi2', LOIHI2],
  ['loihi2, crowded', small(LOIHI2, 60, 6)],
])('random convolutions on %s', (name, chip) => {
  it('fire as the reference does, from the images', async () => {
    const seen: Seen = { fitted: 0, spikes: 0, shared: 0, atoms: 0, groupsOnCore: 0 };
    await fc.assert(
      fc.asyncProperty(randomPicture, (network) => expectSame(network, chip, seen)),
      { numRuns: 9, seed: 4, endOnFailure: true },
    );
    expect(seen.fitted).toBeGreaterThan(5);
    expect(seen.spikes).toBeGreaterThan(100);
    expect(seen.shared).toBeGreaterThan(100);
    if (name.includes('loihi1')) expect(seen.atoms).toBeGreaterThan(40);
    else expect(seen.atoms).toBe(0);
    if (name.includes('crowded')) expect(seen.groupsOnCore).toBeGreaterThan(1);
  });
});
