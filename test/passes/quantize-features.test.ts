import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import type { Clip } from '../../src/ir/clip.ts';
import { networksEqual } from '../../src/ir/equal.ts';
import type { Network } from '../../src/ir/network.ts';
import { loadNetwork, saveNetwork } from '../../src/ir/network-io.ts';
import { printNetwork } from '../../src/ir/network-print.ts';
import { verifyNetwork } from '../../src/ir/network-verify.ts';
import { quantizeFeatures, runPasses } from '../../src/passes/index.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { attention, centred, dense, input, networkOf, population, projection, readout, reorder, tinyDense } from '../support/networks.ts';
import { below, seededRandom, uniform } from '../support/random.ts';

const report = (): void => {};
const quantized = (network: Network, fractionBits: number, bits = 8): Network =>
  runPasses(network, [quantizeFeatures], { report, quantized: [{ firstChannel: 0, channels: network.nodes[0].size, bits, fractionBits }] });

/** Values that are integers of so many fraction bits, small enough for 8 bits. */
function gridClip(network: Network, fractionBits: number): Clip {
  const random = seededRandom(7);
  const [steps, channels] = [network.timesteps, network.nodes[0].size];
  return {
    steps,
    channels,
    features: Float32Array.from({ length: steps * channels }, () => (below(random, 255) - 127) * 2 ** -fractionBits),
    valid: new Uint8Array(steps).fill(1),
    label: null,
  };
}

const random = seededRandom(1);
const centredNetwork = networkOf({
  name: 'over time',
  timesteps: 6,
  nodes: [input('features', 4), population('hidden', 6), population('depthwise', 4), readout('logits', 6)],
  projections: [
    projection('features', 'hidden', centred(4, 6, 3, 1, uniform(random, 72, -0.05, 0.05))),
    projection('features', 'depthwise', centred(4, 4, 3, 4, uniform(random, 12, -0.1, 0.1))),
    projection('hidden', 'logits', { kind: 'one-to-one', sources: 6, targets: 6, weights: null }),
  ],
  output: 'logits',
});
const spatial = {
  sourceShape: [1, 2, 2],
  targetShape: [2, 1, 1],
  kernel: [2, 2],
  stride: [1, 1],
  padding: [0, 0],
  dilation: [1, 1],
} as const;
const everyKind = networkOf({
  name: 'every kind',
  timesteps: 4,
  nodes: [input('features', 4), population('space', 2), population('pool', 1), population('single', 4), readout('logits', 2)],
  projections: [
    projection('features', 'space', {
      kind: 'convolution',
      sources: 4,
      targets: 2,
      groups: 1,
      weights: uniform(random, 8, -1, 1),
      ...spatial,
    }),
    projection('features', 'pool', { kind: 'pooling', sources: 4, targets: 1, factor: 0.25, ...spatial, targetShape: [1, 1, 1] }),
    projection('features', 'single', { kind: 'one-to-one', sources: 4, targets: 4, weights: null }),
    projection('features', 'logits', {
      kind: 'sparse',
      sources: 4,
      targets: 2,
      sourceIndex: Int32Array.of(0, 1, 3),
      targetIndex: Int32Array.of(0, 1, 1),
      weights: uniform(random, 3, -1, 1),
      delays: null,
    }),
  ],
  output: 'logits',
});

