import { describe, expect, it } from 'vitest';
import type { Network, PopulationNode } from '../../src/ir/network.ts';
import { loadNetwork, saveNetwork } from '../../src/ir/network-io.ts';
import { verifyNetwork } from '../../src/ir/network-verify.ts';
import type { DiscreteNeuron } from '../../src/ir/neuron.ts';
import { orderNeurons, orderNeuronsByDecays } from '../../src/passes/index.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../src/targets/loihi/index.ts';
import {
  dense,
  FACTS,
  input,
  LIF,
  networkOf,
  population,
  projection,
  randomClip,
  readout,
  seededRandom,
  uniform,
} from '../support/networks.ts';

const context = { report: () => {} };

/** A picture of 2 x 6 x 6, convolved to 8 x 4 x 4, pooled to 8 x 2 x 2, with a loop onto itself and a delay, to three logits. */
function picture(seed: number, neuron: Partial<DiscreteNeuron> = {}): Network {
  const random = seededRandom(seed);
  const channelwise = Float64Array.from({ length: 128 }, (_, n) => 0.3 + Math.floor(n / 16) / 16);
  const window = { kernel: [3, 3], stride: [1, 1], padding: [0, 0], dilation: [1, 1] } as const;
  return networkOf({
    name: 'picture',
    timesteps: 20,
    nodes: [
      input('features', 72),
      population('convolved', 128, { neuron: { ...LIF, decay: channelwise, ...neuron }, bias: uniform(random, 128, -0.1, 0.1) }),
      population('pooled', 32),
      population('whole', 5),
      readout('logits', 3),
    ],
    projections: [
      projection('features', 'convolved', {
        kind: 'convolution',
        sources: 72,
        targets: 128,
        sourceShape: [2, 6, 6],
        targetShape: [8, 4, 4],
        ...window,
        groups: 1,
        weights: uniform(random, 8 * 2 * 9, -0.5, 0.7),
      }),
      projection(
        'convolved',
        'convolved',
        { kind: 'one-to-one', sources: 128, targets: 128, weights: uniform(random, 128, -0.5, 0.5) },
        { delaySteps: 2 },
      ),
      projection('convolved', 'pooled', {
        kind: 'pooling',
        sources: 128,
        targets: 32,
        sourceShape: [8, 4, 4],
        targetShape: [8, 2, 2],
        ...window,
        kernel: [2, 2],
        stride: [2, 2],
        factor: 1,
      }),
      projection('pooled', 'whole', dense(32, 5, uniform(random, 160, -0.5, 0.7))),
      projection('whole', 'logits', dense(5, 3, uniform(random, 15, -1, 1))),
    ],
    output: 'logits',
  });
}

