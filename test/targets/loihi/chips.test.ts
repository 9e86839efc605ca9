import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../../src/ir/chip-model.ts';
import { loadChipModel } from '../../../src/ir/load-chip.ts';
import { priceTrace } from '../../../src/simulator/energy.ts';
import { totalCounts } from '../../../src/simulator/event-counts.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { timeTrace } from '../../../src/simulator/timing.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { withCores, withLimits } from '../chips.ts';
import { chain, context, miniature, randomClip } from '../networks.ts';

const network = miniature({ steps: 8, heads: 2, width: 4, seed: 3 });
const several: ChipModel = { ...withLimits({ compartmentsPerCore: 8, chips: 8 }), geometry: withCores(4).geometry };

function run(chip: ChipModel) {
  const { program } = loihiTarget(chip).map(network, context(network));
  const trace = createChipSimulator(program, chip).run(randomClip(network, 5), { record: true });
  return { program, trace, timing: timeTrace(trace, program, chip) };
}

describe('a network on several chips', () => {
  it('fires as on one, and every packet over a chip border is counted', () => {
    const { program, trace } = run(several);
    const alone = run(LOIHI2).trace;
    expect(trace.rasters).toEqual(alone.rasters);
    expect(new Set(program.cores.map((core) => core.chip)).size).toBeGreaterThan(1);
    let crossings = 0;
    for (const core of program.cores) {
      for (const group of core.groups) {
        const raster = trace.rasters.get(group.population) ?? new Int32Array(0);
        for (let i = 1; i < raster.length; i += 2) {
          const compartment = raster[i] - group.firstNeuron;
          if (compartment < 0 || compartment >= group.count) continue;
          const at = group.first + compartment;
          for (let r = core.outputs.first[at]; r < core.outputs.first[at + 1]; r++) {
            crossings += Math.abs(program.cores[core.outputs.core[r]].chip - core.chip);
          }
          if (group.buffered) crossings += core.chip;
        }
        if (group.role === 'readout') crossings += group.count * group.steps * core.chip;
      }
    }
    // What the embedded processor of chip 0 injects crosses borders too.
    expect(totalCounts(trace).chipCrossings).toBeGreaterThan(crossings);
    expect(totalCounts(alone).chipCrossings).toBe(0);
  });

  it('crosses as many borders as can be counted by hand', () => {
    const pair = chain(3);
    const chip: ChipModel = { ...withLimits({ chips: 2, compartmentsPerCore: 3 }), geometry: withCores(1).geometry };
    const { program } = loihiTarget(chip).map(pair, context(pair));
    const features = Float32Array.from([1, 0, 0, 2, 0, 0]);
    const clip = { steps: 3, channels: 2, features, valid: new Uint8Array(3).fill(1), label: null };
    const trace = createChipSimulator(program, chip).run(clip, { record: false });
    // Two spikes go from one chip to the other; two inputs go to `hidden`, 3 * 2 membranes come from `out`.
    const hiddenFirst = program.cores[0].groups[0].population === 'hidden' && program.cores[0].chip === 0;
    expect(totalCounts(trace).chipCrossings).toBe(hiddenFirst ? 2 + 6 : 2 + 2);
  });

  it('is charged for them where the cost is known, and says so where it is not', () => {
    const { program, trace, timing } = run(several);
    const energy = priceTrace(trace, timing, program, several, { pace: 'fast', timestepS: 0.01 });
    expect(energy.breakdown.chipCrossings).toBeNull();
    expect(energy.terms.find((term) => term.name === 'chipCrossings')?.reason).toContain('links between chips');
    expect(energy.joulesPerSample).toBeNull();
    const priced: ChipModel = {
      ...several,
      energy: { ...several.energy, chipCrossing: { value: 2e-9, unit: 'J', basis: 'assumed', source: 'spikec' } },
    };
    const crossings = totalCounts(trace).chipCrossings;
    expect(priceTrace(trace, timing, program, priced, { pace: 'fast', timestepS: 0.01 }).breakdown.chipCrossings).toBeCloseTo(
      crossings * 2e-9,
      15,
    );
    expect(timing.terms.find((term) => term.name === 'barrier')?.seconds).toBeCloseTo(trace.steps * 14.3e-6, 12);
    expect(timing.seconds).toBeGreaterThan(run(LOIHI2).timing.seconds + trace.steps * 13e-6);
  });

  it('needs a chip model with those costs', async () => {
    const { chipCrossing: _, ...energy } = several.energy;
    const file = { ...several, energy };
    await expect(loadChipModel(JSON.parse(JSON.stringify(file)), 'my-chip.json')).rejects.toThrow('energy.chipCrossing');
    await expect(loadChipModel(JSON.parse(JSON.stringify({ ...LOIHI2, energy })), 'my-chip.json')).resolves.toBeDefined();
  });
});
