import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Diagnostic, DiagnosticError } from '../../../src/diagnostics/index.ts';
import { importNir } from '../../../src/frontend/nir/index.ts';
import { readNirGraph } from '../../../src/frontend/nir/read-graph.ts';
import { graphOf } from '../../../src/frontend/nir/write/graph-of.ts';
import { writeNirGraph } from '../../../src/frontend/nir/write/write-graph.ts';
import { networksEqual } from '../../../src/ir/equal.ts';
import type { Network } from '../../../src/ir/network.ts';
import type { DiscreteNeuron } from '../../../src/ir/neuron.ts';
import { discretizeNetwork } from '../../../src/passes/index.ts';
import { convertModel } from '../../../src/pipeline/convert.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import {
  dense,
  input,
  LIF,
  networkOf,
  population,
  projection,
  randomClip,
  readout,
  seededRandom,
  tinyInteger,
  tinySpikeScr,
  uniform,
} from '../../support/networks.ts';
import { chain, graphsOfEveryType, graphsOfMeetings, inputOf, outputOf } from './support/graphs.ts';
import { type GraphSource, type NirNumbers, type NirSource, nirFile } from './support/nir-file.ts';

const STEPS = 30;
const DT = 1e-3;
const report = (): void => undefined;
const seconds = { timestepS: DT, discretization: 'euler' } as const;