const populationOf = ({ nodes }: Network, name: string): PopulationNode => {
  const found = nodes.find((node): node is PopulationNode => node.kind === 'population' && node.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('order-neurons', () => {
  it('puts the channels of a place together, and keeps what is fired', () => {
    const network = picture(1);
    const ordered = orderNeurons.run(network, context);
    expect(verifyNetwork(ordered)).toEqual([]);
    expect(populationOf(ordered, 'convolved').order).toEqual(Int32Array.from({ length: 128 }, (_, i) => (i % 8) * 16 + Math.floor(i / 8)));
    expect(populationOf(ordered, 'pooled').order).toEqual(Int32Array.from({ length: 32 }, (_, i) => (i % 8) * 4 + Math.floor(i / 8)));
    expect(populationOf(ordered, 'whole').order).toBeUndefined();
    for (const seed of [1, 2, 3]) {
      const clip = randomClip(network, seed);
      const [before, after] = [network, ordered].map((each) => simulateNetwork(each, clip));
      let spikes = 0;
      for (const node of ordered.nodes) {
        const given = before.streams.get(node.id) ?? [];
        const order = node.kind === 'population' ? node.order : undefined;
        const placed = Array.from(given, (_, i) => given[order === undefined ? i : i - (i % node.size) + order[i % node.size]]);
        if (node.kind === 'population') {
          expect(Array.from(after.streams.get(node.id) ?? []), node.name).toEqual(placed);
          spikes += placed.reduce((sum, value) => sum + value, 0);
        }
      }
      expect(spikes).toBeGreaterThan(200);
    }
  });

  it('needs fewer input axons where a population is cut', () => {
    const small = { ...LOIHI2, limits: { ...LOIHI2.limits, inputAxonsPerCore: { ...LOIHI2.limits.inputAxonsPerCore, value: 190 } } };
    const target = loihiTarget(small);
    const lowered = target.lower(picture(1, { decay: 0.5 }), { weightBits: 8, calibration: null, ...context }).network;
    const { program } = target.map(lowered, { traffic: null, facts: FACTS, scaleRule: '', seed: 0 });
    const cores = program.cores.filter(({ groups }) => groups.some((group) => group.population === 'convolved'));
    expect(cores.length).toBeGreaterThan(1);
    // Two rows of places read four rows of two channels, 48 sources, and the 64 neurons themselves; half of the channels would read all 72.
    for (const { axonList } of cores) expect(axonList.length).toBeLessThanOrEqual(48 + 64);
  });

  it('is kept in lowered.json, and refused there where a neuron comes twice', async () => {
    const ordered = orderNeurons.run(picture(2), context);
    expect(await loadNetwork(saveNetwork(ordered), 'lowered.json')).toEqual(ordered);
    const order = populationOf(ordered, 'convolved').order?.slice().fill(3, 0, 2);
    const nodes = ordered.nodes.map((node) => (node.name === 'convolved' ? { ...node, order } : node));
    expect(verifyNetwork({ ...ordered, nodes } as Network)).toEqual(['convolved: order has 3 twice']);
  });

  it('has nothing to do where all is dense, or each neuron reads what no other does', () => {
    const network = networkOf({
      name: 'dense',
      timesteps: 3,
      nodes: [input('features', 4), population('hidden', 4), readout('logits', 2)],
      projections: [
        projection('features', 'hidden', { kind: 'one-to-one', sources: 4, targets: 4, weights: null }),
        projection('hidden', 'logits', dense(4, 2, new Float32Array(8).fill(1))),
      ],
      output: 'logits',
    });
    expect(orderNeurons.run(network, context)).toBe(network);
  });
});

describe('order-neurons-by-decays', () => {
  it('puts neurons together that forget as much, and of these those whose spikes take as much away', () => {
    const neuron: DiscreteNeuron = {
      ...LIF,
      decay: Float64Array.of(0.5, 0.25, 0.5, 0.25, 0.5, 0.25),
      reset: { kind: 'by-subtraction', amount: Float64Array.of(2, 4, 1, 4, 2, 1) },
    };
    const random = seededRandom(1);
    const network = networkOf({
      name: 'six',
      timesteps: 30,
      nodes: [input('features', 3), population('hidden', 6, { neuron }), readout('logits', 2)],
      projections: [
        projection('features', 'hidden', dense(3, 6, uniform(random, 18, -0.5, 2))),
        projection('hidden', 'logits', dense(6, 2, uniform(random, 12, -1, 1))),
      ],
      output: 'logits',
    });
    const ordered = orderNeuronsByDecays.run(network, context);
    expect(verifyNetwork(ordered)).toEqual([]);
    const hidden = ordered.nodes.find((node): node is PopulationNode => node.kind === 'population');
    expect(hidden?.order).toEqual(Int32Array.of(5, 1, 3, 2, 0, 4));
    expect(hidden?.neuron).toMatchObject({ reset: { amount: Float64Array.of(1, 4, 4, 1, 2, 2) } });
    const clip = randomClip(network, 3);
    const [before, after] = [network, ordered].map((each) => simulateNetwork(each, clip));
    const spikes = before.streams.get(hidden?.id ?? network.nodes[1].id) ?? [];
    expect(Array.from(spikes).filter((value) => value === 1).length).toBeGreaterThan(20);
    after.logits.forEach((value, i) => {
      expect(value).toBeCloseTo(before.logits[i], 5);
    });
  });
});
