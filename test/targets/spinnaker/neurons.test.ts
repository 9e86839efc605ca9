import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importModel } from '../../../src/frontend/index.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import type { Network, PopulationNode } from '../../../src/ir/network.ts';
import { loadNetwork, saveNetwork } from '../../../src/ir/network-io.ts';
import { verifyNetwork } from '../../../src/ir/network-verify.ts';
import { type DiscreteNeuron, isIntegerNeuron } from '../../../src/ir/neuron.ts';
import { NEURON_FIELDS, NeuronField } from '../../../src/ir/spinnaker-neuron.ts';
import { discretizeNetwork } from '../../../src/passes/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { ROUNDED } from '../../../src/simulator/spinnaker/dialect.ts';
import { deriveConstants } from '../../../src/simulator/spinnaker/lif-constants.ts';
import { createMachineSimulator } from '../../../src/simulator/spinnaker/machine-simulator.ts';
import { SPINNAKER1 } from '../../../src/targets/spinnaker/chips/spinnaker1.ts';
import { spinnakerTarget } from '../../../src/targets/spinnaker/index.ts';
import { membraneConstants, resistanceOf, synapseConstants } from '../../../src/targets/spinnaker/lowering/neuron-constants.ts';
import { dense, input, LIF, networkOf, population, projection, readout, seededRandom, uniform } from '../../support/networks.ts';
import { asBytes } from '../files.ts';
import { deployOn } from './deployments.ts';

const ONE = 32768;

function derived(fields: Partial<Record<keyof typeof NeuronField, number>>) {
  const parameters = new Int32Array(NEURON_FIELDS);
  const all = { tauMembrane: ONE, capacitance: ONE, tauExcitatory: ONE, tauInhibitory: ONE, ...fields };
  for (const [name, value] of Object.entries(all)) parameters[NeuronField[name as keyof typeof NeuronField]] = value;
  return deriveConstants(parameters, ONE, 'curr-exp', ROUNDED);
}

describe('constants that a core derives', () => {
  it.each([0.999, 0.9995, 0.9999, 0.99999, 1])('of a membrane that keeps %d: the nearest there are, but for all of it', (decay) => {
    const { timeConstant, capacitance } = membraneConstants(decay);
    const { keep, resistance } = derived({ tauMembrane: timeConstant, capacitance });
    expect(keep[0]).toBe(Math.min(ONE - 2, Math.round(decay * ONE)));
    expect(resistance[0] / ONE / resistanceOf(decay)).toBeCloseTo(1, 3);
  });

  it('of a membrane that does not leak: a current times 2^14, of which one 2^14th counts', () => {
    const { timeConstant, capacitance } = membraneConstants(1);
    const { keep, resistance } = derived({ tauMembrane: timeConstant, capacitance });
    expect([keep[0], resistance[0]]).toEqual([ONE - 2, (ONE * ONE) / 2]);
  });

  it.each([0.05, 0.3, 0.5, 0.9, 0.99, 0.999])('of a current that keeps %d', (decay) => {
    const { timeConstant, init } = synapseConstants(decay);
    const constants = derived({ tauExcitatory: timeConstant });
    expect(Math.abs(constants.decay[0][0] / 2 ** 32 - decay)).toBeLessThan(1 / ONE);
    expect(constants.init[0][0] / 2 ** 32 / init).toBeCloseTo(1, 4);
    expect(init).toBeLessThan(1);
  });
});

/** Eight channels of spikes or counts. */
function clipOf(seed: number, steps: number, most = 1): Clip {
  const random = seededRandom(seed);
  const features = Float32Array.from({ length: steps * 8 }, () => (random() < 0.3 ? 1 + Math.floor(random() * most) : 0));
  return { steps, channels: 8, features, valid: new Uint8Array(steps).fill(1), label: null };
}

