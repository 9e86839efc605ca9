import { describe, expect, it } from 'vitest';
import { evaluateClip, type Runners } from '../../src/pipeline/evaluate.ts';
import { createTally } from '../../src/simulator/accounting/tally-clip.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { randomClip, tinySpikeScr } from '../support/networks.ts';

const network = tinySpikeScr();
const clip = randomClip(network, 1);
const runners: Runners = { reference: null, float: { network, tally: createTally(network) }, quantized: null, chip: null, rounded: [] };
const evaluate = (record: boolean) => evaluateClip(clip, runners, 3, 'sum-softmax', record);

describe('what is recorded where no chip was simulated', () => {
  it('is every spike of the float network, in order', async () => {
    const { rasters } = await evaluate(true);
    const { streams } = simulateNetwork(network, clip);
    let spikes = 0;
    for (const node of network.nodes) {
      if (node.kind !== 'population') continue;
      const pairs = rasters?.get(node.id) ?? new Int32Array();
      const raster = new Float32Array(streams.get(node.id)?.length ?? 0);
      for (let k = 0; k < pairs.length; k += 2) raster[pairs[k] * node.size + pairs[k + 1]] = 1;
      expect(raster, node.name).toEqual(streams.get(node.id));
      spikes += pairs.length / 2;
    }
    expect(spikes).toBeGreaterThan(50);
    expect(rasters?.size).toBe(network.nodes.filter(({ kind }) => kind === 'population').length);
  });

  it('is nothing where nobody asked', async () => {
    expect((await evaluate(false)).rasters).toBeNull();
  });
});
