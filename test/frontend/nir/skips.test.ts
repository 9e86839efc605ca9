import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/compile.ts';
import { importNir } from '../../../src/frontend/nir/index.ts';
import { discretizeNetwork } from '../../../src/passes/index.ts';
import { openRunner } from '../../../src/pipeline/chip-runner.ts';
import { deploymentOf } from '../../../src/pipeline/deployment.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { seededRandom } from '../../support/random.ts';
import { spikesOf } from '../../support/raster.ts';
import { compileOptions } from '../../support/run-options.ts';
import { drawn, inputOf, outputOf } from './support/graphs.ts';
import { Interpreter } from './support/interpret.ts';
import { type GraphSource, nirFile, numbers } from './support/nir-file.ts';

const STEPS = 60;
const time = { steps: STEPS, timestepS: 1e-3 };
const report = (): void => undefined;

/** Three layers; the first skips to the third, the second back to the first, each after a delay of so many steps (after TSkips, arXiv 2411.16711). */
function skipping(forward: number, backward: number): GraphSource {
  const random = seededRandom(9);
  const lif = (size: number) => ({
    type: 'LIF',
    tau: numbers([size], () => 0.01),
    r: numbers([size], () => 8),
    v_leak: numbers([size], () => 0),
    v_threshold: numbers([size], () => 0.5),
  });
  const delay = (size: number, steps: number) => ({ type: 'Delay', delay: numbers([size], () => steps * time.timestepS) });
  return {
    nodes: {
      input: inputOf(4),
      fc1: { type: 'Linear', weight: drawn(random, [6, 4], -0.5, 1) },
      first: lif(6),
      fc2: { type: 'Linear', weight: drawn(random, [6, 6], -0.5, 1) },
      second: lif(6),
      wait: delay(6, forward),
      skip: { type: 'Linear', weight: drawn(random, [5, 6]) },
      fc3: { type: 'Linear', weight: drawn(random, [5, 6], -0.5, 1) },
      third: lif(5),
      back: delay(6, backward),
      again: { type: 'Linear', weight: drawn(random, [6, 6]) },
      output: outputOf(5),
    },
    edges: [
      ['input', 'fc1'],
      ['fc1', 'first'],
      ['first', 'fc2'],
      ['fc2', 'second'],
      ['first', 'wait'],
      ['wait', 'skip'],
      ['skip', 'third'],
      ['second', 'fc3'],
      ['fc3', 'third'],
      ['second', 'back'],
      ['back', 'again'],
      ['again', 'first'],
      ['third', 'output'],
    ],
  };
}

const random = seededRandom(5);
const clip = {
  steps: STEPS,
  channels: 4,
  features: Float32Array.from({ length: STEPS * 4 }, () => (random() < 0.4 ? 1 : 0)),
  valid: new Uint8Array(STEPS).fill(1),
  label: null,
};

const compile = async (graph: GraphSource, target: string) =>
  compileModel(await nirFile(graph), { ...compileOptions('skips.nir', target), ...time });

describe('delayed skips, forward and backward', () => {
  it.each([
    [0, 4],
    [3, 4],
    [12, 9],
  ])('of %i and %i steps are what the graph says', async (forward, backward) => {
    const graph = skipping(forward, backward);
    const network = discretizeNetwork(await importNir(await nirFile(graph), { file: 'skips.nir', report, ...time }), time);
    const { streams } = simulateNetwork(network, clip);
    // It gives nodes that are listed after their readers one step later: of the delay, one step less is left.
    const interpreter = new Interpreter(skipping(forward, backward - 1), time.timestepS);
    let spikes = 0;
    for (let t = 0; t < STEPS; t++) {
      const values = interpreter.step({ input: Array.from(clip.features.subarray(4 * t, 4 * t + 4)) });
      for (const node of network.nodes) {
        if (node.kind !== 'population') continue;
        const row = Array.from(streams.get(node.id)?.subarray(t * node.size, (t + 1) * node.size) ?? []);
        expect(row, `${node.name}, step ${t}`).toEqual(values.get(node.name)?.x);
        spikes += row.reduce((sum, value) => sum + value, 0);
      }
    }
    expect(spikes).toBeGreaterThan(100);
  });

  it.each(['loihi1', 'loihi2', 'spinnaker1'])('run on %s, where the loop has as much delay as hops', async (target) => {
    const compiled = await compile(skipping(3, 4), target);
    const chip = openRunner(deploymentOf(compiled.mapping, compiled.target.chip), { profile: null, timing: 'simple', without: [] });
    const run = chip.run(clip, true);
    expect(Array.from(run.logits)).toEqual(Array.from(simulateNetwork(compiled.lowered, clip).logits));
    const { streams } = simulateNetwork(compiled.network, clip);
    let [same, all] = [0, 0];
    for (const node of compiled.network.nodes) {
      if (node.kind !== 'population') continue;
      const found = spikesOf(run.rasters.get(node.id), STEPS, node.size);
      const expected = streams.get(node.id) ?? [];
      for (let i = 0; i < found.length; i++) if (found[i] === expected[i]) same++;
      all += found.length;
    }
    // 8-bit weights move a spike now and then, and a loop carries it on.
    expect(same / all).toBeGreaterThan(0.9);
  });

  it.each(['loihi1', 'loihi2', 'spinnaker1'])('are refused on %s by name, where they have less', async (target) => {
    await expect(compile(skipping(3, 0), target)).rejects.toThrow('is in a loop of feedback with less delay than hops');
  });
});
