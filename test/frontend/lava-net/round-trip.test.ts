import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importModel } from '../../../src/frontend/index.ts';
import { readLavaNet } from '../../../src/frontend/lava-net/index.ts';
import type { LavaNet, NetLayer } from '../../../src/ir/lava-net.ts';
import type { Network } from '../../../src/ir/network.ts';
import { verifyNetwork } from '../../../src/ir/network-verify.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { netOf, writeNet } from '../../../src/targets/loihi/lava-net/index.ts';
import { below, type Random, seededRandom } from '../../support/random.ts';
import { differenceOf, places, spikesIn } from '../../targets/loihi/lava-net/fire.ts';
import { delayed, recurrent, STEPS, spatial } from '../../targets/loihi/lava-net/nets.ts';
import { oxfordModel } from './oxford.ts';

const read = (bytes: Uint8Array, layerLatency = 0): Promise<Network> =>
  importModel(bytes, { file: 'written.net', report: () => {}, steps: STEPS, layerLatency });

const NEURON = { iDecay: 2048, vDecay: 300, vThMant: 90 };
const NO_MEMORY = { iDecay: 4096, vDecay: 700, vThMant: 60 };

const numbers = (random: Random, count: number, odd: boolean): Int16Array =>
  Int16Array.from({ length: count }, () => (odd ? below(random, 255) - 127 : 2 * (below(random, 255) - 128)));
const biases = (random: Random, count: number): Int32Array => Int32Array.from({ length: count }, () => below(random, 201) - 100);

/** Every layer that the format has, but read-outs. */
function everything(random: Random): LavaNet {
  const layers: readonly NetLayer[] = [
    { kind: 'input', shape: [2, 6, 5], neurons: { neuron: NO_MEMORY, weight: 36, bias: 3 } },
    {
      kind: 'conv',
      shape: [4, 6, 2],
      inChannels: 2,
      kernelSize: [3, 2],
      stride: [1, 2],
      padding: [1, 0],
      dilation: [1, 1],
      groups: 2,
      weight: numbers(random, 24, true),
      delay: 3,
      neuron: NEURON,
      bias: biases(random, 4),
    },
    {
      kind: 'pool',
      shape: [4, 3, 2],
      kernelSize: [2, 1],
      stride: [2, 1],
      padding: [0, 0],
      dilation: [1, 1],
      weight: 64,
      delay: 0,
      neuron: NEURON,
      bias: null,
    },
    { kind: 'flatten' },
    {
      kind: 'dense',
      inFeatures: 24,
      outFeatures: 7,
      weight: numbers(random, 168, false),
      weightRec: null,
      delay: Int32Array.from({ length: 7 }, (_, i) => 5 * i),
      neuron: NEURON,
      bias: biases(random, 7),
    },
    {
      kind: 'dense',
      inFeatures: 7,
      outFeatures: 5,
      weight: numbers(random, 35, true),
      weightRec: null,
      delay: Int32Array.from({ length: 7 }, (_, i) => 62 - i),
      neuron: NO_MEMORY,
      bias: null,
    },
    {
      kind: 'dense',
      inFeatures: 5,
      outFeatures: 6,
      weight: numbers(random, 30, false),
      weightRec: numbers(random, 36, true),
      delay: null,
      neuron: NEURON,
      bias: biases(random, 6),
    },
  ];
  return { layers };
}

describe('a file that is read and written', () => {
  it.each([1, 2, 3])('keeps every number of every kind of layer (seed %i)', async (seed) => {
    const net = everything(seededRandom(seed));
    const bytes = await writeNet(net);
    expect(await readLavaNet(bytes, 'written.net')).toEqual(net);
    const network = await read(bytes);
    expect(verifyNetwork(network)).toEqual([]);
    expect(netOf(network)).toEqual(net);
  });

  it.each([
    ['oxford', oxfordModel],
    ['tiny', () => readFileSync('test/golden/loihi/netx_tiny/tiny.net')],
  ] as const)('keeps every number of a trained network: %s', async (_, model) => {
    const net = await readLavaNet(model(), 'trained.net');
    const again = netOf(await read(model()));
    expect(again).toEqual(net);
    expect(await readLavaNet(await writeNet(again), 'again.net')).toEqual(net);
  });

  it('keeps a read-out', async () => {
    const network = await read(await writeNet(netOf(recurrent(seededRandom(4)))));
    expect(network.nodes.map(({ kind }) => kind)).toEqual(['input', 'population', 'readout']);
    expect(netOf(network)).toEqual(netOf(recurrent(seededRandom(4))));
  });
});

describe("a file's network", () => {
  it.each([
    ['recurrent', recurrent],
    ['convolutions, pooling and a dense layer behind them', spatial],
    ['delays', delayed],
  ] as const)('fires as Lava runs the file: %s', async (_, make) => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = seededRandom(seed);
      const net = netOf(make(random));
      const network = await read(await writeNet(net), 1);
      const size = network.nodes[0].size;
      const events = spikesIn(random, size);
      const features = new Float32Array(STEPS * size);
      for (const [t, i] of events) features[t * size + i] = 1;
      const { streams } = simulateNetwork(network, {
        steps: STEPS,
        channels: size,
        features,
        valid: new Uint8Array(STEPS).fill(1),
        label: null,
      });
      const placeOf = places(network);
      const moved = (name: string, i: number): number => placeOf.get(name)?.(i) ?? i;
      const expected = network.nodes.slice(1).map((node) => ({
        name: node.name,
        size: node.size,
        spikes: Array.from(node.kind === 'population' ? (streams.get(node.id) ?? []) : []).flatMap((value, k) =>
          value === 0 ? [] : [[Math.floor(k / node.size), moved(node.name, k % node.size)]],
        ),
      }));
      expect(
        await differenceOf(
          net,
          events.map(([t, i]) => [t, moved(network.nodes[0].name, i)] as const),
          size,
          expected,
        ),
      ).toBeNull();
    }
  });
});
