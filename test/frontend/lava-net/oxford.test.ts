import { describe, expect, it } from 'vitest';
import { importModel } from '../../../src/frontend/index.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import type { Network } from '../../../src/ir/network.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { OXFORD_STEPS, oxfordInput, oxfordModel, oxfordTruth } from './oxford.ts';

const importOxford = (options: object): Promise<Network> =>
  importModel(oxfordModel(), { file: 'oxford/network.net', report: () => {}, steps: OXFORD_STEPS, ...options });

const clip: Clip = {
  steps: OXFORD_STEPS,
  channels: 200,
  features: oxfordInput(),
  valid: new Uint8Array(OXFORD_STEPS).fill(1),
  label: null,
};

/** Places and steps where the last layer and the ground truth, `shift` steps earlier, differ. */
function differences(network: Network, shift: number): number {
  const spikes = simulateNetwork(network, clip).streams.get(network.nodes[2].id) ?? [];
  const truth = oxfordTruth();
  let count = 0;
  for (let i = 0; i + shift * 200 < truth.length; i++) if (spikes[i] !== truth[i + shift * 200]) count++;
  return count;
}

describe('the Oxford network of lava-dl', () => {
  it('fires its ground truth with ties, two steps earlier, as its trainer shifts each layer by one', async () => {
    expect(differences(await importOxford({ thresholdRule: 'ge' }), 2)).toBe(0);
  });

  it('and with a latency of one step from layer to layer, at the same step', async () => {
    expect(differences(await importOxford({ thresholdRule: 'ge', layerLatency: 1 }), 0)).toBe(0);
  });

  it('but not without ties', async () => {
    expect(differences(await importOxford({}), 2)).toBe(3014);
  });
});
