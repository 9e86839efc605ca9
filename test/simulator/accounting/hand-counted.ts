import type { Clip } from '../../../src/ir/clip.ts';
import type { Network, Normalization } from '../../../src/ir/network.ts';
import { type ClipTally, createTally } from '../../../src/simulator/accounting/tally-clip.ts';
import { countEvents } from '../../../src/simulator/count-events.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { attention, centred, dense, input, networkOf, oneToOne, population, projection, readout, sum } from '../../support/networks.ts';

/** Small networks whose operations can be counted on paper. */

export const clipOf = (channels: number, features: readonly number[]): Clip => ({
  steps: features.length / channels,
  channels,
  features: Float32Array.from(features),
  valid: new Uint8Array(features.length / channels).fill(1),
  label: null,
});

export function tallyOf(network: Network, clips: readonly Clip[]): readonly ClipTally[] {
  const begin = createTally(network);
  return clips.map((clip) => {
    const tally = begin();
    const run = simulateNetwork(network, clip, undefined, tally.watch);
    return tally.finish(run, countEvents(network, run.streams));
  });
}

const weights = (...values: number[]): Float32Array => Float32Array.from(values);

/** 2 -> 2 neurons -> 1, with a bias in front of the neurons and one weight of 0, three steps. */
export const linear: Network = networkOf({
  name: 'linear',
  timesteps: 3,
  nodes: [input('features', 2), population('hidden', 2, { bias: weights(0.5, -1) }), readout('logits', 1)],
  projections: [
    projection('features', 'hidden', dense(2, 2, weights(1, 0, 2, 3))),
    projection('hidden', 'logits', dense(2, 1, weights(1, 1))),
  ],
  output: 'logits',
});

/** A kernel of three steps, padded on both sides, its last tap 0, with a bias. */
export const padded: Network = networkOf({
  name: 'padded',
  timesteps: 3,
  nodes: [input('features', 1), population('hidden', 1, { bias: weights(0.25) }), readout('logits', 1)],
  projections: [
    projection('features', 'hidden', centred(1, 1, 3, 1, weights(1, 2, 0))),
    projection('hidden', 'logits', dense(1, 1, weights(1))),
  ],
  output: 'logits',
});

const UNCHANGED: Normalization = {
  mean: weights(0),
  variance: weights(1),
  scale: weights(1),
  shift: weights(0),
  epsilon: 0,
};

/** One neuron behind a batch normalisation that changes nothing, two steps. */
export const normalized: Network = networkOf({
  name: 'normalized',
  timesteps: 2,
  nodes: [input('features', 1), population('hidden', 1, { normalization: UNCHANGED }), readout('logits', 1)],
  projections: [projection('features', 'hidden', dense(1, 1, weights(1))), projection('hidden', 'logits', dense(1, 1, weights(1)))],
  output: 'logits',
});

const first = population('first', 1);
const second = population('second', 1);

/** Two neurons that fire alike, their sum read by two outputs, two steps. */
export const summed: Network = networkOf({
  name: 'summed',
  timesteps: 2,
  nodes: [input('features', 1), first, second, sum('both', [first, second]), readout('logits', 2)],
  projections: [
    projection('features', 'first', dense(1, 1, weights(1))),
    projection('features', 'second', dense(1, 1, weights(1))),
    projection('both', 'logits', dense(1, 2, weights(1, -1))),
  ],
  output: 'logits',
});

const [query, key, value] = [population('query', 1), population('key', 1), population('value', 1)];

/** Attention of one head of width 1 over two steps. */
export const attending: Network = networkOf({
  name: 'attending',
  timesteps: 2,
  nodes: [
    input('features', 1),
    query,
    key,
    value,
    attention('product', { query, key, value, mask: null }, 1),
    population('reader', 1),
    readout('logits', 1),
  ],
  projections: [
    ...['query', 'key', 'value'].map((name) => projection('features', name, dense(1, 1, weights(1)))),
    projection('product', 'reader', oneToOne(1)),
    projection('reader', 'logits', dense(1, 1, weights(1))),
  ],
  output: 'logits',
});
