import { describe, expect, it } from 'vitest';
import type { Clip, ClipSource } from '../../src/ir/clip.ts';
import { networksEqual } from '../../src/ir/equal.ts';
import type { InputNode, Network } from '../../src/ir/network.ts';
import { loadNetwork, saveNetwork } from '../../src/ir/network-io.ts';
import { EXACT_PASSES, quantizeFeatures, runPasses } from '../../src/passes/index.ts';
import { calibrationOf } from '../../src/pipeline/calibrate.ts';
import { openRunner } from '../../src/pipeline/chip-runner.ts';
import { deploymentOf } from '../../src/pipeline/deployment.ts';
import { chooseFeatureScales, withRealFeatures } from '../../src/pipeline/feature-scales.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { openTarget } from '../../src/targets/index.ts';
import { centred, dense, FACTS, input, networkOf, population, projection, readout } from '../support/networks.ts';
import { below, seededRandom, uniform } from '../support/random.ts';
import { asBytes } from '../targets/files.ts';

const random = seededRandom(11);
const report = (): void => {};
const [STEPS, CHANNELS] = [8, 7];

/** Three channels of counts beside four of decibels, around -60. */
const clips = Array.from(
  { length: 3 },
  (): Clip => ({
    steps: STEPS,
    channels: CHANNELS,
    features: Float32Array.from({ length: STEPS * CHANNELS }, (_, i) => (i % CHANNELS < 3 ? below(random, 4) : -60 + 35 * random())),
    valid: new Uint8Array(STEPS).fill(1),
    label: null,
  }),
);
const source: ClipSource = {
  file: 'clips',
  count: clips.length,
  channels: CHANNELS,
  classNames: null,
  framing: null,
  clip: (index) => clips[index],
};
const part = (name: string, firstChannel: number, size: number): InputNode => ({ ...input(name, size), firstChannel });

const mel = uniform(random, 60, -0.05, 0.05);
const network: Network = networkOf({
  name: 'two inputs',
  timesteps: STEPS,
  nodes: [
    part('counts', 0, 3),
    part('mel', 3, 4),
    // What decibels bring on average is taken off again.
    population('hidden', 5, {
      bias: Float32Array.from({ length: 5 }, (_, n) => 0.3 + 42 * mel.reduce((sum, w, i) => sum + (i % 5 === n ? w : 0), 0)),
    }),
    readout('logits', 2),
  ],
  projections: [
    projection('counts', 'hidden', dense(3, 5, uniform(random, 15, -0.5, 0.8))),
    projection('mel', 'hidden', centred(4, 5, 3, 1, mel)),
    projection('hidden', 'logits', dense(5, 2, uniform(random, 10, -1, 1))),
  ],
  output: 'logits',
});

const scales = (options = {}) => chooseFeatureScales(network, { report, ...options }, { clips: source, measuredOn: false });

describe('scales of features', () => {
  it('are those of each input by itself: counts stay as they are', () => {
    const { quantized, rule } = scales();
    // Up to 60: 127 / 60 is above 2.
    expect(quantized).toEqual([{ firstChannel: 3, channels: 4, bits: 8, fractionBits: 1 }]);
    expect(rule).toMatch(/^features of mel: 8 bits, sign included, in steps of 2\^-1 up to 63\.5, range 59\.\d+ of clips$/);
    expect(withRealFeatures(network, quantized).nodes.map(({ payload }) => payload.kind)).toEqual(['integer', 'real', 'binary', 'real']);
  });

  it('are declared for all inputs, or for those that are named', () => {
    const parts = (inputRange: number | ReadonlyMap<string, number>) =>
      scales({ inputRange }).quantized.map(({ firstChannel, fractionBits }) => [firstChannel, fractionBits]);
    expect(parts(100)).toEqual([
      [0, 0],
      [3, 0],
    ]);
    expect(parts(new Map([['counts', 4]]))).toEqual([[0, 4]]);
    // The largest power at which the range still rounds to 127 at most.
    expect([127.4, 127.6, 63.7, 63.8, 1e-30, 1e30].map((range) => parts(range)[0][1])).toEqual([0, -1, 1, 0, 106, -93]);
  });
});

describe.each(['loihi1', 'loihi2', 'spinnaker1'])('counts beside real features on %s', (chip) => {
  it('arrive as they are and as rounded integers, from the emitted files', async () => {
    const { quantized, means } = scales();
    const exact = runPasses(runPasses(withRealFeatures(network, quantized), EXACT_PASSES, { report }), [quantizeFeatures], {
      report,
      quantized,
    });
    const target = await openTarget({ name: chip });
    const context = { weightBits: 8, report, calibration: calibrationOf(source), featureMeans: means };
    const { network: lowered, scaleRule } = target.lower(exact, context);
    expect(networksEqual(await loadNetwork(saveNetwork(lowered), 'lowered.json'), lowered)).toBeNull();
    const mapping = target.map(lowered, { traffic: null, facts: FACTS, scaleRule, seed: 0 });
    const loaded = await target.load(asBytes(target.emit(mapping)));
    expect(loaded).toEqual(mapping);
    const runner = openRunner(deploymentOf(loaded, target.chip), { profile: null, timing: 'simple', without: [] });
    const counting = { ...lowered, nodes: lowered.nodes.map((node) => (node.kind === 'input' ? { ...node, quantized: [] } : node)) };
    let [spikes, same] = [0, 0];
    for (const clip of clips) {
      const sent = Float32Array.from(clip.features, (value, i) => (i % CHANNELS < 3 ? value : Math.round(2 * value)));
      const run = runner.run(clip, true);
      const { streams } = simulateNetwork(counting, { ...clip, features: sent });
      const hidden = lowered.nodes.find(({ id }) => id === 'hidden');
      const stream = Array.from(streams.get(hidden?.id ?? lowered.output) ?? []);
      expect(Array.from(run.rasters.get('hidden') ?? [])).toEqual(
        stream.flatMap((spike, i) => (spike === 0 ? [] : [Math.floor(i / 5), i % 5])),
      );
      const order = hidden?.kind === 'population' ? hidden.order : undefined;
      const float = simulateNetwork(network, clip).streams.get(network.nodes[2].id) ?? [];
      stream.forEach((spike, i) => {
        spikes += spike;
        same += spike === float[i - (i % 5) + (order?.[i % 5] ?? i % 5)] ? 1 : 0;
      });
    }
    expect(spikes).toBeGreaterThan(10);
    expect(same / (3 * STEPS * 5)).toBeGreaterThan(0.95);
  });
});
