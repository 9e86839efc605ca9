import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readLavaNet } from '../../../../src/frontend/lava-net/index.ts';
import { lookup3 } from '../../../../src/ir/hdf5/clear-times.ts';
import { type NetLayer, netDatasets } from '../../../../src/ir/lava-net.ts';
import type { Network } from '../../../../src/ir/network.ts';
import type { Synapses } from '../../../../src/ir/synapses.ts';
import { exportNet } from '../../../../src/pipeline/export-net.ts';
import { LOIHI2 } from '../../../../src/targets/loihi/chips/loihi2.ts';
import { netOf, writeNet } from '../../../../src/targets/loihi/lava-net/index.ts';
import { dense, input, oneToOne, population, projection, readout } from '../../../support/network-parts.ts';
import { type Random, seededRandom, uniform } from '../../../support/random.ts';
import { differenceOf, emulatedSpikes, places, referenceSpikes, sharedSpikes, spikesIn } from './fire.ts';
import { delayed, integerDense, lif, logits, recurrent, row, STEPS, spatial } from './nets.ts';

const layersOf = async (bytes: Uint8Array): Promise<readonly NetLayer[]> => (await readLavaNet(bytes, 'written.net')).layers;

function asDense(layer: NetLayer): Extract<NetLayer, { kind: 'dense' }> {
  if (layer.kind !== 'dense') throw new Error(`${layer.kind} is no dense layer`);
  return layer;
}

describe('a lava-dl network that was written', () => {
  it.each([1, 2, 3])('fires as the integer network does, layer after layer (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const net = row(
      STEPS,
      input('in', 8),
      [lif('a', 12), integerDense(random, 8, 12)],
      [lif('b', 10, { currentDecay: 4095, voltageDecay: 2048, thresholdMantissa: 100 }), integerDense(random, 12, 10)],
      [logits(4), integerDense(random, 10, 4)],
    );
    const events = spikesIn(random, 8);
    expect(await differenceOf(netOf(net), events, 8, referenceSpikes(net, events))).toBeNull();
  });

  it.each([
    ['recurrent', recurrent, 6],
    ['convolutions, pooling and a dense layer behind them', spatial, 84],
    ['delays', delayed, 6],
  ] as const)('fires as its synapses one by one: %s', async (_, make, size) => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = seededRandom(seed);
      const net = make(random);
      const events = spikesIn(random, size);
      const placeOf = places(net);
      const moved = (name: string, spikes: readonly (readonly number[])[]) =>
        spikes.map(([t, i]) => [t, placeOf.get(name)?.(i) ?? i] as const);
      const expected = emulatedSpikes(net, events).map((layer) => ({ ...layer, spikes: moved(layer.name, layer.spikes) }));
      expect(await differenceOf(netOf(net), moved('in', events), size, expected)).toBeNull();
    }
  });

  it('holds the integers of weights, biases and registers', async () => {
    const random = seededRandom(4);
    const hidden = {
      ...lif('a', 3, { currentDecay: 0, voltageDecay: 4096, thresholdMantissa: 2 ** 17 - 1 }),
      bias: Int32Array.of(64, -128, 0),
    };
    const net = row(
      STEPS,
      input('in', 2),
      [hidden, integerDense(random, 2, 3)],
      [logits(2, Int32Array.of(640, 64)), integerDense(random, 3, 2)],
    );
    const [first, last] = (await layersOf(await writeNet(netOf(net)))).map(asDense);
    const { weights } = net.projections[0].synapses as Extract<Synapses, { kind: 'dense' }>;
    expect([first.outFeatures, first.inFeatures]).toEqual([3, 2]);
    expect([...first.weight]).toEqual([0, 3, 1, 4, 2, 5].map((i) => weights[i]));
    expect([...(first.bias ?? [])]).toEqual([1, -2, 0]);
    expect(first.neuron).toEqual({ iDecay: 1, vDecay: 4096, vThMant: 2 ** 17 - 1 });
    expect(last.neuron).toEqual({ iDecay: 4096, vDecay: 4096, vThMant: 2 ** 18 - 1 });
    expect([...(last.bias ?? [])]).toEqual([10, 1]);
  });

  it('is the same bytes at any time', async () => {
    const net = netOf(spatial(seededRandom(5)));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2001, 1, 3) });
    const early = await writeNet(net);
    vi.setSystemTime(Date.UTC(2031, 5, 7));
    const late = await writeNet(net);
    vi.useRealTimers();
    expect(Buffer.compare(early, late)).toBe(0);
  });

  it('has the checksums of lookup3', () => {
    // The author's own example, and the empty text.
    expect(lookup3(new TextEncoder().encode('Four score and seven years ago'))).toBe(0x17770551);
    expect(lookup3(new Uint8Array(0))).toBe(0xdeadbeef);
  });
});

