import fc from 'fast-check';
import { nodeId, projectionId } from '../../src/ir/ids.ts';
import type { Network, NetworkNode, PopulationNode, Projection } from '../../src/ir/network.ts';
import type { Synapses } from '../../src/ir/synapses.ts';
import { type Random, randomBelow, seededRandom } from '../../src/targets/mapping/random.ts';
import { evenWeights, input, LIF, population, projection, readout, scheduled } from './networks.ts';

/** Random networks without recurrence: layers that read earlier ones through synapses of every kind, with gates and delays. */

interface LayerShape {
  readonly kind: 'dense' | 'one-to-one' | 'sparse' | 'time' | 'depthwise' | 'convolution' | 'pooling';
  readonly size: number;
  /** How many layers before the last one it reads, and also reads. */
  readonly back: number;
  readonly skip: number | null;
  readonly delay: number;
  readonly exponent: number;
  readonly signs: 'mixed' | 'excitatory' | 'inhibitory';
  readonly gated: boolean;
  readonly biased: boolean;
  readonly currentDecay: number;
  readonly voltageDecay: number;
  readonly thresholdMantissa: number;
}

interface NetworkShape {
  readonly steps: number;
  readonly inputs: number;
  readonly layers: readonly LayerShape[];
  readonly seed: number;
}

const layer: fc.Arbitrary<LayerShape> = fc.record({
  kind: fc.constantFrom('dense', 'one-to-one', 'sparse', 'time', 'depthwise', 'convolution', 'pooling'),
  size: fc.integer({ min: 1, max: 9 }),
  back: fc.nat(2),
  skip: fc.option(fc.nat(2)),
  delay: fc.constantFrom(0, 0, 1, 3, 9),
  exponent: fc.nat(2),
  signs: fc.constantFrom('mixed', 'mixed', 'excitatory', 'inhibitory'),
  gated: fc.boolean(),
  biased: fc.boolean(),
  currentDecay: fc.constantFrom(4095, 4095, 2047, 0),
  voltageDecay: fc.constantFrom(4096, 2048, 1000, 0),
  thresholdMantissa: fc.integer({ min: 1, max: 200 }),
});

const shape: fc.Arbitrary<NetworkShape> = fc.record({
  steps: fc.integer({ min: 2, max: 8 }),
  inputs: fc.integer({ min: 2, max: 6 }),
  layers: fc.array(layer, { minLength: 1, maxLength: 5 }),
  seed: fc.nat(1_000_000),
});

export const randomNetwork: fc.Arbitrary<Network> = shape.map(buildNetwork);

function buildNetwork({ steps, inputs, layers, seed }: NetworkShape): Network {
  const random = seededRandom(seed);
  const nodes: NetworkNode[] = [input('in', inputs)];
  const projections: Projection[] = [];
  const before = (back: number): NetworkNode => nodes[Math.max(0, nodes.length - 1 - back)];
  layers.forEach((layer, i) => {
    const id = `p${i}`;
    const source = before(layer.back);
    const synapses = synapsesOf(layer, source.size, random);
    projections.push(projection(source.id, id, synapses, { delaySteps: layer.delay, weightExponent: layer.exponent }));
    const size = synapses.targets;
    if (layer.skip !== null) {
      const other = before(layer.skip);
      const extra = dense(other.size, size, evenWeights(random, other.size * size));
      projections.push(projection(other.id, id, extra, { id: projectionId(`${other.id}>>${id}`) }));
    }
    const gate = nodes.find((node): node is PopulationNode => node.kind === 'population' && node.size === size);
    nodes.push(
      population(id, size, {
        neuron: { ...LIF, ...dynamicsOf(layer) },
        gate: layer.gated && gate !== undefined ? nodeId(gate.id) : null,
        bias: layer.biased ? Int32Array.from({ length: size }, () => 8 * randomBelow(random, 900) - 2400) : null,
      }),
    );
  });
  const last = nodes[nodes.length - 1];
  projections.push(projection(last.id, 'out', dense(last.size, 3, evenWeights(random, last.size * 3))));
  nodes.push(readout('out', 3, { bias: Int32Array.from([64, -640, 8188]) }));
  return scheduled(nodes, projections, 'out', steps);
}

const dynamicsOf = ({ currentDecay, voltageDecay, thresholdMantissa }: LayerShape) => ({ currentDecay, voltageDecay, thresholdMantissa });

const dense = (sources: number, targets: number, weights: Int16Array): Synapses => ({ kind: 'dense', sources, targets, weights });

/** Even weights of both signs, or any of one sign. */
function weightsOf({ signs }: LayerShape, length: number, random: Random): Int16Array {
  if (signs === 'mixed') return evenWeights(random, length, 160);
  const sign = signs === 'excitatory' ? 1 : -1;
  return Int16Array.from({ length }, () => sign * randomBelow(random, 180));
}

function synapsesOf(layer: LayerShape, sources: number, random: Random): Synapses {
  const { kind, size } = layer;
  const w = (length: number): Int16Array => weightsOf(layer, length, random);
  switch (kind) {
    case 'dense':
      return dense(sources, size, w(sources * size));
    case 'one-to-one':
      return { kind, sources, targets: sources, weights: w(sources) };
    case 'sparse': {
      const chosen = Array.from({ length: sources * size }, (_, i) => i).filter(() => randomBelow(random, 3) === 0);
      return {
        kind,
        sources,
        targets: size,
        sourceIndex: Int32Array.from(chosen, (i) => Math.floor(i / size)),
        targetIndex: Int32Array.from(chosen, (i) => i % size),
        weights: w(chosen.length),
        delays: Int32Array.from(chosen, () => randomBelow(random, 5)),
      };
    }
    case 'time':
      return {
        kind: 'time-convolution',
        sources,
        targets: size,
        taps: 3,
        groups: 1,
        firstOffset: -1,
        dilation: 1,
        weights: w(3 * sources * size),
      };
    case 'depthwise':
      return {
        kind: 'time-convolution',
        sources,
        targets: sources,
        taps: 5,
        groups: sources,
        firstOffset: -4,
        dilation: 1,
        weights: w(5 * sources),
      };
    case 'convolution':
      return {
        kind,
        sources,
        targets: 2 * (sources + 1),
        ...window([1, 1, sources], [2, 1, sources + 1], [1, 2], [0, 1]),
        groups: 1,
        weights: w(4),
      };
    case 'pooling':
      return {
        kind,
        sources,
        targets: sources,
        ...window([sources, 1, 1], [sources, 1, 1], [1, 1], [0, 0]),
        factor: 1 + randomBelow(random, 200),
      };
  }
}

type Triple = readonly [number, number, number];
type Pair = readonly [number, number];

const window = (sourceShape: Triple, targetShape: Triple, kernel: Pair, padding: Pair) => ({
  sourceShape,
  targetShape,
  kernel,
  stride: [1, 1] as const,
  padding,
  dilation: [1, 1] as const,
});
