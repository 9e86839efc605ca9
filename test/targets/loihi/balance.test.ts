import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../../src/ir/chip-model.ts';
import type { NodeId } from '../../../src/ir/ids.ts';
import type { Network } from '../../../src/ir/network.ts';
import { EXACT_PASSES, LOWERING_PASSES, runPasses } from '../../../src/passes/index.ts';
import { totalCounts } from '../../../src/simulator/event-counts.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { timeTrace } from '../../../src/simulator/timing.ts';
import { LOIHI1 } from '../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { connect } from '../../../src/targets/loihi/connectivity.ts';
import { expectedArrivals } from '../../../src/targets/loihi/expected-events.ts';
import { spikesPerChannel } from '../../../src/targets/loihi/expected-spikes.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { importForm, openTestSet } from '../../main-job/models.ts';
import { context } from '../networks.ts';

/** The same chip with so few cores that none is left over. */
const full = (chip: ChipModel, cores: number): ChipModel => ({ ...chip, geometry: { ...chip.geometry, coresPerChip: cores } });

const imported = importForm('spikescr-n128-t40', 'loop');
const clip = (await openTestSet(imported)).clip(0);

function lower(chip: ChipModel): { readonly network: Network; readonly traffic: ReadonlyMap<NodeId, number> } {
  const passes = { chip, weightBits: 8, unitPowerMax: new Map(), report: () => {} };
  const network = runPasses(runPasses(imported, EXACT_PASSES, passes), LOWERING_PASSES, passes);
  const active = (stream: ArrayLike<number>): number => Array.from(stream).filter((value) => value !== 0).length;
  return { network, traffic: new Map([...simulateNetwork(network, clip).streams].map(([id, stream]) => [id, active(stream)])) };
}

function run(network: Network, traffic: ReadonlyMap<NodeId, number>, chip: ChipModel) {
  const { program, placement } = loihiTarget(chip).map(network, { ...context(network, traffic), seed: 0 });
  const trace = createChipSimulator(program, chip).run(clip, { record: true });
  return { program, placement, trace, timing: timeTrace(trace, program, chip) };
}

describe.each([
  [LOIHI2, 18, 0.7],
  [LOIHI1, 25, 0.95],
] as const)('cores left over on $name', (chip, fewest, share) => {
  const { network, traffic } = lower(chip);

  it('take work off the core that the others wait for: less time, the same spikes', () => {
    const [alone, balanced] = [run(network, traffic, full(chip, fewest)), run(network, traffic, chip)];
    expect(alone.program.cores.length).toBe(fewest);
    expect(balanced.program.cores.length).toBeGreaterThan(fewest);
    expect(balanced.placement.criticalLoad).toBeLessThan(0.7 * alone.placement.criticalLoad);
    expect(balanced.timing.seconds).toBeLessThan(share * alone.timing.seconds);
    expect(Math.max(...balanced.timing.busySeconds)).toBeLessThan(0.7 * Math.max(...alone.timing.busySeconds));
    expect(balanced.trace.rasters).toEqual(alone.trace.rasters);
    expect(balanced.trace.readout).toEqual(alone.trace.readout);
  });
});

describe('expected events', () => {
  it('are the simulated ones where the traffic was measured on the same clip', () => {
    const { network, traffic } = lower(LOIHI2);
    const connectivity = connect(network, LOIHI2);
    const packets = spikesPerChannel(network, connectivity.steps, traffic);
    const arrivals = connectivity.owners.flatMap(({ feeds }) =>
      feeds.flatMap((feed) => expectedArrivals(feed, connectivity, packets, LOIHI2.limits)),
    );
    const counts = totalCounts(run(network, traffic, full(LOIHI2, 18)).trace);
    const sum = (field: 'synapticEvents' | 'writes'): number => arrivals.reduce((total, each) => total + each[field], 0);
    // Masked keys are not told apart from the others: the estimate is high by their share.
    expect(sum('synapticEvents') / counts.synapticEvents).toBeCloseTo(1, 2);
    expect(sum('writes') / counts.fastWeightUpdates).toBeGreaterThan(0.5);
    expect(sum('writes') / counts.fastWeightUpdates).toBeLessThan(2);
  });
});
