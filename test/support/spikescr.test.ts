import { expect, it } from 'vitest';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { randomClip, tinySpikeScr } from './networks.ts';

it.each([1, 2, 3])('has no population that is silent or always fires, seed %i', (seed) => {
  const network = tinySpikeScr({ seed, steps: 20, width: 16, hidden: 12 });
  const runs = [1, 2, 3, 4, 5].map((clip) => simulateNetwork(network, randomClip(network, clip)));
  for (const { id, kind } of network.nodes) {
    if (kind !== 'population') continue;
    const spikes = runs.flatMap(({ streams }) => Array.from(streams.get(id) ?? []));
    const rate = spikes.reduce((sum, spike) => sum + spike, 0) / spikes.length;
    expect(rate, id).toBeGreaterThan(0.01);
    expect(rate, id).toBeLessThan(0.9);
  }
});
