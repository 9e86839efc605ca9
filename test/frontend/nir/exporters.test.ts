import type { Group } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { importNir } from '../../../src/frontend/nir/index.ts';
import type { Network } from '../../../src/ir/network.ts';
import { type Discretization, discretizeNetwork } from '../../../src/passes/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { seededRandom } from '../../support/random.ts';
import { chain, drawn, graphsOfEveryType, inputOf, outputOf } from './support/graphs.ts';
import { type GraphSource, type NirNumbers, nirFile, numbers } from './support/nir-file.ts';

/**
 * Files as the exporters of frameworks write them, each held against the steps that the framework itself takes. What they write is as of
 * NIR 1.0.7 and the exporters of snnTorch (634fc22), SpikingJelly (afb1322), Norse (065a3b4), Rockpool (42cee1c) and Sinabs (904eb89).
 */
const STEPS = 80;
const report = (): void => undefined;

async function read(bytes: Uint8Array, timestepS: number, discretization: Discretization = 'euler'): Promise<Network> {
  const network = await importNir(bytes, { file: 'exported.nir', report, steps: STEPS, timestepS });
  return discretizeNetwork(network, { timestepS, discretization });
}

const spikesFor = (channels: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: STEPS * channels }, () => (random() < 0.4 ? 1 : 0));
};

function run(network: Network, features: Float32Array, name: string): readonly number[] {
  const channels = features.length / STEPS;
  const clip = { steps: STEPS, channels, features, valid: new Uint8Array(STEPS).fill(1), label: null };
  const node = network.nodes.find((each) => each.name === name);
  return Array.from(simulateNetwork(network, clip).streams.get(node?.id ?? network.output) ?? []);
}

/** W x of every step. */
function weighed({ shape, values }: NirNumbers, x: Float32Array): number[][] {
  const [targets, sources] = shape;
  return Array.from({ length: STEPS }, (_, t) =>
    Array.from({ length: targets }, (_, o) =>
      Array.from({ length: sources }, (_, i) => values[o * sources + i] * x[t * sources + i]).reduce((a, b) => a + b, 0),
    ),
  );
}

/** Spikes of neurons that step as `advance` says, one state each. */
function fired(currents: readonly (readonly number[])[], advance: (state: { v: number; i: number }, x: number) => boolean): number[] {
  const states = currents[0].map(() => ({ v: 0, i: 0 }));
  return currents.flatMap((row) => row.map((x, n) => (advance(states[n], x) ? 1 : 0)));
}

const random = seededRandom(21);
const weight = drawn(random, [5, 3], -0.5, 1);
const float32 = (values: NirNumbers): NirNumbers => ({ ...values, dtype: '<f' });
const filled = (value: number): NirNumbers => ({ ...numbers([5], () => value), dtype: '<f' });
const features = spikesFor(3, 22);

