import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import { networksEqual } from '../../../src/ir/equal.ts';
import { loadNetwork, saveNetwork } from '../../../src/ir/network-io.ts';
import { verifyNetwork } from '../../../src/ir/network-verify.ts';
import type { SpinnakerChip } from '../../../src/ir/spinnaker-chip.ts';
import type { SpinnakerProgram } from '../../../src/ir/spinnaker-program.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { createMachineSimulator } from '../../../src/simulator/spinnaker/machine-simulator.ts';
import { SPINNAKER1 } from '../../../src/targets/spinnaker/chips/spinnaker1.ts';
import { spinnakerTarget } from '../../../src/targets/spinnaker/index.ts';
import { randomClip, tinyDense, tinySpikeScr } from '../../support/networks.ts';
import { asBytes } from '../files.ts';
import { deployOn } from './deployments.ts';

const rasterOf = (stream: ArrayLike<number>, size: number): number[] =>
  Array.from(stream).flatMap((value, i) => (value === 0 ? [] : [Math.floor(i / size), i % size]));

const codesOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
};

/** A chip whose cores hold fewer neurons. */
const withNeurons = (value: number): SpinnakerChip => ({
  ...SPINNAKER1,
  core: { ...SPINNAKER1.core, neuronsMax: { ...SPINNAKER1.core.neuronsMax, value } },
});

const SHAPES = [
  { name: 'published', shape: {} },
  { name: 'two blocks', shape: { depth: 2, seed: 2 } },
  { name: 'corrected relays', shape: { scrambled: false, seed: 3 } },
  { name: 'no mask', shape: { masked: false, seed: 4 } },
  { name: 'wider', shape: { width: 12, heads: 3, hidden: 9, inputs: 7, steps: 12, seed: 5 } },
] as const;

describe('SpikeSCR in miniature on SpiNNaker', () => {
  it.each(SHAPES)('$name: fires as the integer network does, from the emitted files alone', async ({ shape }) => {
    const network = tinySpikeScr(shape);
    const clips = [1, 2, 3, 4].map((seed) => randomClip(network, seed));
    for (const chip of [SPINNAKER1, withNeurons(5)]) {
      const { lowered, mapping } = deployOn(network, clips, chip);
      expect(verifyNetwork(lowered)).toEqual([]);
      const target = spinnakerTarget(chip);
      const loaded = await target.load(asBytes(target.emit(mapping)));
      expect(loaded).toEqual(mapping);
      const simulator = createMachineSimulator(loaded.program, chip);
      let spikes = 0;
      for (const clip of clips) {
        const trace = simulator.run(clip, { record: true });
        const { streams, logits } = simulateNetwork(lowered, clip);
        for (const node of lowered.nodes) {
          if (node.kind !== 'population') continue;
          const raster = Array.from(trace.rasters.get(node.id) ?? []);
          expect(raster, node.name).toEqual(rasterOf(streams.get(node.id) ?? [], node.size));
          spikes += raster.length / 2;
        }
        expect(Float32Array.from(trace.readout, (value) => value * loaded.program.readout.scale)).toEqual(logits);
      }
      expect(spikes).toBeGreaterThan(100);
    }
  });

  it('needs no calibration data: slots then hold whatever comes of spikes', () => {
    const network = tinySpikeScr();
    const { lowered, mapping } = deployOn(network, null);
    const clip = randomClip(network, 9);
    const trace = createMachineSimulator(mapping.program, SPINNAKER1).run(clip, { record: true });
    const { streams } = simulateNetwork(lowered, clip);
    for (const node of lowered.nodes) {
      if (node.kind === 'population')
        expect(Array.from(trace.rasters.get(node.id) ?? [])).toEqual(rasterOf(streams.get(node.id) ?? [], node.size));
    }
    const bases = mapping.program.resolution.map(({ population, basis }) => [population, basis]);
    expect(new Set(bases.filter(([population]) => !population.startsWith('embed')).map(([, basis]) => basis))).toEqual(new Set(['bound']));
  });

  it('is written to lowered.json and read back', async () => {
    const { lowered } = deployOn(tinySpikeScr(), null);
    expect(networksEqual(await loadNetwork(saveNetwork(lowered), 'lowered.json'), lowered)).toBeNull();
  });

  it('is compiled to the same bytes each time', () => {
    const target = spinnakerTarget(SPINNAKER1);
    const files = [1, 2].map(() => target.emit(deployOn(tinySpikeScr(), [randomClip(tinySpikeScr(), 1)]).mapping));
    expect(files[0]).toEqual(files[1]);
  });
});

describe('what the machine would have lost', () => {
  const network = tinyDense();
  const quiet = [randomClip(network, 1)];
  const { mapping } = deployOn(network, quiet);
  const loud = (factor: number): Clip => ({ ...quiet[0], features: quiet[0].features.map((count) => count * factor) });

  it('is an error: slots of clips far louder than the calibration data', () => {
    const simulator = createMachineSimulator(mapping.program, SPINNAKER1);
    expect(codesOf(() => simulator.run(quiet[0], { record: false }))).toEqual([]);
    expect(codesOf(() => simulator.run(loud(1000), { record: false }))).toEqual(['slot-saturated']);
    // And forgotten in the next clip.
    expect(codesOf(() => simulator.run(quiet[0], { record: false }))).toEqual([]);
  });

  it('is an error: counts that no payload holds, and what is no count', () => {
    const simulator = createMachineSimulator(mapping.program, SPINNAKER1);
    expect(codesOf(() => simulator.run(loud(30_000), { record: false }))).toEqual(['value-out-of-range']);
    expect(codesOf(() => simulator.run(loud(-1), { record: false }))).toEqual(['value-out-of-range']);
    expect(codesOf(() => simulator.run(loud(0.3), { record: false }))).toEqual(['data-malformed']);
  });

  it('is an error: a step that is too short for its core, with the core and the step', () => {
    const slow = { ...SPINNAKER1, core: { ...SPINNAKER1.core, clock: { ...SPINNAKER1.core.clock, value: 2e6 } } };
    const simulator = createMachineSimulator({ ...mapping.program, timeScale: 1 }, slow);
    try {
      simulator.run(quiet[0], { record: false });
      expect.fail('nothing was late');
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const [{ code, places }] = error.diagnostics;
      expect(code).toBe('spike-late');
      expect(places[0].item).toMatch(/^core \d+ \(chip \d,\d, processor \d+\), \d+ of 2000 cycles, step \d+$/);
    }
  });

  it('never happens at the pace that was chosen, whatever the data: every source at once', () => {
    const program: SpinnakerProgram = mapping.program;
    const all: Clip = { ...quiet[0], features: quiet[0].features.map(() => 1) };
    const trace = createMachineSimulator(program, SPINNAKER1).run(all, { record: false });
    const budget = SPINNAKER1.core.clock.value * 1e-3 * program.timeScale;
    expect(Math.max(...trace.cycles)).toBeGreaterThan(SPINNAKER1.core.stepCycles.value);
    expect(Math.max(...trace.cycles)).toBeLessThanOrEqual(budget);
  });
});
