import { describe, expect, it } from 'vitest';
import type { Network, NetworkNode } from '../../src/ir/network.ts';
import type { DiscreteNeuron } from '../../src/ir/neuron.ts';
import { isNormal, normalizeNeurons } from '../../src/passes/normalize-neurons.ts';
import type { LoweringContext } from '../../src/passes/pass.ts';
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

  it('leaves a soft reset to the target, which refuses it', () => {
    const network = withNeuron(tinyDense(), { reset: { kind: 'by-subtraction' } });
    expect(normalizeNeurons.run(network, context)).toBe(network);
  });
});
