import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../src/compile.ts';
import type { EmittedFile } from '../../src/ir/files.ts';
import type { LoihiProgram } from '../../src/ir/mapping.ts';
import type { Network, NetworkNode } from '../../src/ir/network.ts';
import { synapseCount } from '../../src/ir/synapses.ts';
import type { Trace } from '../../src/ir/trace.ts';
import { decide } from '../../src/simulator/decision.ts';
import { totalCounts } from '../../src/simulator/event-counts.ts';
import { createChipSimulator } from '../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { MODELS, type ModelName, onLoihi, openTestSet, readExpected, readModel } from './models.ts';

const options = { target: { name: 'loihi2' }, weightBits: 8, seed: 0, calibration: null, report: () => {}, progress: () => {} };

const compile = (model: ModelName) => compileModel(readModel(model, 'loop'), { file: `${model}/loop.onnx`, ...options });

const byPath = (files: readonly EmittedFile[]): ReadonlyMap<string, Uint8Array> =>
  new Map(files.map(({ path, content }) => [path, typeof content === 'string' ? new TextEncoder().encode(content) : content]));

const logitsOf = (trace: Trace, program: LoihiProgram): Float64Array => Float64Array.from(trace.readout, (v) => v * program.readout.scale);

/** (m1 - m2) / T of the reference. */
function marginOf(evidence: readonly number[], steps: number): number {
  const [first, second] = [...evidence].sort((a, b) => b - a);
  return (first - second) / steps;
}

describe('deployed on loihi2 with 8-bit weights, from the emitted files', () => {
  it('recognises words as the float model does', async () => {
    let pooled = 0;
    for (const model of MODELS) {
      const { target, files, network } = await compile(model);
      const { mapping, chip: chipModel } = onLoihi({ mapping: await target.load(byPath(files)), target });
      const { program } = mapping;
      const chip = createChipSimulator(program, chipModel);
      const clips = await openTestSet(network);
      const expected = readExpected(model);
      const tally = { agree: 0, float: 0, deployed: 0, flippedMargin: 0, spikes: 0, floatSpikes: 0 };
      for (let index = 0; index < clips.count; index++) {
        const clip = clips.clip(index);
        const trace = chip.run(clip, { record: false });
        const { winner } = decide(logitsOf(trace, program), network.timesteps, 20);
        const reference = expected.clips[index];
        if (winner === reference.prediction) tally.agree++;
        else tally.flippedMargin = Math.max(tally.flippedMargin, marginOf(reference.m, network.timesteps));
        if (reference.prediction === clip.label) tally.float++;
        if (winner === clip.label) tally.deployed++;
        const counts = expected.spike_counts[index];
        if (counts === undefined) continue;
        tally.floatSpikes += counts.reduce((a, b) => a + b, 0);
        for (const { spikes } of trace.populations.values()) tally.spikes += spikes;
      }
      const points = (100 * (tally.deployed - tally.float)) / clips.count;
      expect(tally.agree / clips.count, `${model}: agreement`).toBeGreaterThanOrEqual(0.95);
      expect(Math.abs(points), `${model}: points of accuracy`).toBeLessThanOrEqual(2.2);
      expect(Math.abs(tally.spikes / tally.floatSpikes - 1), `${model}: spikes`).toBeLessThanOrEqual(0.02);
      expect(tally.flippedMargin, `${model}: margin of a flipped clip`).toBeLessThan(0.1);
      pooled += tally.agree;
    }
    expect(pooled / (140 * MODELS.length)).toBeGreaterThanOrEqual(0.96);
  });
});

describe.each(MODELS)('the chip program of %s', (model) => {
  it('fires as the mapping and the integer network do, and counts each synaptic event once', async () => {
    const { target, mapping, files, lowered } = await compile(model);
    const loaded = await target.load(byPath(files.filter(({ path }) => path.startsWith('chip/'))));
    expect(isDeepStrictEqual(loaded, mapping)).toBe(true);
    const { mapping: own, chip: chipModel } = onLoihi({ mapping: loaded, target });
    const { program } = own;
    const mapped = createChipSimulator(onLoihi({ mapping, target }).mapping.program, chipModel);
    const chip = createChipSimulator(program, chipModel);
    const clips = await openTestSet(lowered);
    for (const index of [0, 17, 84]) {
      const clip = clips.clip(index);
      const trace = chip.run(clip, { record: true });
      expect(isDeepStrictEqual(trace, mapped.run(clip, { record: true })), 'the mapping itself').toBe(true);
      const { streams } = simulateNetwork(lowered, clip);
      for (const node of lowered.nodes) {
        if (node.kind === 'population') expect(trace.rasters.get(node.id), node.name).toEqual(rasterOf(node, streams.get(node.id)));
      }
      expect(totalCounts(trace).synapticEvents).toBe(connectivityEvents(lowered, trace, streams, clip.valid));
    }
  });
});

type Streams = ReturnType<typeof simulateNetwork>['streams'];

function rasterOf(node: NetworkNode, stream: ArrayLike<number> | undefined): Int32Array {
  const pairs: number[] = [];
  for (let i = 0; i < (stream?.length ?? 0); i++) if (stream?.[i] !== 0) pairs.push(Math.floor(i / node.size), i % node.size);
  return Int32Array.from(pairs);
}

/**
 * Synaptic events from connectivity and spikes alone. On the chip a spike reaches every synapse of its neuron, taps beyond the ends of the
 * clip included; a gate is one synapse a neuron; fast weights are read once per component when a key writes and when a query reads,
 * and a value spike reaches its teaching compartment.
 */
function connectivityEvents(network: Network, trace: Trace, streams: Streams, valid: Uint8Array): number {
  const nodes = new Map<string, NetworkNode>(network.nodes.map((node) => [node.id, node]));
  const active = (id: string, steps?: Uint8Array): number => {
    const node = nodes.get(id);
    const raster = trace.rasters.get(id) ?? (node === undefined ? new Int32Array(0) : rasterOf(node, streams.get(node.id)));
    let count = 0;
    for (let i = 0; i < raster.length; i += 2) if (steps === undefined || steps[raster[i]] === 1) count++;
    return count;
  };
  let events = 0;
  for (const { source, synapses } of network.projections) {
    const node = nodes.get(source);
    if (node?.kind === 'fast-weights') {
      const width = node.size / node.heads;
      events += width * (active(node.query) + active(node.key, node.mask === null ? undefined : valid)) + active(node.value);
    } else events += (active(source) * synapseCount(synapses)) / synapses.sources;
  }
  for (const node of network.nodes) if (node.kind === 'population' && node.gate !== null) events += active(node.gate);
  return events;
}
