import { describe, expect, it } from 'vitest';
import { importNir } from '../../../src/frontend/nir/index.ts';
import { networksEqual } from '../../../src/ir/equal.ts';
import { inspectNetwork } from '../../../src/ir/inspect.ts';
import type { Network } from '../../../src/ir/network.ts';
import { loadNetwork, saveNetwork } from '../../../src/ir/network-io.ts';
import { verifyNetwork } from '../../../src/ir/network-verify.ts';
import { discretizeNetwork } from '../../../src/passes/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { seededRandom } from '../../support/random.ts';
import { chain, graphsOfEveryType, graphsOfMeetings, inputOf, outputOf } from './support/graphs.ts';
import { Interpreter } from './support/interpret.ts';
import { type GraphSource, nirFile, numbers } from './support/nir-file.ts';

const STEPS = 40;
const DT = 1e-3;

const read = async (graph: GraphSource): Promise<Network> =>
  importNir(await nirFile(graph), { file: 'made.nir', report: () => undefined, steps: STEPS, timestepS: DT });

function clipFor(network: Network, seed: number) {
  const random = seededRandom(seed);
  const channels = network.nodes.reduce((sum, node) => sum + (node.kind === 'input' ? node.size : 0), 0);
  const features = Float32Array.from({ length: STEPS * channels }, () => (random() < 0.5 ? 1 : 0));
  return { steps: STEPS, channels, features, valid: new Uint8Array(STEPS).fill(1), label: null };
}

/** Every stream and the logits are those of the graph, interpreted by definition; spikes to the last one. */
async function expectAsDefined(graph: GraphSource, seed: number): Promise<number> {
  const network = discretizeNetwork(await read(graph), { timestepS: DT });
  expect(verifyNetwork(network)).toEqual([]);
  const clip = clipFor(network, seed);
  const { streams, logits } = simulateNetwork(network, clip);
  const interpreter = new Interpreter(graph, DT);
  let spikes = 0;
  for (let t = 0; t < STEPS; t++) {
    const row = Array.from(clip.features.subarray(t * clip.channels, (t + 1) * clip.channels));
    const values = interpreter.step({ input: row });
    for (const node of network.nodes) {
      const expected = values.get(node.name)?.x ?? [];
      const stream = node.kind === 'readout' ? logits : (streams.get(node.id) ?? []);
      const found = Array.from(stream.slice(t * node.size, (t + 1) * node.size));
      if (node.kind === 'population') {
        expect(found).toEqual(expected);
        spikes += expected.reduce((a, b) => a + b, 0);
      } else for (const [k, value] of found.entries()) expect(value).toBeCloseTo(expected[k], 4);
    }
  }
  return spikes;
}

describe('each node type, against its definition', () => {
  const types = Object.keys(graphsOfEveryType(0));

  it.each(types)('%s', async (type) => {
    let spikes = 0;
    for (const seed of [1, 2, 3]) spikes += await expectAsDefined(graphsOfEveryType(seed)[type], seed);
    const integrates = ['I', 'LI', 'CubaLI'].includes(type);
    if (!integrates) expect(spikes).toBeGreaterThan(20);
  });

  it('NIRGraph', async () => {
    const { Linear: inner } = graphsOfEveryType(4);
    const nested: GraphSource = chain(
      { input: inputOf(3), block: { type: 'NIRGraph', graph: inner }, twice: { type: 'Scale', scale: 2 }, output: outputOf(4) },
      ...['input', 'block', 'twice', 'output'],
    );
    const flat = discretizeNetwork(await read(inner), { timestepS: DT });
    const outer = discretizeNetwork(await read(nested), { timestepS: DT });
    const clip = clipFor(flat, 4);
    const once = simulateNetwork(flat, clip).logits;
    expect(once.some((value) => value > 0)).toBe(true);
    expect(simulateNetwork(outer, clip).logits).toEqual(once.map((value) => 2 * value));
    expect(outer.nodes.map(({ name }) => name)).toEqual(['input', 'block.lif', 'output']);
  });

  it('are all that NIR has', () => {
    const covered = new Set(Object.values(graphsOfEveryType(0)).flatMap(({ nodes }) => Object.values(nodes).map(({ type }) => type)));
    const primitives =
      'Affine AvgPool2d Conv1d Conv2d CubaLI CubaLIF Delay Flatten I IF Input LI LIF Linear Output Scale SumPool2d Threshold';
    expect([...covered].sort().join(' ')).toBe(primitives);
  });

  it.each(Object.keys(graphsOfMeetings(0)))('%s', async (name) => {
    let spikes = 0;
    for (const seed of [1, 2, 3]) spikes += await expectAsDefined(graphsOfMeetings(seed)[name], seed);
    expect(spikes).toBeGreaterThan(20);
  });
});

