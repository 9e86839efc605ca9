import { describe, expect, it } from 'vitest';
import { accumulate } from '../../../src/ir/accumulate.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import type { Network } from '../../../src/ir/network.ts';
import type { Synapses, WeightValues } from '../../../src/ir/synapses.ts';
import { discretizeNetwork } from '../../../src/passes/index.ts';
import { countOperations, minus, type Operations, plus } from '../../../src/simulator/accounting/count-operations.ts';
import { type NetworkTally, sumTallies } from '../../../src/simulator/accounting/network-tally.ts';
import {
  BY_PAYLOAD_TO_NEUROBENCH,
  explain,
  PAPER_TO_SYOPS,
  SYOPS_TO_AS_SHIPPED,
  SYOPS_TO_NEUROBENCH,
} from '../../../src/simulator/accounting/reconcile.ts';
import { BY_PAYLOAD, NEUROBENCH, PAPER, SYOPS, SYOPS_AS_SHIPPED } from '../../../src/simulator/accounting/rules.ts';
import { countEvents } from '../../../src/simulator/count-events.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { randomClip, tinyEverySynapse, tinySpikeScr } from '../../support/networks.ts';
import { attending, clipOf, linear, normalized, padded, summed, tallyOf } from './hand-counted.ts';

const counted = (network: Network, clips: readonly Clip[]) => {
  const tally = sumTallies(network, tallyOf(network, clips));
  const by = (rules: typeof PAPER): Operations => countOperations(tally, rules);
  return { tally, paper: by(PAPER), syops: by(SYOPS), shipped: by(SYOPS_AS_SHIPPED), neurobench: by(NEUROBENCH), payload: by(BY_PAYLOAD) };
};