describe('snnTorch', () => {
  // dt is 1e-4 whatever the model: tau = dt / (1 - beta), r = tau / dt.
  const [dt, beta, alpha] = [1e-4, 0.875, 0.75];

  it('Leaky: numbers without an axis, layers named by numbers', async () => {
    const tau = dt / (1 - beta);
    const lif = { type: 'LIF', tau, r: tau / dt, v_leak: 0, v_threshold: 1, v_reset: 0 };
    const nodes = { input: inputOf(3), '0': { type: 'Linear', weight: float32(weight) }, '1': lif, output: outputOf(5) };
    const network = await read(await nirFile(chain(nodes, 'input', '0', '1', 'output')), dt);
    const expected = fired(weighed(weight, features), (state, x) => {
      state.v = beta * state.v + x;
      if (state.v <= 1) return false;
      state.v = 0;
      return true;
    });
    expect(expected).toContain(1);
    expect(run(network, features, '1')).toEqual(expected);
  });

  it('RSynaptic: a graph of its own, with weights that feed back', async () => {
    const [tauSyn, tauMem] = [dt / (1 - alpha), dt / (1 - beta)];
    const back = drawn(random, [5, 5], -0.3, 0.3);
    const lif = { type: 'CubaLIF', tau_syn: tauSyn, tau_mem: tauMem, r: tauMem / dt, v_leak: 0, v_threshold: 1, w_in: tauSyn / dt };
    const inner: GraphSource = {
      nodes: { input: inputOf(5), lif, w_rec: { type: 'Linear', weight: float32(back) }, output: outputOf(5) },
      edges: [
        ['input', 'lif'],
        ['lif', 'w_rec'],
        ['w_rec', 'lif'],
        ['lif', 'output'],
      ],
    };
    const nodes = {
      input: inputOf(3),
      fc: { type: 'Linear', weight: float32(weight) },
      rlif: { type: 'NIRGraph', graph: inner },
      output: outputOf(5),
    };
    const network = await read(await nirFile(chain(nodes, 'input', 'fc', 'rlif', 'output')), dt);
    const currents = weighed(weight, features);
    let before = new Array<number>(5).fill(0);
    const states = before.map(() => ({ v: 0, i: 0 }));
    const expected = currents.flatMap((row) => {
      const around = row.map((x, n) => x + before.reduce((sum, spike, m) => sum + back.values[n * 5 + m] * spike, 0));
      before = states.map((state, n) => {
        state.i = alpha * state.i + around[n];
        state.v = beta * state.v + state.i;
        if (state.v <= 1) return 0;
        state.v = 0;
        return 1;
      });
      return before;
    });
    expect(expected).toContain(1);
    expect(run(network, features, 'rlif.lif')).toEqual(expected);
  });
});

describe('SpikingJelly', () => {
  it('LIFNode with a decayed input, IFNode: the potential in volts, tau in seconds', async () => {
    const dt = 1e-4;
    const lif = { type: 'LIF', tau: filled(4 * dt), r: filled(1), v_leak: filled(0), v_threshold: filled(0.2), v_reset: filled(0) };
    const nodes = { input: inputOf(3), '0': { type: 'Linear', weight: float32(weight) }, '1': lif, output: outputOf(5) };
    const network = await read(await nirFile(chain(nodes, 'input', '0', '1', 'output')), dt);
    const expected = fired(weighed(weight, features), (state, x) => {
      state.v += (x - state.v) / 4;
      if (state.v <= Math.fround(0.2)) return false;
      state.v = 0;
      return true;
    });
    expect(expected).toContain(1);
    expect(run(network, features, '1')).toEqual(expected);
    const counting = { ...nodes, '1': { type: 'IF', r: filled(1 / dt), v_threshold: filled(1.5) } };
    const sums = fired(weighed(weight, features), (state, x) => {
      state.v += x;
      if (state.v <= 1.5) return false;
      state.v = 0;
      return true;
    });
    expect(run(await read(await nirFile(chain(counting, 'input', '0', '1', 'output')), dt), features, '1')).toEqual(sums);
  });

  it('counts the batch: an axis of 1 in front, Flatten from axis 1 on', async () => {
    const { Conv2d: graph } = graphsOfEveryType(23);
    const fc = { type: 'Linear', weight: drawn(random, [3, 24]) };
    const nodes = {
      ...graph.nodes,
      flat: { type: 'Flatten', start_dim: 1, end_dim: -1, input_type: numbers([3], [2, 3, 4]) },
      fc,
      output: outputOf(3),
    };
    const edges = [...graph.edges.filter(([, to]) => to !== 'output'), ['lif', 'flat'], ['flat', 'fc'], ['fc', 'output']] as const;
    const x = spikesFor(120, 24);
    const plain = await read(await nirFile({ nodes: { ...nodes, flat: { ...nodes.flat, start_dim: 0 } }, edges }), 1e-3);
    const batched = await read(await nirFile({ nodes: { ...nodes, input: inputOf(1, 4, 5, 6) }, edges }), 1e-3);
    expect(run(plain, x, 'lif')).toContain(1);
    expect(run(batched, x, 'output')).toEqual(run(plain, x, 'output'));
  });
});

