import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/compile.ts';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { nodeId } from '../../../src/ir/ids.ts';
import { openRunner } from '../../../src/pipeline/chip-runner.ts';
import { deploymentOf } from '../../../src/pipeline/deployment.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { seededRandom } from '../../support/random.ts';
import { spikesOf } from '../../support/raster.ts';
import { compileOptions } from '../../support/run-options.ts';
import { asBytes } from '../../targets/files.ts';
import { chain, drawn, graphsOfEveryType, inputOf, outputOf } from './support/graphs.ts';
import { type GraphSource, type NirSource, nirFile, numbers } from './support/nir-file.ts';

const STEPS = 30;
/** 0 to be reset to, where a clip starts, as registers hold it. */
const startingAtReset = ({ nodes, edges }: GraphSource): GraphSource => ({
  nodes: Object.fromEntries(Object.entries(nodes).map(([name, { v_reset: _, ...node }]) => [name, node as unknown as NirSource])),
  edges,
});

const graphs = Object.entries(graphsOfEveryType(3)).filter(([type]) => !['I', 'LI', 'CubaLI'].includes(type));

/** Places of the populations' spikes in which integers and float agree, of all; null: refused, with the reason. */
async function agreement(graph: GraphSource, target: string): Promise<readonly [number, number] | null> {
  const time = { steps: STEPS, timestepS: 1e-3 };
  const compiled = await compileModel(await nirFile(startingAtReset(graph)), {
    ...compileOptions('made.nir', target),
    weightBits: 16,
    ...time,
  }).catch((error: unknown) => {
    if (!(error instanceof DiagnosticError)) throw error;
    for (const { code } of error.diagnostics) expect(['operation-unsupported', 'value-out-of-range']).toContain(code);
    return null;
  });
  if (compiled === null) return null;
  const { network, lowered, mapping } = compiled;
  const chip = openRunner(deploymentOf(mapping, compiled.target.chip), { profile: null, timing: 'simple', without: [] });
  const random = seededRandom(4);
  const channels = network.nodes[0].size;
  const features = Float32Array.from({ length: STEPS * channels }, () => (random() < 0.5 ? 1 : 0));
  const clip = { steps: STEPS, channels, features, valid: new Uint8Array(STEPS).fill(1), label: null };
  const [float, integer] = [simulateNetwork(network, clip), simulateNetwork(lowered, clip)];
  expect(Array.from(chip.run(clip, false).logits)).toEqual(Array.from(integer.logits));
  const population = network.nodes[1];
  const [expected, stored] = [float, integer].map(({ streams }) => Array.from(streams.get(population.id) ?? []));
  // A chip may hold the neurons in another order.
  const held = lowered.nodes.find(({ id }) => id === population.id);
  const order = held?.kind === 'population' ? held.order : undefined;
  const { size } = population;
  const placeOf = new Map(Array.from({ length: size }, (_, place) => [order?.[place] ?? place, place]));
  const found = expected.map((_, i) => stored[i - (i % size) + (placeOf.get(i % size) ?? 0)]);
  expect(expected).toContain(1);
  return [expected.filter((value, i) => value === found[i]).length, expected.length];
}

describe('each node type on chips', () => {
  it.each(graphs)('%s: loihi2 fires as the float network does, loihi1 and spinnaker1 do or say why not', async (_, graph) => {
    for (const target of ['loihi2', 'loihi1', 'spinnaker1']) {
      const found = await agreement(graph, target);
      if (target === 'loihi2') expect(found).not.toBeNull();
      if (found !== null) expect(found[0] / found[1], target).toBeGreaterThan(0.97);
    }
  });
});

describe('decays neuron by neuron', () => {
  /** Neurons with as many time constants, in no order. */
  async function compiled(target: string, constants: number) {
    const random = seededRandom(7);
    const [channels, size] = [12, 96];
    const taus = Array.from({ length: size }, (_, n) => 0.004 + 0.0002 * ((n * 37) % constants));
    const graph = chain(
      {
        input: inputOf(channels),
        fc: { type: 'Linear', weight: drawn(random, [size, channels]) },
        lif: { type: 'CubaLIF', tau_mem: numbers([size], taus), tau_syn: 0.003, r: 4, w_in: 2, v_leak: 0, v_threshold: 0.5 },
        back: { type: 'Linear', weight: drawn(random, [size, size], -0.1, 0.1) },
        output: outputOf(size),
      },
      'input',
      'fc',
      'lif',
      'output',
    );
    const edges = [...graph.edges, ['lif', 'back'], ['back', 'lif']] as const;
    const time = { steps: STEPS, timestepS: 1e-3 };
    return compileModel(await nirFile({ ...graph, edges }), { ...compileOptions('made.nir', target), weightBits: null, ...time });
  }

  it.each([
    ['loihi1', 96, 3],
    ['loihi1', 4, 1],
    ['loihi2', 96, 1],
  ] as const)('%s: %d time constants take %d cores at least, and the chip fires as the integers do', async (name, constants, cores) => {
    const { target, files, lowered } = await compiled(name, constants);
    const { program } = await target.load(asBytes(files));
    if (program.kind !== 'loihi' || target.chip.family !== 'loihi') throw new Error(program.kind);
    const holding = program.cores.filter(({ groups }) => groups.some(({ population }) => population === 'lif'));
    expect(holding.length).toBeGreaterThanOrEqual(cores);
    let pairs = 0;
    for (const { groups } of holding) {
      const neurons = groups.filter(({ population }) => population === 'lif');
      pairs += new Set(neurons.map(({ voltageDecay }) => voltageDecay)).size;
      const profiles = new Set(groups.map(({ currentDecay, voltageDecay }) => `${currentDecay} ${voltageDecay}`));
      expect(profiles.size).toBeLessThanOrEqual(target.chip.tables?.compartmentProfiles.value ?? constants + 1);
    }
    // Neurons that are alike stand together: a pair is on two cores only where one ends and the next begins.
    expect(pairs).toBeLessThan(constants + holding.length);
    const random = seededRandom(8);
    const features = Float32Array.from({ length: STEPS * 12 }, () => (random() < 0.4 ? 1 : 0));
    const clip = { steps: STEPS, channels: 12, features, valid: new Uint8Array(STEPS).fill(1), label: null };
    const expected = simulateNetwork(lowered, clip).streams.get(nodeId('lif')) ?? [];
    const spikes = spikesOf(createChipSimulator(program, target.chip).run(clip, { record: true }).rasters.get('lif'), STEPS, 96);
    expect(Array.from(spikes)).toEqual(Array.from(expected));
    expect(spikes.reduce((a, b) => a + b, 0)).toBeGreaterThan(100);
  });
});
