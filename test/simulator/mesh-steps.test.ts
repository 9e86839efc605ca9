import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../src/ir/chip-model.ts';
import { loadChipModel } from '../../src/ir/load-chip.ts';
import { CORE_FIELDS, CoreField, STEP_FIELDS, StepField } from '../../src/ir/trace.ts';
import { totalCounts } from '../../src/simulator/event-counts.ts';
import { createChipSimulator } from '../../src/simulator/loihi/index.ts';
import { openMessages } from '../../src/simulator/mesh-steps.ts';
import { NOWHERE } from '../../src/simulator/noc/messages.ts';
import { coreCosts } from '../../src/simulator/step-work.ts';
import { timeTrace } from '../../src/simulator/timing.ts';
import { COST_PROFILES, priceChip } from '../../src/targets/costs/index.ts';
import { LOIHI1 } from '../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../src/targets/loihi/index.ts';
import { withCores, withLimits } from '../targets/chips.ts';
import { context, miniature, randomClip } from '../targets/networks.ts';
import { buildProgram, group } from './loihi/build-program.ts';

const DETAILED = { model: 'detailed', without: [] } as const;
const ns = (value: number) => ({ value: value * 1e-9, unit: 's', basis: 'proxy', source: 'davies2018' }) as const;
const sends = { record: false, recordSends: true } as const;

/** A network over many cores, one or several chips, priced as SANA-FE does and as published. */
const network = miniature({ steps: 8, heads: 2, width: 4, seed: 3 });
const small: ChipModel = withLimits({ compartmentsPerCore: 8 });
const several: ChipModel = { ...withLimits({ compartmentsPerCore: 8, chips: 8 }), geometry: { ...withCores(4).geometry } };

describe.each<[string, ChipModel]>([
  ['one chip', small],
  ['one chip at the prices of SANA-FE', priceChip(small, 'loihi1-sana-fe')],
  ['several chips', several],
])('packets of a network on %s', (_, chip) => {
  const { program } = loihiTarget(chip).map(network, context(network));
  const trace = createChipSimulator(program, chip).run(randomClip(network, 5), sends);
  const costs = coreCosts(chip);
  const embeddedS = 50e-9;
  const { routes, messagesOf } = openMessages(trace, program, chip, costs, embeddedS);

  it('are those that were counted, work that work, and cross those borders', () => {
    const cores = new Map(program.cores.map((core, index) => [idOf(core.chip, core.tile, core.slot), index]));
    function idOf(onChip: number, tile: number, slot: number): number {
      const { columns, rows, coresPerTile } = chip.geometry;
      return (onChip * columns * rows + tile) * (coresPerTile + 1) + slot;
    }
    let packets = 0;
    for (let step = 0; step < trace.steps; step++) {
      const messages = messagesOf(step);
      const sent = new Float64Array(trace.cores + 1);
      const received = new Float64Array(trace.cores + 1);
      let [horizontal, vertical] = [0, 0];
      for (let m = 0; m < messages.count; m++) {
        sent[cores.get(messages.from[m]) ?? trace.cores] += messages.generationS[m];
        if (messages.to[m] === NOWHERE) continue;
        packets++;
        received[cores.get(messages.to[m]) ?? trace.cores] += messages.processingS[m];
        const { hops } = routes.between(messages.from[m], messages.to[m]);
        horizontal += hops.east + hops.west;
        vertical += hops.north + hops.south;
      }
      const of = (core: number, field: keyof typeof CoreField) =>
        trace.perCore[(step * trace.cores + core) * CORE_FIELDS + CoreField[field]];
      for (let core = 0; core < trace.cores; core++) {
        const updates = of(core, 'active') * costs.active + of(core, 'inactive') * costs.inactive + of(core, 'spikes') * costs.spike;
        const writes = of(core, 'fastWeightUpdates') * costs.fastWeightUpdate;
        expect(sent[core] * 1e9).toBeCloseTo((updates + writes + of(core, 'packetsOut') * costs.packetSent) * 1e9, 4);
        const reads = of(core, 'packetsIn') * costs.packetReceived + of(core, 'synapticEvents') * costs.synapticEvent;
        expect(received[core] * 1e9).toBeCloseTo(reads * 1e9, 4);
      }
      const row = step * STEP_FIELDS;
      expect(sent[trace.cores] / embeddedS).toBeCloseTo(trace.perStep[row + StepField.injected], 6);
      expect(received[trace.cores] / embeddedS).toBeCloseTo(trace.perStep[row + StepField.collected], 6);
      expect([horizontal, vertical]).toEqual([trace.perStep[row + StepField.hopsHorizontal], trace.perStep[row + StepField.hopsVertical]]);
    }
    expect(packets).toBe(totalCounts(trace).packets);
    expect(packets).toBeGreaterThan(300);
  });

  it('take at least as long as without a mesh, and that is a part of its own', () => {
    const [simple, detailed] = [timeTrace(trace, program, chip), timeTrace(trace, program, chip, DETAILED)];
    detailed.stepSeconds.forEach((seconds, step) => {
      expect(seconds).toBeGreaterThanOrEqual(simple.stepSeconds[step]);
    });
    expect(detailed.seconds).toBeGreaterThan(simple.seconds);
    const mesh = detailed.terms.find(({ name }) => name === 'mesh')?.seconds ?? 0;
    expect((simple.seconds + mesh) / detailed.seconds).toBeCloseTo(1, 9);
    expect(detailed.terms.reduce((sum, { seconds }) => sum + seconds, 0) / detailed.seconds).toBeCloseTo(1, 9);
    expect(simple.terms.find(({ name }) => name === 'mesh')?.seconds).toBe(0);
  });
});

