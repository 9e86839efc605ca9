import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../../../src/ir/chip-model.ts';
import type { Clip } from '../../../../src/ir/clip.ts';
import type { Network, NetworkNode } from '../../../../src/ir/network.ts';
import { createChipSimulator } from '../../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../../src/simulator/reference/index.ts';
import { LOIHI1 } from '../../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../../src/targets/loihi/index.ts';
import { randomBelow, seededRandom } from '../../../../src/targets/mapping/random.ts';
import { asBytes } from '../../files.ts';
import { context, miniature, randomClip } from '../../networks.ts';
import { randomNetwork } from '../../random-networks.ts';

/** So few cores that slices share them, or so small chips that there are several. */
const withFew = (
  chip: ChipModel,
  coresPerChip: number,
  chips: number,
  compartments = chip.limits.compartmentsPerCore.value,
): ChipModel => ({
  ...chip,
  geometry: { ...chip.geometry, coresPerChip },
  limits: {
    ...chip.limits,
    chips: { ...chip.limits.chips, value: chips },
    compartmentsPerCore: { ...chip.limits.compartmentsPerCore, value: compartments },
  },
});

const CHIPS: Readonly<Record<string, ChipModel>> = {
  loihi1: LOIHI1,
  'loihi1, crowded': withFew(LOIHI1, 3, 1),
  'loihi1, two a chip': withFew(LOIHI1, 2, 32, 24),
  loihi2: LOIHI2,
  'loihi2, crowded': withFew(LOIHI2, 2, 1),
  'loihi2, two a chip': withFew(LOIHI2, 2, 32, 7),
};

const miniatures = fc
  .record({
    steps: fc.integer({ min: 2, max: 7 }),
    heads: fc.integer({ min: 1, max: 2 }),
    width: fc.constantFrom(2, 4),
    seed: fc.nat(1000),
  })
  .map(miniature);

/** What a run of the property has seen, so that it cannot pass by seeing nothing. */
interface Seen {
  fitted: number;
  /** With the network in model time: the reference simulator does not run over space. */
  compared: number;
  spikes: number;
  cores: number;
  chips: number;
  groupsOnCore: number;
}

/** Vitest's own comparison takes most of a second; it is for saying what differs. */
function expectEqual(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected);
}

/** Maps, emits and loads; a network that does not fit the chip is passed over. */
async function expectSame(network: Network, chip: ChipModel, seen: Seen): Promise<void> {
  const target = loihiTarget(chip);
  if (target.check(network).length > 0) return;
  const mapping = target.map(network, context(network));
  const files = asBytes(target.emit(mapping));
  expect([...files.keys()].every((path) => path.startsWith('chip/'))).toBe(true);
  const loaded = await target.load(files);
  expectEqual(loaded, mapping);
  expectEqual(asBytes(target.emit(loaded)), files);
  const clip = randomClip(network, 5);
  const trace = createChipSimulator(loaded.program, chip).run(clip, { record: true });
  expectEqual(trace, createChipSimulator(mapping.program, chip).run(clip, { record: true }));
  if (!network.projections.some(({ synapses }) => synapses.kind === 'convolution' || synapses.kind === 'pooling')) {
    expect(trace.rasters).toEqual(rastersOf(network, clip));
    seen.compared++;
  }
  const { cores } = mapping.program;
  seen.fitted++;
  for (const { spikes } of trace.populations.values()) seen.spikes += spikes;
  seen.cores = Math.max(seen.cores, cores.length);
  seen.chips = Math.max(seen.chips, ...cores.map((core) => core.chip + 1));
  seen.groupsOnCore = Math.max(seen.groupsOnCore, ...cores.map((core) => core.groups.length));
}

/** (step, neuron) pairs of each population, in model time. */
function rastersOf(network: Network, clip: Clip): ReadonlyMap<string, Int32Array> {
  const { streams } = simulateNetwork(network, clip);
  return new Map(
    network.nodes
      .filter((node) => node.kind === 'population')
      .map(({ id, size }) => {
        const stream = Array.from(streams.get(id) ?? []);
        return [id, Int32Array.from(stream.flatMap((value, i) => (value === 0 ? [] : [Math.floor(i / size), i % size])))];
      }),
  );
}

/** The same with soft resets, by one amount a population or one a neuron. */
function softly(network: Network): Network {
  const random = seededRandom(network.nodes.length);
  const amount = (): number => 1 + randomBelow(random, 12800);
  const nodes = network.nodes.map((node): NetworkNode => {
    if (node.kind !== 'population' || node.neuron.parameters !== 'integer') return node;
    const resetAmount = randomBelow(random, 2) === 0 ? amount() : Float64Array.from({ length: node.size }, amount);
    return { ...node, neuron: { ...node.neuron, resetAmount } };
  });
  return { ...network, nodes };
}

describe.each(Object.entries(CHIPS))('images for %s', (name, chip) => {
  it.each([
    ['random layers', randomNetwork, 40],
    ['SpikeSCR in miniature', miniatures, 8],
    ...(chip.operations.softReset === true
      ? ([
          ['random layers with soft resets', randomNetwork.map(softly), 12],
          ['SpikeSCR in miniature with soft resets', miniatures.map(softly), 4],
        ] as const)
      : []),
  ] as const)('give back the mapping of %s, and its spikes', async (_, networks, numRuns) => {
    const seen: Seen = { fitted: 0, compared: 0, spikes: 0, cores: 0, chips: 0, groupsOnCore: 0 };
    await fc.assert(
      fc.asyncProperty(networks, (network) => expectSame(network, chip, seen)),
      { numRuns, seed: 11, endOnFailure: true },
    );
    expect(seen.fitted).toBeGreaterThan(numRuns / 2);
    expect(seen.compared).toBeGreaterThan(numRuns / 5);
    expect(seen.spikes).toBeGreaterThan(5 * numRuns);
    if (name.includes('crowded')) expect(seen.groupsOnCore).toBeGreaterThan(2);
    else expect(seen.cores).toBeGreaterThan(4);
    if (name.includes('two a chip')) expect(seen.chips).toBeGreaterThan(1);
  });
});