/** inputs (8) -> first (12), onto itself -> second (6) -> logits (3), weights in 64ths, a delay on the way. */
function recurrent(neuron: Partial<DiscreteNeuron>, seed: number): Network {
  const random = seededRandom(seed);
  const weights = (count: number, least: number, most: number): Float32Array =>
    uniform(random, count, least, most).map((weight) => Math.round(weight * 64) / 64);
  const held = { neuron: { ...LIF, ...neuron } };
  return networkOf({
    name: 'recurrent',
    timesteps: 120,
    nodes: [input('features', 8), population('first', 12, held), population('second', 6), readout('logits', 3)],
    projections: [
      projection('features', 'first', dense(8, 12, weights(96, -0.4, 0.7))),
      projection('first', 'first', dense(12, 12, weights(144, -0.4, 0.4)), { delaySteps: 1 }),
      projection('first', 'second', dense(12, 6, weights(72, -0.5, 0.9)), { delaySteps: 3 }),
      projection('second', 'logits', dense(6, 3, weights(18, -1, 1))),
    ],
    output: 'logits',
  });
}

const spikesOf = (network: Network, clip: Clip): readonly (readonly number[])[] => {
  const { streams } = simulateNetwork(network, clip);
  return network.nodes
    .filter((node): node is PopulationNode => node.kind === 'population')
    .map(({ id, size }) => Array.from(streams.get(id) ?? []).flatMap((value, i) => (value === 0 ? [] : [Math.floor(i / size), i % size])));
};

/** The same from the emitted files. */
async function deployedSpikes({ lowered, mapping }: ReturnType<typeof deployOn>, clip: Clip): Promise<readonly (readonly number[])[]> {
  expect(verifyNetwork(lowered)).toEqual([]);
  const target = spinnakerTarget(SPINNAKER1);
  const { program } = await target.load(asBytes(target.emit(mapping)));
  const { rasters } = createMachineSimulator(program, SPINNAKER1).run(clip, { record: true });
  return lowered.nodes.flatMap(({ id, kind }) => (kind === 'population' ? [Array.from(rasters.get(id) ?? [])] : []));
}

/** Places (population, step, neuron) where one fires and the other does not, over all spikes. */
function apart(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  const placesOf = (spikes: readonly (readonly number[])[]) =>
    new Set(spikes.flatMap((raster, p) => raster.flatMap((step, i) => (i % 2 === 0 ? [`${p} ${step} ${raster[i + 1]}`] : []))));
  const [first, second] = [placesOf(a), placesOf(b)];
  return [...first].filter((place) => !second.has(place)).length + [...second].filter((place) => !first.has(place)).length;
}

const twelve = (value: (n: number) => number): Float64Array => Float64Array.from({ length: 12 }, (_, n) => value(n));

describe('neurons beside those of SpikeSCR', () => {
  it.each([1, 2, 3])('that do not leak fire as in real numbers, spike for spike (seed %d)', async (seed) => {
    const network = recurrent({ decay: 1, tie: 'gt' }, seed);
    const clips = [4, 5].map((each) => clipOf(10 * seed + each, network.timesteps));
    const deployment = deployOn(network, clips);
    for (const clip of clips) {
      const expected = spikesOf(network, clip);
      expect(expected[0].length).toBeGreaterThan(100);
      expect(await deployedSpikes(deployment, clip)).toEqual(expected);
    }
  });

  it.each([
    ['a synaptic current', { decay: 0.9, currentDecay: 0.8 }],
    ['a synaptic current and no leak', { decay: 1, currentDecay: 0.5 }],
    ['a leak a neuron', { decay: twelve((n) => 1 - n / 16) }],
    [
      'all parameters a neuron',
      {
        decay: twelve((n) => 0.5 + n / 24),
        currentDecay: twelve((n) => n / 13),
        leak: twelve((n) => n / 100),
        threshold: twelve((n) => 1 + n / 8),
      },
    ],
  ] as const)('fire as the lowered network does, and nearly as in real numbers: %s', async (_, change) => {
    let [spikes, differences] = [0, 0];
    for (const seed of [1, 2, 3]) {
      const network = recurrent(change, seed);
      const clip = clipOf(seed, network.timesteps, 2);
      const deployment = deployOn(network, [clip]);
      const fired = await deployedSpikes(deployment, clip);
      expect(fired).toEqual(spikesOf(deployment.lowered, clip));
      const expected = spikesOf(network, clip);
      spikes += expected.flat().length / 2;
      differences += apart(fired, expected);
    }
    expect(spikes).toBeGreaterThan(500);
    // One rounded spike goes round the loop, and brings others with it.
    expect(differences).toBeLessThan(spikes / 20);
  });

  it('are written to lowered.json and read back, fit the chip without calibration data', async () => {
    const network = recurrent({ decay: twelve((n) => 1 - n / 16), currentDecay: 0.8 }, 4);
    const { lowered } = deployOn(network, null);
    expect(await loadNetwork(saveNetwork(lowered), 'lowered.json')).toEqual(lowered);
    const first = lowered.nodes.find(({ id }) => id === 'first');
    const bad = lowered.nodes.map((node) =>
      node === first && node.kind === 'population' && node.neuron.parameters === 'accum'
        ? { ...node, neuron: { ...node.neuron, timeConstant: twelve((n) => n), synapticTimeConstant: 0.5 } }
        : node,
    );
    expect(verifyNetwork({ ...lowered, nodes: bad })).toEqual([
      'first: timeConstant is 0, not an integer in 1..2147483647',
      'first: synapticTimeConstant is 0.5, not an integer in 1..2147483647',
    ]);
  });
});