describe('a step by hand', () => {
  const program = buildProgram({
    segments: [{ kind: 'run', steps: 3, injections: [{ stream: 'features', start: 0, steps: 2, size: 1 }] }],
    cores: [
      { tile: 0, groups: [group({ population: 'p', first: 0, count: 2, steps: 3 })] },
      { tile: 6, groups: [group({ population: 'out', first: 0, count: 3, steps: 3, role: 'readout' })] },
    ],
    synapses: [
      { from: 'features', neuron: 0, core: 0, compartment: 1, weight: 254 },
      { from: 'p', neuron: 1, core: 1, compartment: 0, weight: 2 },
      { from: 'p', neuron: 1, core: 1, compartment: 2, weight: 2 },
    ],
    readout: 'out',
  });
  const chip: ChipModel = {
    ...LOIHI2,
    time: {
      neuronUpdateActive: ns(8),
      neuronUpdateInactive: ns(5),
      spike: ns(30),
      packetSent: ns(2),
      packetReceived: ns(16),
      synapticEvent: ns(3),
      fastWeightUpdate: ns(6),
      spikeInTile: ns(1000),
      hopHorizontal: ns(4),
      hopVertical: ns(7),
      barrierOneTile: ns(0),
      barrierAllTiles: ns(0),
      embeddedOperation: ns(50),
    },
  };
  const clip = { steps: 2, channels: 1, features: Float32Array.of(1, 0), valid: Uint8Array.of(1, 1), label: null };
  const trace = createChipSimulator(program, chip).run(clip, sends);

  it('is the last event: packets leave one after the other, cross the mesh and are worked on', () => {
    expect(totalCounts(trace).spikes).toBe(1);
    const { stepSeconds } = timeTrace(trace, program, chip, DETAILED);
    // Nothing but the read-out in the last step: three membranes from tile (1, 2) to (0, 0), 18 away, sent at 26, 28, 30. The first is there
    // at 44 and done at 94, the others follow; 50 each.
    expect(stepSeconds[2] * 1e9).toBeCloseTo(26 + 18 + 150, 6);
    // With a spike from core 0 to core 1: 16 for two updates, 30, 2 to send; then 18 of mesh, 16 and two synapses. That is over before the
    // read-out is.
    expect(stepSeconds[1] * 1e9).toBeCloseTo(26 + 18 + 150, 6);
    // Priced so that the spike decides: 16 + 3000 + 2, 18, 16 + 6.
    const late: ChipModel = { ...chip, time: { ...chip.time, spike: ns(3000) } };
    expect(timeTrace(trace, program, late, DETAILED).stepSeconds[1] * 1e9).toBeCloseTo(16 + 3000 + 2 + 18 + 16 + 6, 6);
  });

  it('needs to know what a link holds, and who sent what', () => {
    const { linkBuffer: _, ...geometry } = chip.geometry;
    expect(() => timeTrace(trace, program, { ...chip, geometry }, DETAILED)).toThrow('geometry.linkBuffer');
    expect(() => timeTrace({ ...trace, sends: null }, program, chip, DETAILED)).toThrow('without its sends');
  });
});

describe('cost profiles', () => {
  it.each(COST_PROFILES.flatMap(({ name, family }) => (family === 'loihi' ? [name] : [])))(
    '%s makes a chip model that can be saved and loaded',
    async (name) => {
      for (const chip of [LOIHI1, LOIHI2]) {
        const priced = JSON.parse(JSON.stringify(priceChip(chip, name)));
        expect(await loadChipModel(priced, 'chip.json')).toEqual(priceChip(chip, name));
      }
    },
  );

  it.each([
    [[[2, 1e-6]]],
    [
      [
        [1, 1e-6],
        [4, 2e-6],
        [4, 3e-6],
      ],
    ],
    [
      [
        [1, 1e-6],
        [2.5, 2e-6],
      ],
    ],
    [[]],
  ])('barriers by tiles climb from 1: %j is refused', async (steps) => {
    const priced = JSON.parse(JSON.stringify(priceChip(LOIHI1, 'loihi1-sana-fe')));
    priced.time.barrierByTiles.steps = steps;
    await expect(loadChipModel(priced, 'chip.json')).rejects.toThrow('barrierByTiles');
  });

  it('are published on their own chip and proxies elsewhere', () => {
    expect(priceChip(LOIHI1, 'loihi1-davies2018')).toEqual(LOIHI1);
    expect(priceChip(LOIHI2, null)).toBe(LOIHI2);
    expect(priceChip(LOIHI1, 'loihi1-sana-fe').energy.spike?.basis).toBe('published');
    const borrowed = priceChip(LOIHI2, 'loihi1-sana-fe');
    expect([borrowed.energy.spike?.basis, borrowed.energy.barrier.basis]).toEqual(['proxy', 'assumed']);
    expect(borrowed.geometry).toBe(LOIHI2.geometry);
    for (const figure of [...Object.values(borrowed.energy), ...Object.values(borrowed.time)]) {
      expect(Object.keys(borrowed.sources)).toContain(figure.source);
    }
    expect(() => priceChip(LOIHI1, 'x')).toThrow('there is no cost profile `x`');
  });
});
