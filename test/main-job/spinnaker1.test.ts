import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Compiled, compileModel } from '../../src/compile.ts';
import type { Network, NetworkNode } from '../../src/ir/network.ts';
import { linkEnds } from '../../src/ir/spinnaker-machine.ts';
import type { NeuronProgram, SpinnakerCoreProgram, SpinnakerProgram } from '../../src/ir/spinnaker-program.ts';
import { ROUTE_BITS, type RoutingEntry } from '../../src/ir/spinnaker-routing.ts';
import { type Deployment, deploymentOf } from '../../src/pipeline/deployment.ts';
import { decide } from '../../src/simulator/decision.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { deliver } from '../../src/simulator/spinnaker/deliver.ts';
import { createMachineSimulator } from '../../src/simulator/spinnaker/machine-simulator.ts';
import type { MachineTrace } from '../../src/simulator/spinnaker/machine-trace.ts';
import { PopulationTable } from '../../src/simulator/spinnaker/population-table.ts';
import { SPINNAKER1 } from '../../src/targets/spinnaker/chips/spinnaker1.ts';
import { asBytes } from '../targets/files.ts';
import { MODELS, type ModelName, openTestSet, readExpected, readModel, readTestSet } from './models.ts';

const compile = (model: ModelName): Promise<Compiled> =>
  compileModel(readModel(model, 'loop'), {
    file: `${model}/loop.onnx`,
    target: { name: 'spinnaker1' },
    weightBits: 8,
    seed: 0,
    calibration: readTestSet(),
    report: () => {},
    progress: () => {},
  });

function onSpinnaker({ mapping, target }: Pick<Compiled, 'mapping' | 'target'>): Extract<Deployment, { kind: 'spinnaker' }>['mapping'] {
  const deployment = deploymentOf(mapping, target.chip);
  if (deployment.kind !== 'spinnaker') throw new Error(`compiled for ${deployment.kind}`);
  return deployment.mapping;
}

const rasterOf = (node: NetworkNode, stream: ArrayLike<number>): number[] =>
  Array.from(stream).flatMap((value, i) => (value === 0 ? [] : [Math.floor(i / node.size), i % node.size]));

/** (m1 - m2) / T of the reference. */
function marginOf(evidence: readonly number[], steps: number): number {
  const [first, second] = [...evidence].sort((a, b) => b - a);
  return (first - second) / steps;
}

/** The first 16 are those of calibration. */
const CLIPS: Readonly<Record<ModelName, readonly number[]>> = {
  'spikescr-t100': [20, 33],
  'spikescr-t40': [0, ...Array.from({ length: 12 }, (_, clip) => 20 + clip)],
  'spikescr-n128-t100': [20],
  'spikescr-n128-t40': [20, 34],
};

describe.each(MODELS)('%s on spinnaker1', (model) => {
  it('recognises words as the float model does, from its images, tables and software alone, and loses nothing', async () => {
    const compiled = await compile(model);
    const { target, files, lowered, network } = compiled;
    const mapping = onSpinnaker(compiled);
    const loaded = onSpinnaker({ mapping: await target.load(asBytes(files.filter(({ path }) => path.startsWith('chip/')))), target });
    expect(isDeepStrictEqual(loaded, mapping)).toBe(true);

    const chip = createMachineSimulator(loaded.program, SPINNAKER1);
    const clips = await openTestSet(network);
    const { clips: expected, spike_counts: counts } = readExpected(model);
    const tally = { agree: 0, flippedMargin: 0, spikes: 0, floatSpikes: 0 };
    for (const index of CLIPS[model]) {
      const clip = clips.clip(index);
      // Saturation and lateness would throw.
      const trace = chip.run(clip, { record: true });
      if (index % 20 === 0) expectSameAsNetwork(lowered, clip, trace);
      const logits = Float64Array.from(trace.readout, (value) => value * loaded.program.readout.scale);
      const { winner } = decide(logits, network.timesteps, 20);
      if (winner === expected[index].prediction) tally.agree++;
      else tally.flippedMargin = Math.max(tally.flippedMargin, marginOf(expected[index].m, network.timesteps));
      tally.floatSpikes += counts[index].reduce((a, b) => a + b, 0);
      for (const { spikes } of trace.populations.values()) tally.spikes += spikes;
      expect(Math.max(...trace.cycles)).toBeLessThanOrEqual(SPINNAKER1.core.clock.value * 1e-3 * loaded.program.timeScale);
    }
    expect(tally.agree / CLIPS[model].length).toBeGreaterThanOrEqual(0.95);
    expect(Math.abs(tally.spikes / tally.floatSpikes - 1)).toBeLessThanOrEqual(0.02);
    expect(tally.flippedMargin).toBeLessThan(0.1);

    expectRouted(loaded.program);
    expectFineWeights(loaded.program, lowered);
  });
});

