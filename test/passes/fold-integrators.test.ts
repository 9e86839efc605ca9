import { describe, expect, it } from 'vitest';
import { importNir } from '../../src/frontend/nir/index.ts';
import type { Network } from '../../src/ir/network.ts';
import { verifyNetwork } from '../../src/ir/network-verify.ts';
import { foldIntegrators } from '../../src/passes/fold-integrators.ts';
import { discretizeNetwork } from '../../src/passes/index.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { drawn, graphsOfMeetings, inputOf, outputOf } from '../frontend/nir/support/graphs.ts';
import { type GraphSource, type NirSource, nirFile } from '../frontend/nir/support/nir-file.ts';
import { randomClip, seededRandom } from '../support/networks.ts';

const STEPS = 50;
const timestepS = 1e-3;

async function read(graph: GraphSource): Promise<Network> {
  const options = { file: 'made.nir', report: () => undefined, steps: STEPS, timestepS };
  return discretizeNetwork(await importNir(await nirFile(graph), options), { timestepS });
}

const random = seededRandom(31);
const linear = (targets: number, sources: number): NirSource => ({ type: 'Linear', weight: drawn(random, [targets, sources], -0.5, 1) });
const affine = (targets: number, sources: number): NirSource => ({
  type: 'Affine',
  weight: drawn(random, [targets, sources], -0.5, 1),
  bias: drawn(random, [targets], -0.3, 0.3),
});
const li = { type: 'LI', tau: 0.008, r: drawn(random, [4], 2, 5), v_leak: 0 };
const lif = { type: 'LIF', tau: 0.01, r: 6, v_leak: 0.05, v_threshold: 0.5 };
const nodes = { input: inputOf(3), output: outputOf(4), li, lif };

const FOLDED: Readonly<Record<string, GraphSource>> = {
  'two dense bundles': {
    nodes: { ...nodes, a: linear(4, 3), b: affine(4, 4) },
    edges: [
      ['input', 'a'],
      ['a', 'li'],
      ['li', 'b'],
      ['b', 'lif'],
      ['lif', 'output'],
    ],
  },
  'nothing behind the integrator, which a bias and a leak drive': {
    nodes: { ...nodes, a: affine(4, 3), li: { ...li, v_leak: 0.1 } },
    edges: [
      ['input', 'a'],
      ['a', 'li'],
      ['li', 'lif'],
      ['lif', 'output'],
    ],
  },
  'nothing in front of it, and a delay': {
    nodes: { ...nodes, input: inputOf(4), late: { type: 'Delay', delay: 0.003 }, b: linear(4, 4) },
    edges: [
      ['input', 'late'],
      ['late', 'li'],
      ['li', 'b'],
      ['b', 'lif'],
      ['lif', 'output'],
    ],
  },
  'two integrators of one decay': {
    nodes: { ...nodes, a: linear(4, 3), c: linear(4, 3), other: { ...li, r: 3 }, b: linear(4, 4) },
    edges: [
      ['input', 'a'],
      ['input', 'c'],
      ['a', 'li'],
      ['c', 'other'],
      ['li', 'lif'],
      ['other', 'b'],
      ['b', 'lif'],
      ['lif', 'output'],
    ],
  },
  'a loop': {
    nodes: { ...nodes, a: linear(4, 3), back: { type: 'Linear', weight: drawn(random, [4, 4], -0.5, 0) } },
    edges: [
      ['input', 'a'],
      ['a', 'li'],
      ['li', 'lif'],
      ['lif', 'back'],
      ['back', 'li'],
      ['lif', 'output'],
    ],
  },
};

const LEFT: Readonly<Record<string, GraphSource>> = {
  'beside another stream': {
    nodes: { ...nodes, a: linear(4, 3), c: linear(4, 3) },
    edges: [
      ['input', 'a'],
      ['a', 'li'],
      ['li', 'lif'],
      ['input', 'c'],
      ['c', 'lif'],
      ['lif', 'output'],
    ],
  },
  'of a decay for each neuron': {
    nodes: { ...nodes, a: linear(4, 3), li: { ...li, tau: drawn(random, [4], 0.005, 0.02) } },
    edges: [
      ['input', 'a'],
      ['a', 'li'],
      ['li', 'lif'],
      ['lif', 'output'],
    ],
  },
  'driven, behind weights': {
    nodes: { ...nodes, a: affine(4, 3), b: linear(4, 4) },
    edges: [
      ['input', 'a'],
      ['a', 'li'],
      ['li', 'b'],
      ['b', 'lif'],
      ['lif', 'output'],
    ],
  },
};

const integrators = ({ nodes: all }: Network): number => all.filter(({ kind }) => kind === 'integrator').length;

describe('fold-integrators', () => {
  it.each(Object.entries(FOLDED))('keeps the function: %s', async (_, graph) => {
    const before = await read(graph);
    const after = foldIntegrators.run(before, { report: () => undefined });
    expect(verifyNetwork(after)).toEqual([]);
    expect([integrators(before) > 0, integrators(after)]).toEqual([true, 0]);
    let spikes = 0;
    for (const seed of [1, 2, 3]) {
      const clip = randomClip(before, seed);
      const [x, y] = [before, after].map((network) => Array.from(simulateNetwork(network, clip).logits));
      expect(y).toEqual(x);
      spikes += x.reduce((a, b) => a + b, 0);
    }
    expect(spikes).toBeGreaterThan(20);
  });

  it.each(Object.entries(LEFT))('leaves what is no synaptic current: %s', async (_, graph) => {
    const before = await read(graph);
    expect(foldIntegrators.run(before, { report: () => undefined })).toBe(before);
  });

  it('keeps an integrator that something else reads', async () => {
    const graph = graphsOfMeetings(33)['an integrator that is read twice'];
    const before = await read({ ...graph, nodes: { ...graph.nodes, li: { ...li, r: 9 } } });
    const after = foldIntegrators.run(before, { report: () => undefined });
    expect(verifyNetwork(after)).toEqual([]);
    expect(integrators(after)).toBe(1);
    const clip = randomClip(before, 4);
    const [x, y] = [before, after].map((network) => simulateNetwork(network, clip).logits);
    for (const [i, value] of x.entries()) expect(y[i]).toBeCloseTo(value, 4);
  });
});
