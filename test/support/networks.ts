import type { Clip } from '../../src/ir/clip.ts';
import type { ModelFacts } from '../../src/ir/mapping.ts';
import type { Network } from '../../src/ir/network.ts';
import type { IntegerNeuron } from '../../src/ir/neuron.ts';
import { centred, dense, input, LIF, networkOf, population, projection, readout } from './network-parts.ts';
import { below, seededRandom, uniform } from './random.ts';

/** What a mapping carries along for reports; tests of programs do not look at it. */
export const FACTS: ModelFacts = {
  name: 'test',
  file: 'test.onnx',
  sha256: '',
  format: 'onnx',
  timesteps: 1,
  inputs: 1,
  classes: 1,
  populations: 1,
  neurons: 1,
  synapses: 1,
  parameters: 1,
};

export * from './network-parts.ts';
export * from './random.ts';
export { type SpikeScrShape, scramble, tinySpikeScr } from './spikescr.ts';

/** features (3) -> hidden (4) -> logits (2) over 5 steps. */
export function tinyDense(seed = 1): Network {
  const random = seededRandom(seed);
  return networkOf({
    name: 'tiny dense',
    timesteps: 5,
    nodes: [input('features', 3), population('hidden', 4, { bias: uniform(random, 4, -0.2, 0.4) }), readout('logits', 2)],
    projections: [
      projection('features', 'hidden', dense(3, 4, uniform(random, 12, -0.4, 0.8))),
      projection('hidden', 'logits', dense(4, 2, uniform(random, 8, -1, 1))),
    ],
    output: 'logits',
  });
}

/** One of every kind of synapses, a recurrence, delays, and neurons that differ from each other. */
export function tinyEverySynapse(seed = 1): Network {
  const random = seededRandom(seed);
  const window = {
    kernel: [2, 2],
    stride: [1, 1],
    padding: [0, 0],
    dilation: [1, 1],
  } as const;
  return networkOf({
    name: 'every kind of synapses',
    timesteps: 6,
    nodes: [
      input('features', 9),
      population('space', 8),
      population('pool', 2),
      population('time', 4, {
        neuron: {
          ...LIF,
          decay: Float64Array.of(0.5, 0.75, 0.9, 1),
          currentDecay: Float64Array.of(0.1, 0.2, 0.3, 0.4),
          threshold: Float64Array.of(1, 1.5, 2, 1),
          tie: 'gt',
          reset: { kind: 'by-subtraction' },
        },
      }),
      population('ring', 4, {
        neuron: {
          parameters: 'continuous',
          timeConstantS: 0.02,
          synapticTimeConstantS: null,
          resistance: 1,
          leak: 0,
          threshold: 1,
          tie: 'gt',
          reset: { kind: 'to-value', value: -0.5 },
        },
      }),
      readout('logits', 4, { bias: uniform(random, 4, -1, 1) }),
    ],
    projections: [
      projection('features', 'space', {
        kind: 'convolution',
        sources: 9,
        targets: 8,
        sourceShape: [1, 3, 3],
        targetShape: [2, 2, 2],
        ...window,
        groups: 1,
        weights: uniform(random, 8, -1, 1),
      }),
      projection('space', 'pool', {
        kind: 'pooling',
        sources: 8,
        targets: 2,
        sourceShape: [2, 2, 2],
        targetShape: [2, 1, 1],
        ...window,
        factor: 0.25,
      }),
      projection('pool', 'time', centred(2, 4, 3, 2, uniform(random, 12, -1, 1))),
      projection('time', 'ring', {
        kind: 'sparse',
        sources: 4,
        targets: 4,
        sourceIndex: Int32Array.of(0, 0, 1, 3),
        targetIndex: Int32Array.of(1, 2, 3, 0),
        weights: uniform(random, 4, -1, 1),
        delays: Int32Array.of(0, 2, 1, 0),
      }),
      projection('ring', 'ring', dense(4, 4, uniform(random, 16, -0.3, 0.3)), { delaySteps: 1 }),
      projection('ring', 'logits', { kind: 'one-to-one', sources: 4, targets: 4, weights: Float32Array.of(1, 2, -3, 4) }),
    ],
    output: 'logits',
  });
}

const INTEGER_LIF: IntegerNeuron = { parameters: 'integer', currentDecay: 4095, voltageDecay: 2048, thresholdMantissa: 100, unit: 6400 };

/** features (2) -> hidden (3) -> logits (2) in the chip's integers, scheduled: a hop costs a step. */
export function tinyInteger(): Network {
  const features = input('features', 2);
  const hidden = population('hidden', 3, { neuron: INTEGER_LIF, bias: Int32Array.of(64, -640, 1) });
  const logits = readout('logits', 2, { scale: 1 / 6400, bias: Int32Array.of(64, -128) });
  const network = networkOf({
    name: 'tiny integer',
    timesteps: 4,
    nodes: [features, hidden, logits],
    projections: [
      projection(
        'features',
        'hidden',
        { kind: 'dense', sources: 2, targets: 3, weights: Int16Array.of(102, 60, 0, -2, 60, 20) },
        { weightExponent: 1 },
      ),
      projection('hidden', 'logits', { kind: 'dense', sources: 3, targets: 2, weights: Int16Array.of(2, 4, 6, 8, 10, -256) }),
    ],
    output: 'logits',
  });
  const starts = new Map([
    [hidden.id, 1],
    [logits.id, 2],
    [features.id, 0],
  ]);
  const segment = { index: 0, kind: 'run', timeline: hidden.timeline, steps: 6, starts, injected: [features.id] } as const;
  return { ...network, schedule: { segments: [segment] } };
}

/** Counts 0..3, two thirds of them zero, and a mask that ends two steps before the clip. */
export function randomClip(network: Network, seed: number): Clip {
  const random = seededRandom(seed);
  const channels = Math.max(
    ...network.nodes.flatMap((node) => (node.kind === 'input' && node.role === 'features' ? [(node.firstChannel ?? 0) + node.size] : [])),
  );
  const steps = network.timesteps;
  return {
    steps,
    channels,
    features: Float32Array.from({ length: steps * channels }, () => Math.max(0, below(random, 6) - 2)),
    valid: Uint8Array.from({ length: steps }, (_, t) => (t < steps - 2 ? 1 : 0)),
    label: null,
  };
}
