import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../../src/ir/chip-model.ts';
import type { PlacementFigures } from '../../../src/ir/mapping.ts';
import type { Network } from '../../../src/ir/network.ts';
import { EXACT_PASSES, LOWERING_PASSES, runPasses } from '../../../src/passes/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { LOIHI1 } from '../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { randomBelow, seededRandom } from '../../../src/targets/mapping/random.ts';
import { importForm, openTestSet } from '../../main-job/models.ts';
import { withLimits } from '../chips.ts';
import { context, dense, input, population, projection, readout, scheduled } from '../networks.ts';

/** The goal: 30 % fewer spike-weighted hops than 100 random permutations have on average, and never more than greedy. */
function expectWellPlaced({ hops, greedyHops, randomHops }: PlacementFigures, what: string): void {
  expect(hops / randomHops, `${what}: share of the random placements' hops`).toBeLessThanOrEqual(0.7);
  expect(hops, `${what}: greedy`).toBeLessThanOrEqual(greedyHops);
}

/** Layers of random widths, each cut into several cores; every layer reads the one before it, and one more. */
function layered(seed: number): Network {
  const random = seededRandom(seed);
  const sizes = Array.from({ length: 6 + randomBelow(random, 8) }, () => 24 + randomBelow(random, 60));
  const nodes = sizes.map((size, i) => population(`p${i}`, size));
  const weights = (sources: number, targets: number) => dense(sources, targets, new Int16Array(sources * targets).fill(2));
  const projections = sizes.flatMap((size, i) => {
    if (i === 0) return [projection('in', 'p0', weights(20, size))];
    const skip = i >= 2 && randomBelow(random, 3) === 0 ? [projection(`p${i - 2}`, `p${i}`, weights(sizes[i - 2], size))] : [];
    return [projection(`p${i - 1}`, `p${i}`, weights(sizes[i - 1], size)), ...skip];
  });
  const last = sizes.length - 1;
  return scheduled(
    [input('in', 20), ...nodes, readout('out', 10)],
    [...projections, projection(`p${last}`, 'out', weights(sizes[last], 10))],
    'out',
    20,
  );
}

describe('placement', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('of a random layered network (seed %i) is far better than by chance', (seed) => {
    const network = layered(seed);
    const { program, placement } = loihiTarget(withLimits({ compartmentsPerCore: 20 })).map(network, context(network));
    expect(program.cores.length).toBeGreaterThanOrEqual(16);
    expectWellPlaced(placement, `${program.cores.length} cores`);
  });

  const small: ChipModel = {
    ...LOIHI1,
    limits: { ...LOIHI1.limits, compartmentsPerCore: { ...LOIHI1.limits.compartmentsPerCore, value: 256 } },
    geometry: { ...LOIHI1.geometry, coresPerChip: 16, columns: 2, rows: 2 },
  };

  it.each([
    ['spikescr-n128-t40', [withLimits({ compartmentsPerCore: 256 }), withLimits({ compartmentsPerCore: 32 }), LOIHI1, small]],
    ['spikescr-n128-t100', [withLimits({ compartmentsPerCore: 64 }), LOIHI2]],
  ] as const)('of %s by measured traffic, too: on small cores, and on several chips', async (model, chips) => {
    const imported = importForm(model, 'loop');
    const clip = (await openTestSet(imported)).clip(0);
    for (const chip of chips) {
      const passes = { chip, weightBits: 8, unitPowerMax: new Map(), report: () => {} };
      const lowered = runPasses(runPasses(imported, EXACT_PASSES, passes), LOWERING_PASSES, passes);
      const traffic = new Map(
        [...simulateNetwork(lowered, clip).streams].map(([id, stream]) => [id, Array.from(stream).filter((value) => value !== 0).length]),
      );
      const { program, placement } = loihiTarget(chip).map(lowered, { ...context(lowered, traffic), seed: 0 });
      expect(program.cores.length).toBeGreaterThanOrEqual(16);
      expectWellPlaced(placement, `${program.cores.length} cores of ${chip.name}`);
      expect(new Set(program.cores.map((core) => core.chip)).size).toBe(chip === small ? 2 : 1);
    }
  });

  it('keeps to its seed', () => {
    const network = layered(3);
    const target = loihiTarget({ ...LOIHI2, ...withLimits({ compartmentsPerCore: 20 }) });
    expect(target.map(network, context(network)).placement).toEqual(target.map(network, context(network)).placement);
  });
});