describe('quantize-features', () => {
  it.each([tinyDense(), centredNetwork, everyKind])('loses nothing of features that are whole steps: $name', (network) => {
    for (const fractionBits of [-3, 0, 5]) {
      const made = quantized(network, fractionBits);
      expect(verifyNetwork(made)).toEqual([]);
      const clip = gridClip(network, fractionBits);
      const [before, after] = [simulateNetwork(network, clip), simulateNetwork(made, clip)];
      expect(after.logits).toEqual(before.logits);
      for (const node of network.nodes.slice(1)) expect(after.streams.get(node.id), node.id).toEqual(before.streams.get(node.id));
      const sent = Array.from(clip.features, (value) => value * 2 ** fractionBits);
      expect(Array.from(after.streams.get(network.nodes[0].id) ?? [])).toEqual(sent);
    }
  });

  it('is printed, and saved without loss', async () => {
    const made = quantized(tinyDense(), 4, 6);
    expect(printNetwork(made)).toContain(
      'features: input [3] on time, integer -31..31 quantized=[{bits=6 channels=3 firstChannel=0 fractionBits=4}] role=features',
    );
    expect(networksEqual(await loadNetwork(saveNetwork(made), 'saved.json'), made)).toBeNull();
  });

  it('keeps shared synapses shared, and a network without real features as it is', () => {
    const weights = dense(3, 4, uniform(random, 12, -1, 1));
    const network = networkOf({
      name: 'shared',
      timesteps: 3,
      nodes: [input('features', 3), population('a', 4), population('b', 4), readout('logits', 4)],
      projections: [
        projection('features', 'a', weights),
        projection('features', 'b', weights),
        projection('a', 'logits', dense(4, 4, uniform(random, 16, -1, 1))),
      ],
      output: 'logits',
    });
    const [a, b] = quantized(network, 3).projections;
    expect(a.synapses).toBe(b.synapses);
    expect(runPasses(network, [quantizeFeatures], { report, quantized: [] })).toBe(network);
  });

  it('follows a reorder, and refuses what is no weight by name', () => {
    const features = input('features', 2);
    const moved = reorder('moved', features, Int32Array.of(3, 2, 1, 0));
    const over = (nodes: Network['nodes'], source: string): Network =>
      networkOf({
        name: 'operations',
        timesteps: 2,
        nodes: [features, ...nodes, population('hidden', 2), readout('logits', 2)],
        projections: [
          projection(source, 'hidden', dense(2, 2, Float32Array.of(0.5, -0.25, 1, 0.125))),
          projection('hidden', 'logits', dense(2, 2, Float32Array.of(1, 2, 3, 4))),
        ],
        output: 'logits',
      });
    const network = over([moved], 'moved');
    const clip = gridClip(network, 5);
    expect(simulateNetwork(quantized(network, 5), clip).streams.get(network.nodes[2].id)).toEqual(
      simulateNetwork(network, clip).streams.get(network.nodes[2].id),
    );
    const attending = over([attention('attended', { query: features, key: features, value: features, mask: null }, 1)], 'attended');
    expect(() => quantized(attending, 5)).toThrowError(DiagnosticError);
    expect(() => quantized(attending, 5)).toThrow(/operation-unsupported: attended works on the real-valued features of features/);
  });

  it('is checked in a file: ranges in order, bits that there are, a payload that holds them', () => {
    const made = quantized(tinyDense(), 4);
    const changed = (change: object): readonly string[] =>
      verifyNetwork({ ...made, nodes: made.nodes.map((node) => (node.kind === 'input' ? { ...node, ...change } : node)) });
    const part = { firstChannel: 0, channels: 2, bits: 8, fractionBits: 0 };
    expect(changed({ quantized: [part] })).toEqual([]);
    expect(changed({ quantized: [part, part] })).toEqual(['features: channels 0..1 of 2..2 are quantized']);
    expect(changed({ quantized: [{ ...part, channels: 4 }] })).toEqual(['features: channels 0..3 of 0..2 are quantized']);
    expect(changed({ quantized: [{ ...part, bits: 17 }] })).toContain('features: channel 0 has 17 bits');
    expect(changed({ quantized: [{ ...part, fractionBits: 0.5 }] })).toEqual(['features: channel 0 has 0.5 fraction bits']);
    expect(changed({ quantized: [{ ...part, bits: 9 }] })).toEqual([
      'features: its payload is integer -127..127, values up to 255 are sent',
    ]);
  });
});