const read = (bytes: Uint8Array): Promise<Network> => importNir(bytes, { file: 'made.nir', report, steps: STEPS, timestepS: DT });
const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/nir/${name}`, import.meta.url));

/** The same graph with some numbers in the types that exporters write them in. */
const asExported = (graph: GraphSource): GraphSource => ({
  ...graph,
  nodes: Object.fromEntries(Object.entries(graph.nodes).map(([name, node]) => [name, typed(node)])),
});

const TYPES = { weight: '<f', bias: '<f', tau: '<f', stride: '<q', shape: '<i', padding: '<q' } as const;

function typed(node: NirSource): NirSource {
  const fields = Object.entries(TYPES).flatMap(([field, dtype]): [string, NirNumbers][] => {
    const value = node[field];
    return typeof value === 'object' && 'values' in value ? [[field, { ...value, dtype }]] : [];
  });
  return { ...node, ...Object.fromEntries(fields) };
}

const made = { ...graphsOfEveryType(7), ...graphsOfMeetings(7) };
const inside = (graph: GraphSource): GraphSource =>
  chain({ input: inputOf(3), block: { type: 'NIRGraph', graph }, output: outputOf(4) }, 'input', 'block', 'output');

describe('a NIR file that is read and written', () => {
  it('keeps every name, edge, number and number type, of every node type', async () => {
    const graphs = Object.entries(made).map(([name, graph]) => [name, asExported(graph)] as const);
    const nodes = Object.fromEntries(graphs.map(([name, graph]) => [name, { type: 'NIRGraph', graph }]));
    const bytes = await nirFile({ nodes, edges: [['a', 'b']] });
    const graph = await readNirGraph(bytes, 'all.nir');
    expect(graph.nodes.size).toBe(graphs.length);
    const again = await writeNirGraph(graph);
    expect(await readNirGraph(again, 'again.nir')).toEqual(graph);
    expect(await writeNirGraph(graph)).toEqual(again);
  });

  it.each([
    ['braille.nir', fixture('braille.nir')],
    ['lif_norse.nir', fixture('lif_norse.nir')],
    ['a graph in a graph', nirFile(inside(made.CubaLIF))],
  ] as const)('keeps what it is by `convert`: %s', async (name, file) => {
    const bytes = await file;
    const again = await convertModel(bytes, { file: name, format: 'nir', timestepS: null, discretization: 'euler', report });
    expect(await readNirGraph(again, name)).toEqual(await readNirGraph(bytes, name));
  });
});

/** Windows are written out synapse by synapse when they are read, and come back as matrices. */
const WINDOWS = /^(Conv1d|Conv2d|SumPool2d|AvgPool2d)/;
/** Weights of several rows, each row with the same ones, are a matrix of all pairs. */
const ROWS = /^Affine/;

describe('a network that is written as NIR and read', () => {
  it('is the network again', async () => {
    let equal = 0;
    const files: [string, Uint8Array | Promise<Uint8Array>][] = Object.entries(made).map(([name, graph]) => [name, nirFile(graph)]);
    for (const [name, file] of [...files, ['NIRGraph', nirFile(inside(made.LIF))], ['braille', fixture('braille.nir')]] as const) {
      const before = await read(await file);
      const graph = graphOf(before, seconds);
      const after = await read(await writeNirGraph(graph));
      if (WINDOWS.test(name) || ROWS.test(name)) {
        const run = (one: Network) => simulateNetwork(discretizeNetwork(one, seconds), randomClip(before, 3));
        expect([...run(after).streams.values()], name).toEqual([...run(before).streams.values()]);
        continue;
      }
      // Biases of 0 are no biases here, and are not written again.
      expect(networksEqual({ ...before, parameterCount: 0 }, { ...after, parameterCount: 0 }, { ignoreOrigin: true }), name).toBeNull();
      expect(graphOf(after, seconds), name).toEqual(graph);
      equal++;
    }
    expect(equal).toBe(Object.keys(made).length + 2 - 5);
  });

  it('keeps names and numbers of nodes that stand for one projection each', async () => {
    const original = await readNirGraph(fixture('braille.nir'), 'braille.nir');
    const written = graphOf(await read(fixture('braille.nir')), seconds);
    expect([...written.nodes.keys()].sort()).toEqual([...original.nodes.keys()].sort());
    // Of r and w_in the product is kept, of biases of one neuron the sum, and a reset value that the file leaves out is written.
    for (const [name, { numbers: before }] of original.nodes)
      for (const [field, array] of written.nodes.get(name)?.numbers ?? [])
        if (!['r', 'w_in', 'bias', 'v_reset'].includes(field)) expect(array, `${name} ${field}`).toEqual(before.get(field));
  });
});

/** in -> hidden -> out, in timesteps. */
function discrete(neuron: Partial<DiscreteNeuron>, seed = 5): Network {
  const random = seededRandom(seed);
  const nodes = [
    input('in', 6),
    population('hidden', 8, { neuron: { ...LIF, ...neuron }, bias: uniform(random, 8, -0.1, 0.2) }),
    readout('out', 3),
  ];
  const drawn = (sources: number, targets: number) => dense(sources, targets, uniform(random, sources * targets, -0.6, 1));
  const projections = [projection('in', 'hidden', drawn(6, 8)), projection('hidden', 'out', drawn(8, 3))];
  return networkOf({ name: 'discrete', timesteps: STEPS, nodes, projections, output: 'out' });
}

describe('a network in timesteps', () => {
  it.each([
    ['that leaks', {}],
    ['that fires above its threshold', { tie: 'gt' }],
    ['that does not leak', { decay: 1, inputGain: 0.3 }],
    ['with a gain, a leak and a reset value', { decay: 0.75, inputGain: 0.25, leak: 0.0625, reset: { kind: 'to-value', value: -0.5 } }],
    ['with a synaptic current', { decay: 0.875, currentDecay: 0.5, inputGain: 0.25 }],
    ['without memory', { decay: 0 }],
  ] as const)('fires the same from its NIR file: %s', async (_, neuron) => {
    const before = discrete(neuron);
    const after = discretizeNetwork(await read(await writeNirGraph(graphOf(before, seconds))), seconds);
    for (const seed of [1, 2, 3]) {
      const clip = randomClip(before, seed);
      const [expected, found] = [before, after].map((one) => simulateNetwork(one, clip).streams.get(one.nodes[1].id));
      expect(expected?.some((value) => value === 1)).toBe(true);
      expect(found).toEqual(expected);
    }
  });

  it('can be meant to be stepped exponentially', async () => {
    const before = discrete({ decay: 0.75, inputGain: 0.25 });
    const exponential = { timestepS: DT, discretization: 'exponential' } as const;
    const after = discretizeNetwork(await read(await writeNirGraph(graphOf(before, exponential))), exponential);
    const clip = randomClip(before, 4);
    const [expected, found] = [before, after].map((one) => simulateNetwork(one, clip).streams.get(one.nodes[1].id));
    expect(found).toEqual(expected);
  });
});

function refusals(write: () => unknown): readonly Diagnostic[] {
  try {
    write();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
  throw new Error('it was written');
}

describe('what NIR cannot express', () => {
  it.each<[string, Network, RegExp]>([
    ['a soft reset', discrete({ reset: { kind: 'by-subtraction' } }), /hidden cannot be written as NIR: it resets by subtraction/],
    ['a potential that starts elsewhere', discrete({ initial: 0.5 }), /starts at another value/],
    ['a share that grows', discrete({ decay: 1.5 }), /keeps a share that no time constant gives/],
    ['a current without a leak', discrete({ decay: 1, currentDecay: 0.5 }), /a synaptic current and no leak/],
    ["a chip's integers", tinyInteger(), /integers of a chip/],
  ])('%s', (_, given, message) => {
    const found = refusals(() => graphOf(given, seconds));
    expect(found.map(({ code }) => code)).toEqual(found.map(() => 'nir-inexpressible'));
    expect(found.map(({ message: text }) => text).join('\n')).toMatch(message);
    expect(found[0].places[0].file).toBe('handmade.onnx');
  });

  it('is named part by part in SpikeSCR', () => {
    const found = refusals(() => graphOf(tinySpikeScr(), seconds)).map(({ message }) => message);
    for (const what of [/convolution over time/, /attention/, /rotates/, /reorders/, /gate/, /which steps belong/])
      expect(
        found.some((message) => what.test(message)),
        `${what}`,
      ).toBe(true);
  });

  it('asks for the timestep where it has to', () => {
    expect(refusals(() => graphOf(discrete({}), { ...seconds, timestepS: null })).map(({ code }) => code)).toEqual(['timestep-missing']);
  });
});

describe('h5py', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikec-nir-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const python = ['python3', '/usr/bin/python3'].find((path) => spawnSync(path, ['-c', 'import h5py']).status === 0);

  it.skipIf(python === undefined)('reads the layout that nir reads (skipped without python3 and h5py)', async () => {
    const file = join(folder, 'written.nir');
    writeFileSync(file, await writeNirGraph(graphOf(await read(await nirFile(graphsOfEveryType(9).LI)), seconds)));
    const script = `