describe('Norse', () => {
  it('LIFBoxCell and LIBoxCell: tau is one over tau_mem_inv, a leaky read-out', async () => {
    const dt = 1e-3;
    const back = drawn(random, [2, 5]);
    const nodes = {
      input: inputOf(3),
      '0': { type: 'Affine', weight: float32(weight), bias: float32(numbers([5], () => 0.125)) },
      '1': { type: 'LIF', tau: filled(1 / 100), r: filled(1), v_leak: filled(0), v_threshold: filled(0.25) },
      '2': { type: 'Linear', weight: float32(back) },
      '3': {
        type: 'LI',
        tau: float32(numbers([2], [0.01, 0.01])),
        r: float32(numbers([2], [1, 1])),
        v_leak: float32(numbers([2], [0, 0])),
      },
      output: outputOf(2),
    };
    const network = await read(await nirFile(chain(nodes, 'input', '0', '1', '2', '3', 'output')), dt);
    const currents = weighed(weight, features).map((row) => row.map((x) => x + 0.125));
    const share = dt / Math.fround(1 / 100);
    const spikes = fired(currents, (state, x) => {
      state.v += share * (x - state.v);
      if (state.v <= 0.25) return false;
      state.v = 0;
      return true;
    });
    expect(run(network, features, '1')).toEqual(spikes);
    const clip = { steps: STEPS, channels: 3, features, valid: new Uint8Array(STEPS).fill(1), label: null };
    const { logits } = simulateNetwork(network, clip);
    const v = [0, 0];
    for (const [t, row] of weighed(back, Float32Array.from(spikes)).entries())
      for (const [n, x] of row.entries()) {
        v[n] += share * (x - v[n]);
        expect(logits[2 * t + n]).toBeCloseTo(v[n], 5);
      }
  });
});

describe('Rockpool and Sinabs', () => {
  it('decay by exp(-dt / tau), and files before v_reset', async () => {
    const dt = 1e-3;
    const lif = { type: 'LIF', tau: numbers([5], (n) => 0.01 + 0.005 * n), r: filled(1), v_leak: filled(0), v_threshold: filled(0.25) };
    const nodes = { input: inputOf(3), '0': { type: 'Linear', weight: float32(weight) }, '1': lif, output: outputOf(5) };
    const keepMetadata = (root: Group): void => {
      (root.get('node') as Group).create_group('metadata').create_dataset({ name: 'author', data: 'rockpool', dtype: 'S' });
      (root.get('node/nodes/0') as Group).create_group('metadata');
    };
    const bytes = await nirFile(chain(nodes, 'input', '0', '1', 'output'), keepMetadata, { version: '0.2.0' });
    const network = await read(bytes, dt, 'exponential');
    const v = new Float64Array(5);
    const expected = weighed(weight, features).flatMap((row) =>
      row.map((x, n) => {
        const alpha = Math.exp(-dt / (0.01 + 0.005 * n));
        v[n] = alpha * v[n] + (1 - alpha) * x;
        if (v[n] <= 0.25) return 0;
        v[n] = 0;
        return 1;
      }),
    );
    expect(expected).toContain(1);
    expect(run(network, features, '1')).toEqual(expected);
  });
});

describe('a file', () => {
  it.each([
    ['of no version', { version: null }],
    ['of version 0.1', { version: '0.1.1' }],
    ['of a version to come', { version: '2.3.0' }],
    ['with texts of fixed length', { text: 'S32' }],
  ] as const)('%s is the same', async (_, style) => {
    const { Conv2d: graph } = graphsOfEveryType(25);
    const lif = { type: 'LIF', tau: 0.01, r: 8, v_leak: 0.1, v_threshold: 0.3 };
    const same = { ...graph, nodes: { ...graph.nodes, node: { ...graph.nodes.node, padding: 'valid' }, lif } };
    const x = spikesFor(120, 26);
    const [plain, styled] = [await nirFile(same), await nirFile(same, () => undefined, style)];
    const expected = run(await read(plain, 1e-3), x, 'output');
    expect(expected).toContain(1);
    expect(run(await read(styled, 1e-3), x, 'output')).toEqual(expected);
  });
});
