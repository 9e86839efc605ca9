import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importModel } from '../../../src/frontend/index.ts';
import { readLavaNet } from '../../../src/frontend/lava-net/index.ts';
import { networkOf } from '../../../src/frontend/lava-net/network-of.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import type { LavaNet } from '../../../src/ir/lava-net.ts';
import { describeModel } from '../../../src/ir/model-facts.ts';
import type { Network, PopulationNode } from '../../../src/ir/network.ts';
import { BINARY } from '../../../src/ir/payload.ts';
import { EXACT_PASSES, runPasses } from '../../../src/passes/index.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { LOIHI1 } from '../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { netOf } from '../../../src/targets/loihi/lava-net/index.ts';
import { spikesOf } from '../../support/raster.ts';
import { asBytes } from '../../targets/files.ts';

const STEPS = 16;
const OPTIONS = { file: 'pilotnet.net', steps: STEPS, thresholdRule: 'gt', layerLatency: 0 } as const;

const fixture = (name: string): Uint8Array => gunzipSync(readFileSync(`test/fixtures/lava-pilotnet/${name}.gz`));
const file = (): Uint8Array => fixture('network.net');

const populationsOf = ({ nodes }: Network): readonly PopulationNode[] =>
  nodes.filter((node): node is PopulationNode => node.kind === 'population');

/** Spikes of layers of these sizes, each [step, neuron]. */
function recorded(sizes: readonly number[]): readonly Uint8Array[] {
  const packed = fixture('spikes');
  let first = 0;
  return sizes.map((size) => {
    const bits = Uint8Array.from({ length: STEPS * size }, (_, i) => (packed[first + (i >> 3)] >> (7 - (i & 7))) & 1);
    first += Math.ceil(bits.length / 8);
    return bits;
  });
}

const differences = (ours: ArrayLike<number>, theirs: Uint8Array): number =>
  theirs.reduce((count, value, i) => count + (ours[i] === value ? 0 : 1), 0);

const clipOf = (features: Float32Array): Clip => ({
  steps: STEPS,
  channels: features.length / STEPS,
  features,
  valid: new Uint8Array(STEPS).fill(1),
  label: null,
});

/** The network as the recording drove it: input neurons take the image as their bias. */
async function driven(): Promise<LavaNet> {
  const { layers } = await readLavaNet(file(), OPTIONS.file);
  return {
    layers: layers.map((layer) =>
      layer.kind === 'input' && layer.neurons !== null ? { ...layer, neurons: { ...layer.neurons, weight: 1, bias: 0 } } : layer,
    ),
  };
}

const SIZES = [39600, 76032, 26460, 8064, 5632, 2560, 100, 50, 10];

describe('the spiking PilotNet of lava-dl', () => {
  it('fires what was recorded, in every neuron of its nine layers and every step', async () => {
    const network = networkOf(await driven(), OPTIONS);
    const image = fixture('image');
    const features = new Float32Array(STEPS * image.length);
    for (let t = 0; t < STEPS; t++) features.set(image, t * image.length);
    const { streams } = simulateNetwork(network, clipOf(features));
    const populations = populationsOf(network);
    expect(populations.map(({ size }) => size)).toEqual(SIZES);
    expect(recorded(SIZES).map((spikes, k) => differences(streams.get(populations[k].id) ?? [], spikes))).toEqual(SIZES.map(() => 0));
  });

  it.each([
    { chip: LOIHI2, shape: [64, 4, 22], after: 4 },
    { chip: LOIHI1, shape: [64, 2, 20], after: 5 },
  ])('fires its last layers from the images of $chip.name, given the recorded spikes of layer $after', async ({ chip, shape, after }) => {
    const { layers } = await driven();
    const read = networkOf({ layers: [{ kind: 'input', shape, neurons: null }, ...layers.slice(after + 1)] }, OPTIONS);
    // It is given spikes; counts would travel as digits on loihi1.
    const network = { ...read, nodes: read.nodes.map((node) => (node.kind === 'input' ? { ...node, payload: BINARY } : node)) };
    const target = loihiTarget(chip);
    const lowered = target.lower(runPasses(network, EXACT_PASSES, { report: () => {} }), {
      weightBits: 8,
      report: () => {},
      calibration: null,
    });
    const mapping = target.map(lowered.network, {
      traffic: null,
      facts: describeModel(network, { file: OPTIONS.file, sha256: '' }),
      scaleRule: lowered.scaleRule,
      resolution: lowered.resolution,
      seed: 1,
    });
    const { program } = await target.load(asBytes(target.emit(mapping)));
    const all = recorded(SIZES);
    const { rasters } = createChipSimulator(program, chip).run(clipOf(Float32Array.from(all[after])), { record: true });
    const found = populationsOf(lowered.network).map(({ id, size, order }) => spikesOf(rasters.get(id), STEPS, size, order));
    expect(found.map((spikes, k) => differences(spikes, all[after + 1 + k]))).toEqual(found.map(() => 0));
    expect(found.map((spikes) => spikes.reduce((a, b) => a + b, 0))).toEqual([4122, 110, 28, 3].slice(after - 4));
  });

  it('is written again with every number', async () => {
    const network = await importModel(file(), { ...OPTIONS, report: () => {} });
    const { layers } = await readLavaNet(file(), OPTIONS.file);
    // The last layer has a bias of 0.
    const last = { ...layers[layers.length - 1], bias: null };
    expect(netOf(runPasses(network, EXACT_PASSES, { report: () => {} }))).toEqual({ layers: [...layers.slice(0, -1), last] });
  });

  it('reads a last layer whose threshold is out of reach by its potentials, whatever theta says', async () => {
    const network = await importModel(file(), { ...OPTIONS, report: () => {} });
    const output = network.nodes.find(({ id }) => id === network.output);
    expect(output).toMatchObject({ kind: 'readout', size: 1, membrane: { decay: 1 } });
  });
});
