import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/compile.ts';
import type { ImportOptions } from '../../../src/frontend/index.ts';
import { importModel } from '../../../src/frontend/index.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { onLoihi } from '../../main-job/models.ts';
import { spikesOf } from '../../support/raster.ts';
import { compileOptions } from '../../support/run-options.ts';
import { asBytes } from '../../targets/files.ts';
import { OXFORD_NEURONS, OXFORD_STEPS, oxfordInput, oxfordModel, oxfordTruth } from './oxford.ts';

type Rules = Pick<ImportOptions, 'thresholdRule' | 'layerLatency'>;

const clip: Clip = {
  steps: OXFORD_STEPS,
  channels: OXFORD_NEURONS,
  features: oxfordInput(),
  valid: new Uint8Array(OXFORD_STEPS).fill(1),
  label: null,
};

/** Places where spikes [step, neuron] of the last layer and the ground truth, `shift` steps later, differ. */
function differences(spikes: ArrayLike<number>, shift: number): number {
  const truth = oxfordTruth().subarray(shift * OXFORD_NEURONS);
  return truth.reduce((count, value, i) => count + (spikes[i] === value ? 0 : 1), 0);
}

async function reference(rules: Rules): Promise<ArrayLike<number>> {
  const network = await importModel(oxfordModel(), { file: 'oxford/network.net', report: () => {}, steps: OXFORD_STEPS, ...rules });
  return simulateNetwork(network, clip).streams.get(network.nodes[2].id) ?? [];
}

const compile = (name: string, rules: Rules) =>
  compileModel(oxfordModel(), {
    ...compileOptions('oxford/network.net', name),
    steps: OXFORD_STEPS,
    ...rules,
  });

/** Spikes of the last layer by the chip's own files alone. */
async function deployed(name: string, rules: Rules): Promise<ArrayLike<number>> {
  const { target, files, network } = await compile(name, rules);
  const loaded = await target.load(asBytes(files.filter(({ path }) => path.startsWith('chip/'))));
  const { mapping, chip } = onLoihi({ mapping: loaded, target });
  const { rasters } = createChipSimulator(mapping.program, chip).run(clip, { record: true });
  return spikesOf(rasters.get(network.nodes[2].id), OXFORD_STEPS, OXFORD_NEURONS);
}

describe('the Oxford network of lava-dl', () => {
  it('fires its ground truth where ties fire, two steps earlier: its trainer shifts each layer by one', async () => {
    expect(differences(await reference({ thresholdRule: 'ge' }), 2)).toBe(0);
  });

  it('fires it at the same step with a latency of one step from layer to layer', async () => {
    expect(differences(await reference({ thresholdRule: 'ge', layerLatency: 1 }), 0)).toBe(0);
  });

  it('fires it from the images of loihi2, with the latency and without', async () => {
    expect(differences(await deployed('loihi2', { thresholdRule: 'ge' }), 2)).toBe(0);
    expect(differences(await deployed('loihi2', { thresholdRule: 'ge', layerLatency: 1 }), 0)).toBe(0);
  });

  it('is another network where ties do not fire, which loihi1 runs as the reference does', async () => {
    const spikes = await reference({ thresholdRule: 'gt' });
    expect(differences(spikes, 2)).toBe(3014);
    expect(Array.from(await deployed('loihi1', {}))).toEqual(Array.from(spikes));
  });

  it('is refused by loihi1 where ties fire', async () => {
    await expect(compile('loihi1', { thresholdRule: 'ge' })).rejects.toThrow('loihi1 fires at v > threshold only');
  });
});
