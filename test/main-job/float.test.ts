import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/ir/network.ts';
import { decide } from '../../src/simulator/decision.ts';
import { type NetworkRun, simulateNetwork } from '../../src/simulator/reference/index.ts';
import { FORMS, importForm, MODELS, openTestSet, readExpected } from './models.ts';

/** Clips per model whose evidence may differ: single-precision ties, see models/README.md. */
const TIED_CLIPS_MAX = 2;

const CASES = MODELS.flatMap((model) => FORMS.map((form) => [model, form] as const));

const populations = (network: Network) => network.nodes.filter((node) => node.kind === 'population');

const spikeCounts = (network: Network, run: NetworkRun): number[] =>
  populations(network).map((node) => Array.from(run.streams.get(node.id) ?? []).reduce((sum, spike) => sum + spike, 0));

describe.each(CASES)('float simulation of %s, %s', (model, form) => {
  const network = importForm(model, form);
  const expected = readExpected(model);

  it('has the populations of the reference, in order', () => {
    expect(populations(network).map(({ name, size }) => ({ name, neurons: size }))).toEqual(expected.layers);
  });

  it('decides every clip as PyTorch does, with the same evidence and spikes', async () => {
    const clips = await openTestSet(network);
    const tied = new Set<number>();
    for (let index = 0; index < clips.count; index++) {
      const run = simulateNetwork(network, clips.clip(index));
      const { winner, evidence } = decide(run.logits, network.timesteps, 20);
      const clip = expected.clips[index];
      expect(winner, `clip ${index}`).toBe(clip.prediction);
      if (clip.m.some((m, k) => Math.abs(m - evidence[k]) > 1e-4)) tied.add(index);
      const counts = expected.spike_counts[index];
      if (counts !== undefined && !tied.has(index)) expect(spikeCounts(network, run), `clip ${index}`).toEqual(counts);
      const logits = expected.logits[index]?.flat();
      if (logits !== undefined && !tied.has(index)) for (const [i, logit] of logits.entries()) expect(run.logits[i]).toBeCloseTo(logit, 4);
    }
    expect(tied.size, `clips ${[...tied]}`).toBeLessThanOrEqual(TIED_CLIPS_MAX);
  });

  it('fires the recorded raster spike for spike', async () => {
    const clips = await openTestSet(network);
    const { streams } = simulateNetwork(network, clips.clip(expected.raster.clip));
    for (const node of populations(network)) {
      const raster: [number, number][] = [];
      for (const [i, spike] of (streams.get(node.id) ?? new Float32Array(0)).entries()) {
        if (spike !== 0) raster.push([Math.floor(i / node.size), i % node.size]);
      }
      expect(raster, node.name).toEqual(expected.raster.layers[node.name]);
    }
  });
});
