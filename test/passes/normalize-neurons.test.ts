import { describe, expect, it } from 'vitest';
import type { Network, NetworkNode } from '../../src/ir/network.ts';
import type { DiscreteNeuron } from '../../src/ir/neuron.ts';
import { isNormal, normalizeNeurons } from '../../src/passes/normalize-neurons.ts';
import type { LoweringContext } from '../../src/passes/pass.ts';
import { quantize } from '../../src/passes/quantize.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { randomClip, tinyDense } from '../support/networks.ts';

const context: LoweringContext = { chip: LOIHI2, weightBits: 8, unitPowerMax: new Map(), report: () => {} };

function withNeuron(network: Network, change: Partial<DiscreteNeuron>): Network {
  const nodes = network.nodes.map((node): NetworkNode => {
    if (node.kind !== 'population' || node.neuron.parameters !== 'discrete') return node;
    return { ...node, neuron: { ...node.neuron, ...change } };
  });
  return { ...network, nodes };
}

const CASES: readonly (readonly [string, Partial<DiscreteNeuron>])[] = [
  ['a threshold of 0.75', { threshold: 0.75 }],
  ['an input gain of 1/2 (decay of the input)', { inputGain: 0.5 }],
  ['a reset to 0.25, with the leak towards it', { reset: { kind: 'to-value', value: 0.25 }, leak: 0.125, initial: 0.25 }],
  ['a negative reset without a leak towards it', { reset: { kind: 'to-value', value: -0.5 }, initial: -0.5 }],
  ['a soft reset by the threshold', { threshold: 0.75, reset: { kind: 'by-subtraction' } }],
  ['a soft reset by more than the threshold', { threshold: 0.5, reset: { kind: 'by-subtraction', amount: 0.625 } }],
  [
    'soft resets, thresholds and starts neuron by neuron',
    {
      threshold: Float64Array.of(1, 0.5, 0.75, 2),
      reset: { kind: 'by-subtraction', amount: Float64Array.of(0.5, 1, 0.25, 2) },
      leak: 0.125,
      initial: Float64Array.of(0.5, 0, 0.25, -1),
    },
  ],
  ['everything at once', { threshold: 1.25, inputGain: 0.75, reset: { kind: 'to-value', value: 0.5 }, leak: 0.25, initial: 0.5 }],
];

describe('normalize-neurons', () => {
  it.each(CASES)('keeps the spikes of neurons with %s', (_, change) => {
    const before = withNeuron(tinyDense(), change);
    const after = normalizeNeurons.run(before, context);
    expect(after).not.toBe(before);
    let spikes = 0;
    for (const seed of [1, 2, 3, 4, 5]) {
      const clip = randomClip(before, seed);
      const [a, b] = [simulateNetwork(before, clip), simulateNetwork(after, clip)];
      for (const node of after.nodes) {
        if (node.kind !== 'population') continue;
        expect(node.neuron.parameters === 'discrete' && isNormal(node.neuron)).toBe(true);
        expect(b.streams.get(node.id)).toEqual(a.streams.get(node.id));
        for (const value of b.streams.get(node.id) ?? []) spikes += value;
      }
    }
    expect(spikes).toBeGreaterThan(5);
  });

  it('returns its argument for neurons that are in that form', () => {
    const network = tinyDense();
    expect(normalizeNeurons.run(network, context)).toBe(network);
  });

  it('returns its argument for a soft reset by any amount at a threshold of 1', () => {
    const network = withNeuron(tinyDense(), { reset: { kind: 'by-subtraction', amount: 1.25 } });
    expect(normalizeNeurons.run(network, context)).toBe(network);
  });

  it('says what is taken away in thresholds, once for all where it is the same', () => {
    const resetOf = (change: Partial<DiscreteNeuron>) =>
      normalizeNeurons
        .run(withNeuron(tinyDense(), change), context)
        .nodes.flatMap((node) => (node.kind === 'population' && node.neuron.parameters === 'discrete' ? [node.neuron.reset] : []));
    const amount = Float64Array.of(0.5, 1, 0.25, 2);
    expect(resetOf({ threshold: amount, reset: { kind: 'by-subtraction', amount } })).toEqual([{ kind: 'by-subtraction' }]);
    const twice = { kind: 'by-subtraction', amount: amount.map((each) => 2 * each) } as const;
    expect(resetOf({ threshold: amount, reset: twice })).toEqual([{ kind: 'by-subtraction', amount: 2 }]);
    expect(resetOf({ threshold: 0.5, reset: twice })).toEqual([{ kind: 'by-subtraction', amount: Float64Array.of(2, 4, 1, 8) }]);
  });

  it.each<[string, Partial<DiscreteNeuron>]>([
    ['a reset value', { reset: { kind: 'to-value', value: 1.5 } }],
    ['the start of a neuron with a soft reset', { reset: { kind: 'by-subtraction' }, initial: Float64Array.of(0, 0, 0, 1) }],
  ])('leaves a threshold that does not lie above %s to the target, which refuses it', (_, change) => {
    const network = withNeuron(tinyDense(), { threshold: Float64Array.of(2, 2, 2, 1), ...change });
    expect(normalizeNeurons.run(network, context)).toBe(network);
    expect(() => quantize.run(network, context)).toThrow(/has a neuron that the chip's LIF cannot hold/);
  });
});