describe('operations counted by hand', () => {
  it('a linear layer with a bias, then spikes', () => {
    // Inputs (1,0) (0,1) (1,1): 4 of 6. Currents (1.5,-1) (2.5,2) (3.5,2): neuron 0 fires in all three steps, neuron 1 in the last two.
    const { tally, ...by } = counted(linear, [clipOf(2, [1, 0, 0, 1, 1, 1])]);
    // First layer 3 * 2 * 2 MACs; then 5 spikes of one synapse each.
    expect(by.paper).toEqual({ acs: 5, macs: 12 });
    // (12 + a bias of 2, once) * 4/6, 5 spikes, 3 * 2 neuron steps.
    expect(by.syops.acs).toBeCloseTo(14 * (4 / 6) + 5 + 6, 12);
    expect(by.syops.macs).toBe(0);
    // Neither layer is a convolution: the neurons alone are left.
    expect(by.shipped).toEqual({ acs: 6, macs: 0 });
    // Source 0 is active twice and has one weight that is not 0, source 1 twice and two; then 5.
    expect(by.neurobench).toEqual({ acs: 2 * 1 + 2 * 2 + 5, macs: 0 });
    // Event counts are no spikes by type, whatever this clip holds.
    expect(by.payload).toEqual({ acs: 5, macs: 12 });
    expect(tally).toMatchObject({ neuronSteps: 6, spikes: 5 });
    // Neuron 0: the first step counts, then 0 -> 0 -> 0. Neuron 1: 0 -> -1 -> 0 -> 0.
    expect(tally.membraneUpdates).toBe(1 + 2);
  });

  it('a convolution with padding, a bias at every position and a tap of 0', () => {
    // Inputs 1 0 1. Currents 2.25, 1.25, 2.25: a spike in every step.
    const { tally, ...by } = counted(padded, [clipOf(1, [1, 0, 1])]);
    // Three taps in three steps, padding counted; then 3 spikes.
    expect(by.paper).toEqual({ acs: 3, macs: 9 });
    // (9 + 3) * 2/3, 3 spikes, 3 neuron steps.
    expect(by.syops.acs).toBeCloseTo(8 + 3 + 3, 12);
    expect(by.syops.macs).toBe(0);
    // Convolution and neurons are seen.
    expect(by.shipped.acs).toBeCloseTo(8 + 3, 12);
    // Tap 0 takes the input of step 0 to step 1, that of step 2 leaves the clip; tap 1 takes both; tap 2 weighs 0. Then 3.
    expect(by.neurobench).toEqual({ acs: 1 + 2 + 3, macs: 0 });
    // Tap 0 and 2 reach inside the clip twice, tap 1 three times.
    expect(by.payload).toEqual({ acs: 3, macs: 7 });
    expect(tally.layers.map(({ dense, denseInside }) => [dense, denseInside])).toEqual([
      [9, 7],
      [3, 3],
    ]);
  });

  it('batch normalisation, judged clip by clip', () => {
    // Clip 3 0: more than a spike, in the layer and in front of the normalisation. Clip 1 0: spikes in both. One spike comes out each time.
    const { tally, ...by } = counted(normalized, [clipOf(1, [3, 0]), clipOf(1, [1, 0])]);
    expect(by.paper).toEqual({ acs: 1 + 1, macs: 2 + 2 });
    // First clip: layer 2, normalisation 2 values * 2 operations. Second: 2 * 1/2 and 4 * 1/2. Each: 2 neuron steps and the spike.
    expect(by.syops).toEqual({ acs: 2 + 1 + (1 + 2 + 2 + 1), macs: 2 + 4 });
    expect(by.shipped).toEqual({ acs: 2 + 2, macs: 0 });
    expect(by.neurobench).toEqual({ acs: 1 + 1 + 1, macs: 1 });
    expect(tally.clips).toBe(2);
  });

  it('counts that a sum makes of spikes', () => {
    // Both neurons fire in step 0: the sum is 2 0, read by two synapses.
    const { paper, syops, neurobench, payload } = counted(summed, [clipOf(1, [1, 0])]);
    expect(paper).toEqual({ acs: 2 * 2, macs: 2 + 2 });
    // Two layers of 2 * 1/2; 4 neuron steps; the reader multiplies in both steps.
    expect(syops).toEqual({ acs: 1 + 1 + 4, macs: 2 * 2 });
    expect(neurobench).toEqual({ acs: 1 + 1, macs: 2 });
    expect(payload).toEqual({ acs: 0, macs: 2 + 2 + 4 });
  });

  it('products of attention', () => {
    // Query, key and value fire in step 0 only, and so does the reader.
    const { tally, ...by } = counted(attending, [clipOf(1, [1, 0])]);
    // One query spike meets 2 steps of keys, one value spike is added for 2 steps of queries; the reader's spike.
    expect(by.paper).toEqual({ acs: 2 + 2 + 1, macs: 3 * 2 });
    // Three layers of 2 * 1/2, four neurons in two steps, the reader's spike.
    expect(by.syops).toEqual({ acs: 3 + 8 + 1, macs: 0 });
    expect(by.neurobench).toEqual({ acs: 3 + 1, macs: 0 });
    // One coincidence, one addition.
    expect(tally.attention).toEqual([{ values: 4, events: 2 }]);
  });

  it('what the tools take for spikes differs', () => {
    // 0.5 0: two values within 0 .. 1, but not 1. -1 1: two values, one of them below 0.
    expect(counted(normalized, [clipOf(1, [0.5, 0])])).toMatchObject({ neurobench: { acs: 0, macs: 1 } });
    // The layer at a rate of 1/4 of 2, the normalisation at 1/4 of 4, two neuron steps, no spike.
    expect(counted(normalized, [clipOf(1, [0.5, 0])])).toMatchObject({ syops: { acs: 0.5 + 1 + 2, macs: 0 } });
    // Layer and normalisation are dense; h is -1, then 0.5: no spike.
    expect(counted(normalized, [clipOf(1, [-1, 1])])).toMatchObject({ neurobench: { acs: 2, macs: 0 }, syops: { acs: 2, macs: 2 + 4 } });
  });
});

const PATHS = [PAPER_TO_SYOPS, SYOPS_TO_AS_SHIPPED, SYOPS_TO_NEUROBENCH, BY_PAYLOAD_TO_NEUROBENCH];

const pruned = (): Network => {
  const network = discretizeNetwork(tinyEverySynapse(), { timestepS: 0.01, discretization: 'euler' });
  return { ...network, projections: network.projections.map((each) => ({ ...each, synapses: withZeros(each.synapses) })) };
};