describe('h5py', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikec-net-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const python = ['python3', '/usr/bin/python3'].find((path) => spawnSync(path, ['-c', 'import h5py']).status === 0);

  it.skipIf(python === undefined)(
    'reads the names, types, shapes and numbers that lava-dl writes (skipped without python3 and h5py)',
    async () => {
      const net = netOf(withPool(recurrent(seededRandom(6)), spatial(seededRandom(7))));
      const file = join(folder, 'network.net');
      writeFileSync(file, await writeNet(net));
      const script = `
import h5py, json, sys
def of(d):
    v = d[()]
    v = v.decode() if isinstance(v, bytes) else [x.decode() for x in v] if v.dtype.kind == 'S' else v.tolist()
    return [str(d.dtype), list(d.shape), v]
found = {}
h5py.File(sys.argv[1]).visititems(lambda n, o: found.update({n: of(o)}) if isinstance(o, h5py.Dataset) else None)
print(json.dumps(found))`;
      const { stdout, stderr } = spawnSync(python ?? '', ['-c', script, file], { encoding: 'utf8' });
      expect(stderr).toBe('');
      const found: Record<string, [string, number[], unknown]> = JSON.parse(stdout);
      const kinds = net.layers.map((_, i) => found[`layer/${i}/type`]);
      expect(kinds.map(([type, shape, value]) => [type, shape, value])).toEqual(
        ['input', 'conv', 'conv', 'pool', 'flatten', 'dense_rec', 'dense'].map((name) => ['|S10', [1], [name]]),
      );
      const at = (layer: number, names: readonly string[]) =>
        names.map((name) => [name, ...(found[`layer/${layer}/${name}`] ?? [])].slice(0, 3));
      expect(at(1, ['shape', 'inChannels', 'outChannels', 'kernelSize', 'stride', 'padding', 'dilation', 'groups', 'weight'])).toEqual([
        ['shape', 'int64', [3]],
        ['inChannels', 'int64', []],
        ['outChannels', 'int64', []],
        ['kernelSize', 'int64', [2]],
        ['stride', 'int64', [2]],
        ['padding', 'int64', [2]],
        ['dilation', 'int64', [2]],
        ['groups', 'int64', []],
        ['weight', 'float32', [4, 1, 3, 2]],
      ]);
      expect(at(3, ['weight'])).toEqual([['weight', 'float32', [1, 1, 2, 1]]]);
      expect(at(5, ['shape', 'inFeatures', 'outFeatures', 'weight', 'weight_rec'])).toEqual([
        ['shape', 'int64', [1]],
        ['inFeatures', 'int64', []],
        ['outFeatures', 'int64', []],
        ['weight', 'float32', [9, found['layer/5/inFeatures'][2]]],
        ['weight_rec', 'float32', [9, 9]],
      ]);
      const registers = ['type', 'iDecay', 'vDecay', 'vThMant', 'refDelay', 'gradedSpike'].map((name) => found[`layer/5/neuron/${name}`]);
      expect(registers.map(([type]) => type)).toEqual(['object', 'int64', 'int64', 'int64', 'int64', 'int8']);
      expect(registers.map(([, , value]) => value)).toEqual(['CUBA', 1024, 512, 300, 1, 0]);
      // Every number of every layer.
      net.layers.forEach((layer, index) => {
        for (const [name, dataset] of netDatasets(layer)) {
          const [, shape, value] = found[`layer/${index}/${name}`];
          if (dataset.type !== 'integer' && dataset.type !== 'real') continue;
          expect(shape).toEqual(dataset.shape);
          expect([value].flat(9)).toEqual(Array.from(dataset.values));
        }
      });
    },
  );
});