import h5py, json, sys
def of(d):
    v = d[()]
    v = v.decode() if isinstance(v, bytes) else [[x.decode() for x in r] for r in v] if d.dtype.kind == 'O' else v.tolist()
    return [str(d.dtype), list(d.shape), v]
found = {}
h5py.File(sys.argv[1]).visititems(lambda n, o: found.update({n: of(o)}) if isinstance(o, h5py.Dataset) else None)
print(json.dumps(found))`;
    const { stdout, stderr } = spawnSync(python ?? '', ['-c', script, file], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const found: Record<string, [string, number[], unknown]> = JSON.parse(stdout);
    const at = (path: string): unknown => found[path]?.[2];
    expect([at('version'), at('node/type'), at('node/nodes/node/type')]).toEqual(['1.0.7', 'NIRGraph', 'LI']);
    expect(found['node/edges']).toEqual([
      'object',
      [3, 2],
      [
        ['node', 'output'],
        ['input', 'fc'],
        ['fc', 'node'],
      ],
    ]);
    const { fc, node } = graphsOfEveryType(9).LI.nodes;
    expect(found['node/nodes/fc/weight'].slice(0, 2)).toEqual(['float32', [4, 3]]);
    expect((at('node/nodes/fc/weight') as number[][]).flat()).toEqual((fc.weight as NirNumbers).values);
    expect(found['node/nodes/node/tau']).toEqual(['float64', [4], (node.tau as NirNumbers).values]);
    expect(found['node/nodes/input/shape']).toEqual(['int64', [1], [3]]);
  });
});