/** Every third weight is 0. */
function withZeros(synapses: Synapses): Synapses {
  return mapWeights(synapses, (weight, i) => (i % 3 === 0 ? 0 : weight));
}

function mapWeights(synapses: Synapses, change: (weight: number, i: number) => number): Synapses {
  if (synapses.kind === 'pooling') return { ...synapses, factor: change(synapses.factor, 1) };
  if (synapses.weights === null) return synapses;
  const weights: WeightValues = Float32Array.from(synapses.weights, change);
  return { ...synapses, weights };
}

const networks: readonly (readonly [string, () => Network])[] = [
  ['SpikeSCR', tinySpikeScr],
  ['every kind of synapses, some of 0', pruned],
];

describe.each(networks)('%s', (_, build) => {
  const network = build();
  const clips = [1, 2, 3].map((seed) => randomClip(network, seed));
  const { tally, payload, neurobench } = counted(network, clips);

  it.each(PATHS)('terms add up from one convention to another', (path) => {
    const terms = explain(tally, path);
    const total = terms.reduce<Operations>(plus, countOperations(tally, path.from));
    const end = countOperations(tally, path.to);
    expect(total.acs).toBeCloseTo(end.acs, 9);
    expect(total.macs).toBeCloseTo(end.macs, 9);
    // Mean inputs are shared out evenly over the places of a window: whole numbers only where there is none, and no bias is scaled by a rate.
    const whole = terms.filter(({ cause }) => !cause.startsWith('bias') && !cause.startsWith('linear layers'));
    if (network.nodes.some(({ kind }) => kind === 'attention'))
      expect(whole.every(({ acs, macs }) => Number.isInteger(acs) && Number.isInteger(macs))).toBe(true);
    expect(Object.assign({}, path.from, ...path.changes.map(({ to }) => to))).toEqual(path.to);
  });

  it('differ at all', () => {
    const [toSyops, , toNeurobench] = PATHS.map((path) => explain(tally, path));
    expect(toSyops.filter(({ acs, macs }) => acs !== 0 || macs !== 0).length).toBeGreaterThan(1);
    expect(toNeurobench.filter(({ acs, macs }) => acs !== 0 || macs !== 0).length).toBeGreaterThan(3);
  });

  it('counts NeuroBench’s operations as NeuroBench does: by running binarised layers on binarised inputs', () => {
    let total = 0;
    let connections = 0;
    for (const clip of clips) {
      const { streams } = simulateNetwork(network, clip);
      for (const { source, target, synapses, delaySteps } of network.projections) {
        if (synapses.kind === 'one-to-one' || synapses.kind === 'pooling') continue;
        const steps = network.timesteps;
        const stream = streams.get(source) ?? new Float32Array(0);
        const targets = network.nodes.find(({ id }) => id === target)?.size ?? 0;
        const run = (layer: Synapses, values: Float32Array): number => {
          const out = new Float32Array(steps * targets);
          accumulate(layer, { stream: values, steps }, { stream: out, steps }, delaySteps, 0);
          return out.reduce((a, b) => a + b, 0);
        };
        const one = (value: number): number => (value === 0 ? 0 : 1);
        total += run(mapWeights(synapses, one), Float32Array.from(stream, one));
        connections += run(
          mapWeights(synapses, () => 1),
          new Float32Array(stream.length).fill(1),
        );
      }
    }
    expect(neurobench.acs + neurobench.macs).toBe(total);
    expect(denseOf(tally) * clips.length).toBe(connections);
    expect(total).toBeGreaterThan(50);
  });

  it('counts by payload what events count', () => {
    const sum = clips.reduce<Operations>((all, clip) => plus(all, countEvents(network, simulateNetwork(network, clip).streams)), {
      acs: 0,
      macs: 0,
    });
    expect(minus(payload, sum)).toEqual({ acs: 0, macs: 0 });
  });
});

const denseOf = ({ layers }: NetworkTally): number =>
  layers.reduce((sum, { kind, denseInside }) => sum + (kind === 'linear' || kind === 'convolution' ? denseInside : 0), 0);