/** The convolutions of one network in front of the recurrent layer of another. */
function withPool(loop: Network, windows: Network): Network {
  const last = windows.projections[windows.projections.length - 1].source;
  const size = windows.nodes.find(({ id }) => id === last)?.size ?? 0;
  const renamed = (name: string): string => (name === 'a' ? 'loop' : name);
  const nodes = loop.nodes.slice(1).map((node) => (node.kind === 'population' ? lif(renamed(node.name), node.size) : node));
  const [, ...rest] = loop.projections;
  return {
    ...loop,
    nodes: [...windows.nodes.slice(0, -1), ...nodes],
    projections: [
      ...windows.projections.slice(0, -1),
      projection(last, 'loop', integerDense(seededRandom(8), size, 9)),
      ...rest.map((p) => projection(renamed(p.source), renamed(p.target), p.synapses, { delaySteps: p.delaySteps })),
    ],
  };
}

const context = { weightBits: 8, report: () => undefined };

describe('a real-valued network', () => {
  const real = (tie: 'ge' | 'gt', random: Random): Network => {
    const neuron = { parameters: 'discrete', decay: 0.875, leak: 0, inputGain: 1, currentDecay: 0.5, threshold: 1, tie } as const;
    const more = { reset: { kind: 'to-value', value: 0 }, initial: 0 } as const;
    const layer = (name: string, size: number) => population(name, size, { neuron: { ...neuron, ...more } });
    return row(
      STEPS,
      input('in', 8),
      [layer('a', 20), dense(8, 20, uniform(random, 160, -0.3, 0.5))],
      [layer('b', 20), dense(20, 20, uniform(random, 400, -0.3, 0.3))],
      [readout('logits', 4, { bias: uniform(random, 4, -0.5, 0.5) }), dense(20, 4, uniform(random, 80, -1, 1))],
    );
  };

  it.each(['ge', 'gt'] as const)('is written in integers that fire nearly as it does (%s)', async (tie) => {
    const random = seededRandom(11);
    const net = real(tie, random);
    const { path, content } = await exportNet(net, LOIHI2, context);
    expect(path).toBe('network.net');
    const layers = (await layersOf(content as Uint8Array)).map(asDense);
    // Weights of up to 0.5 fill 8 bits with p = 8, so that the threshold has 2^15 units; a model that fires at a tie gets 64 less.
    expect(layers[0].neuron?.vThMant).toBe(tie === 'ge' ? 511 : 512);
    expect(layers[0].neuron?.iDecay).toBe(2048);
    expect(layers[2].bias?.some((bias) => bias !== 0)).toBe(true);
    const events = spikesIn(random, 8);
    expect(await sharedSpikes(content as Uint8Array, events, 8, referenceSpikes(net, events))).toBeGreaterThan(0.9);
  });

  it('loses no tie of a model that fires at its threshold', async () => {
    // Links of exactly one threshold: every spike is a tie.
    const net = row(STEPS, input('in', 4), [population('a', 4), oneToOne(4)], [readout('logits', 4), oneToOne(4)]);
    const { content } = await exportNet(net, LOIHI2, context);
    const [{ weight, neuron }] = (await layersOf(content as Uint8Array)).map(asDense);
    expect(64 * weight[0]).toBeGreaterThan(64 * (neuron?.vThMant ?? 0));
  });
});