describe('integrators', () => {
  const between = graphsOfMeetings(5)['an integrator between neurons'];
  const last = graphsOfEveryType(5).CubaLI;

  it.each([between, last])('are saved and loaded, continuous and discrete', async (graph) => {
    const network = await read(graph);
    for (const each of [network, discretizeNetwork(network, { timestepS: DT })])
      expect(networksEqual(await loadNetwork(saveNetwork(each), 'network.json'), each)).toBeNull();
  });

  it('are shown with their parameters', async () => {
    const shown = async (graph: GraphSource) =>
      inspectNetwork(await read(graph)).operations.map(({ name, kind, parameters }) => [name, kind, Object.keys(parameters ?? {})]);
    const fields = ['timeConstantS', 'synapticTimeConstantS', 'resistance', 'leak'];
    expect(await shown(between)).toEqual([
      ['li', 'integrator', fields],
      ['output', 'readout', []],
    ]);
    expect(await shown(last)).toEqual([['output', 'readout', fields]]);
  });

  it('are held to what they say', async () => {
    const network = await read(last);
    const withMembrane = (membrane: object): Network => ({
      ...network,
      nodes: network.nodes.map((node) =>
        node.kind === 'readout' && node.membrane !== undefined ? { ...node, membrane: { ...node.membrane, ...membrane } } : node,
      ),
    });
    expect(verifyNetwork(withMembrane({ resistance: new Float64Array(3) }))[0]).toMatch(/output: resistance/);
    expect(verifyNetwork(withMembrane({ timeConstantS: 0 }))).toEqual(['output: timeConstantS is not positive']);
    expect(verifyNetwork(withMembrane({ leak: Number.NaN }))[0]).toMatch(/output: leak is NaN/);
  });
});

describe('integrators with exponential discretization', () => {
  const potentials = async (node: GraphSource['nodes'][string], x: number): Promise<Float32Array> => {
    const graph = chain({ input: inputOf(1), node, output: outputOf(1) }, 'input', 'node', 'output');
    const network = discretizeNetwork(await read(graph), { timestepS: DT, discretization: 'exponential' });
    const features = new Float32Array(STEPS).fill(x);
    return simulateNetwork(network, { steps: STEPS, channels: 1, features, valid: new Uint8Array(STEPS).fill(1), label: null }).logits;
  };

  it('follow a constant input as the differential equation does', async () => {
    const [tau, r, leak] = [0.0123, 2.5, 0.3];
    const found = await potentials({ type: 'LI', tau, r, v_leak: leak }, 3);
    for (const [t, v] of found.entries()) expect(v).toBeCloseTo((leak + r * 3) * (1 - Math.exp((-(t + 1) * DT) / tau)), 4);
    const ramp = await potentials({ type: 'I', r }, 3);
    for (const [t, v] of ramp.entries()) expect(v).toBeCloseTo(r * 3 * (t + 1) * DT, 5);
  });

  it('end where a current and a membrane end', async () => {
    const found = await potentials({ type: 'CubaLI', tau_mem: numbers([1], [0.002]), tau_syn: 0.003, r: 2, v_leak: -0.5, w_in: 4 }, 1);
    expect(found[STEPS - 1]).toBeCloseTo(2 * 4 - 0.5, 3);
    expect(found[0]).toBeCloseTo((1 - Math.exp(-0.5)) * (2 * 4 * (1 - Math.exp(-1 / 3)) - 0.5), 4);
  });
});