function expectSameAsNetwork(lowered: Network, clip: Parameters<typeof simulateNetwork>[1], trace: MachineTrace): void {
  const { streams } = simulateNetwork(lowered, clip);
  for (const node of lowered.nodes) {
    if (node.kind === 'population')
      expect(Array.from(trace.rasters.get(node.id) ?? []), node.name).toEqual(rasterOf(node, streams.get(node.id) ?? []));
  }
}

/** Every key, neuron by neuron: it reaches each core that has synapses or a bitmap for it once, and nothing but cores whose tables know it. */
function expectRouted({ machine, routing, cores }: SpinnakerProgram): void {
  const links = linkEnds(machine);
  const tables: (readonly RoutingEntry[])[] = machine.chips.map(() => []);
  for (const { chip, entries } of routing) tables[chip] = entries;
  expect(Math.max(...tables.map((table) => table.length))).toBeLessThanOrEqual(1023);
  const at = new Map(cores.map(({ chip, processor }, index) => [chip * ROUTE_BITS + processor, index]));
  const readers = cores.map((core) => (core.kind === 'neurons' ? new PopulationTable(core.image) : null));
  let keys = 0;
  for (const sender of cores) {
    for (const { key, segment } of keysOf(sender)) {
      const { cores: reached, lost } = deliver(links, tables, sender.chip, key);
      const indices = reached.map(({ chip, core }) => at.get(chip * ROUTE_BITS + core) ?? -1);
      expect(lost).toBeNull();
      expect(new Set(indices).size, `key ${key}`).toBe(indices.length);
      const wanted = cores.flatMap((core, index) => (needs(core, readers[index], key, segment) ? [index] : []));
      expect(
        wanted.filter((index) => !indices.includes(index)),
        `key ${key}`,
      ).toEqual([]);
      const strays = indices.filter((index) => (readers[index]?.find(key) ?? 0) < 0);
      expect(strays, `key ${key}`).toEqual([]);
      keys++;
    }
  }
  expect(keys).toBeGreaterThan(1000);
}

const keysOf = (core: SpinnakerCoreProgram): readonly { readonly key: number; readonly segment: number }[] =>
  core.kind === 'neurons'
    ? [...(core.image.keys ?? [])].map((key) => ({ key, segment: core.segment }))
    : core.sends.flatMap(({ key, negativeKey, size, segment }) =>
        [key, negativeKey ?? key].flatMap((base) => Array.from({ length: size }, (_, channel) => ({ key: base + channel, segment }))),
      );

function needs(core: SpinnakerCoreProgram, table: PopulationTable | null, key: number, segment: number): boolean {
  if (core.kind === 'software') {
    return core.records.some(
      (record) => record.from === 'packets' && record.segment === segment && (key & record.mask) >>> 0 === record.key,
    );
  }
  const entry = table?.find(key) ?? -1;
  if (table === null || entry < 0) return false;
  const neuron = table.neuronOf(entry, key);
  return table.blocksOf(entry).some(({ words, first, stride, headerWords }) => headerWords === 0 || words[first + neuron * stride + 1] > 0);
}

/** The first layer that is dense over spikes keeps at least two bits more than the worst case would leave it. */
function expectFineWeights({ cores, resolution }: SpinnakerProgram, lowered: Network): void {
  const binary = new Set<string>(lowered.nodes.flatMap(({ id, payload }) => (payload.kind === 'binary' ? [id] : [])));
  const first = lowered.projections.find(({ source, synapses }) => synapses.kind === 'dense' && binary.has(source));
  const rows = resolution.filter(({ projection }) => projection === first?.id);
  expect(rows.map(({ receptor }) => receptor).sort()).toEqual(['excitatory', 'inhibitory']);
  for (const { wonOverWorstCase, lost, lostInWorstCase } of rows) {
    expect(wonOverWorstCase).toBeGreaterThanOrEqual(2);
    expect(3 * lost).toBeLessThan(lostInWorstCase);
  }
  const own = cores.find((core): core is NeuronProgram => core.kind === 'neurons' && core.population === first?.target);
  expect(own === undefined).toBe(false);
  // What lies on the core is what is reported, or more.
  rows.forEach(({ shift }, type) => {
    expect(own?.image.shifts[type] ?? -1).toBeGreaterThanOrEqual(shift);
  });
}
