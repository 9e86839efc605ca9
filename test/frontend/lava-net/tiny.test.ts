import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLavaNet } from '../../../src/frontend/lava-net/index.ts';
import { networkOf } from '../../../src/frontend/lava-net/network-of.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import { describeModel } from '../../../src/ir/model-facts.ts';
import type { Network, PopulationNode } from '../../../src/ir/network.ts';
import { EXACT_PASSES, LOWERING_PASSES, runPasses } from '../../../src/passes/index.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { LOIHI1 } from '../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { asBytes } from '../../targets/files.ts';

const FOLDER = 'test/golden/loihi/netx_tiny';

/** A recording of Lava: its input is the bias of each input neuron; (x, y, channel) row-major. */
interface Golden {
  readonly T: number;
  readonly layers: readonly { readonly name: string; readonly shape: readonly [number, number, number] }[];
  readonly input_bias_mant: readonly number[];
  readonly expected: { readonly spikes: Readonly<Record<string, readonly (readonly [number, number])[]>> };
}

const golden = JSON.parse(readFileSync(`${FOLDER}/netx_tiny.json`, 'utf8')) as Golden;

/** Place in (channel, y, x) of a neuron that Lava counts in (x, y, channel). */
const placeIn = ([width, height, channels]: readonly [number, number, number], i: number): number =>
  ((i % channels) * height + (Math.floor(i / channels) % height)) * width + Math.floor(i / channels / height);

/** The network with input neurons that take what they are given, as the recording drives them. */
async function tiny(): Promise<Network> {
  const { layers } = await readLavaNet(readFileSync(`${FOLDER}/tiny.net`), 'tiny.net');
  const given = layers.map((layer) =>
    layer.kind === 'input' && layer.neurons !== null ? { ...layer, neurons: { ...layer.neurons, weight: 1, bias: 0 } } : layer,
  );
  return networkOf({ layers: given }, { file: 'tiny.net', steps: golden.T, thresholdRule: 'gt', layerLatency: 1 });
}

function clipOf(): Clip {
  const size = golden.input_bias_mant.length;
  const features = new Float32Array(golden.T * size);
  for (let t = 0; t < golden.T; t++)
    golden.input_bias_mant.forEach((value, i) => {
      features[t * size + placeIn(golden.layers[0].shape, i)] = value;
    });
  return { steps: golden.T, channels: size, features, valid: new Uint8Array(golden.T).fill(1), label: null };
}

/** (step, neuron) of every spike in order, layer by layer. */
const recorded = golden.layers.map(({ name, shape }) =>
  golden.expected.spikes[name].map(([t, i]) => [t, placeIn(shape, i)]).sort((a, b) => a[0] - b[0] || a[1] - b[1]),
);

const populationsOf = ({ nodes }: Network) => nodes.filter((node): node is PopulationNode => node.kind === 'population');

describe('the tiny network of lava-dl', () => {
  it('is driven by weight 36 and bias 34 in the file', async () => {
    const { layers } = await readLavaNet(readFileSync(`${FOLDER}/tiny.net`), 'tiny.net');
    expect(layers.map(({ kind }) => kind)).toEqual(['input', 'conv', 'conv']);
    expect(layers[0]).toEqual({
      kind: 'input',
      shape: [3, 16, 16],
      neurons: { neuron: { iDecay: 4096, vDecay: 1024, vThMant: 25 }, weight: 36, bias: 34 },
    });
  });

  it('fires what Lava recorded, in the reference simulator', async () => {
    const network = await tiny();
    const { streams } = simulateNetwork(network, clipOf());
    const spikes = populationsOf(network).map(({ id, size }) =>
      Array.from(streams.get(id) ?? []).flatMap((value, i) => (value === 0 ? [] : [[Math.floor(i / size), i % size]])),
    );
    expect(spikes).toEqual(recorded);
    expect(recorded.map((layer) => layer.length)).toEqual([7685, 1802, 88]);
  });

  it.each([
    ['loihi1', LOIHI1],
    ['loihi2', LOIHI2],
  ])('fires it from the images of %s', async (_, chip) => {
    const network = await tiny();
    const target = loihiTarget(chip);
    const context = { chip, weightBits: 8, unitPowerMax: new Map(), report: () => {} };
    const lowered = runPasses(network, [...EXACT_PASSES, ...LOWERING_PASSES], context);
    const facts = describeModel(network, { file: 'tiny.net', sha256: '0' });
    const files = asBytes(target.emit(target.map(lowered, { traffic: null, facts, scaleRule: '', seed: 0 })));
    const { program } = await target.load(files);
    const { rasters } = createChipSimulator(program, chip).run(clipOf(), { record: true });
    populationsOf(network).forEach(({ id }, k) => {
      expect(Array.from(rasters.get(id) ?? []), id).toEqual(recorded[k].flat());
    });
  });
});