describe('the trained recurrent Braille network of the NIR paper', () => {
  it('fires its reference spikes in all places, with synaptic currents in s16.15', async () => {
    const read = (name: string): Uint8Array => readFileSync(`test/fixtures/nir/${name}`);
    const sample = JSON.parse(new TextDecoder().decode(read('braille-sample0.json')));
    const { steps, timestepS } = sample;
    const imported = await importModel(read('braille.nir'), { file: 'braille.nir', report: () => {}, steps, timestepS });
    const features = new Float32Array(steps * 12);
    for (const [step, channel] of sample.input) features[step * 12 + channel] = 1;
    const clip: Clip = { steps, channels: 12, features, valid: new Uint8Array(steps).fill(1), label: null };
    const deployment = deployOn(discretizeNetwork(imported, { timestepS }), [clip]);
    const fired = await deployedSpikes(deployment, clip);
    const populations = deployment.lowered.nodes.filter(({ kind }) => kind === 'population');
    expect(populations.length).toBe(2);
    expect(fired).toEqual(populations.map(({ name }) => sample[name].flat()));
  });
});

describe('a network in the integers of Loihi', () => {
  const FOLDER = 'test/golden/loihi/netx_tiny';

  it('runs in s16.15: its spikes are those of the file but for roundings', async () => {
    const network = await importModel(readFileSync(`${FOLDER}/tiny.net`), {
      file: 'tiny.net',
      report: () => {},
      steps: 12,
      timestepS: null,
      layerLatency: 1,
    });
    expect(network.nodes.some((node) => node.kind === 'population' && isIntegerNeuron(node.neuron))).toBe(true);
    const channels = 768;
    const random = seededRandom(3);
    const features = Float32Array.from({ length: 12 * channels }, () => Math.floor(random() * 3));
    const clip: Clip = { steps: 12, channels, features, valid: new Uint8Array(12).fill(1), label: null };
    const deployment = deployOn(network, [clip]);
    const fired = await deployedSpikes(deployment, clip);
    expect(fired).toEqual(spikesOf(deployment.lowered, clip));
    // Neurons stand in another order there than in the file.
    const orders = deployment.lowered.nodes.flatMap((node) => (node.kind === 'population' ? [node.order] : []));
    const numbered = fired.map((raster, p) => raster.map((value, i) => (i % 2 === 0 ? value : (orders[p]?.[value] ?? value))));
    const expected = spikesOf(network, clip);
    expect(expected[2].length).toBeGreaterThan(5);
    expect(apart(numbered, expected)).toBeLessThan(expected.flat().length / 2 / 100);
  });
});
