import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/frontend/onnx/index.ts';
import { type OnnxRuntimeReference, openOnnxRuntime } from '../../../src/frontend/onnx/onnx-runtime.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { aroundNeurons, functionOf, imported, STEPS, WIDTH } from './support/importing.ts';
import { type LifOptions, loopLif, unrolledLif } from './support/lif.ts';
import { type Shape, SpikeScrMaker } from './support/spike-scr.ts';

const base: Shape = { steps: 16, inputs: 6, width: 16, heads: 4, depth: 1, classes: 3, form: 'loop', published: true };
const report = (): void => undefined;

function clipOf({ steps, inputs }: Shape, seed: number): Clip {
  const features = Float32Array.from({ length: steps * inputs }, (_, i) =>
    (i * 7919 + seed * 104729) % 11 < 3 ? ((i + seed) % 3) + 1 : 0,
  );
  return { steps, channels: inputs, features, valid: Uint8Array.from({ length: steps }, (_, t) => (t < steps - 3 ? 1 : 0)), label: null };
}

const cases: readonly [string, Shape][] = [
  ['T divisible by H', base],
  ['T not divisible by H', { ...base, steps: 15 }],
  ['two blocks', { ...base, steps: 13, depth: 2 }],
  ['corrected relay', { ...base, steps: 14, published: false }],
  ['more steps than channels, two heads', { ...base, steps: 37, width: 8, heads: 2 }],
  ['sequence of spikes', { ...base, form: 'sequence' }],
  ['scan output', { ...base, form: 'scan' }],
  ['the graph of the published code', { ...base, verbose: true, steps: 15 }],
  ['neurons in front of the head, wider Mlp', { ...base, normed: true, expansion: 2, steps: 9 }],
  ['unrolled', { ...base, form: 'unrolled', steps: 15 }],
  ['unrolled, two blocks, corrected relay', { ...base, form: 'unrolled', depth: 2, steps: 9, published: false }],
  ['custom nodes, two blocks', { ...base, form: 'custom', depth: 2, steps: 11 }],
];

describe.each(cases)('made network: %s', (_, shape) => {
  const bytes = new SpikeScrMaker(shape).make();
  let reference: OnnxRuntimeReference;
  beforeAll(async () => {
    reference = await openOnnxRuntime(bytes, { file: 'made.onnx' });
  });
  afterAll(async () => reference.close());

  it('computes what ONNX Runtime computes', async () => {
    const network = importOnnx(bytes, { file: 'made.onnx', report });
    expect(network.nodes.filter((node) => node.kind === 'population')).toHaveLength(
      1 + (shape.expansion === undefined ? 14 : 16) * shape.depth + (shape.normed === true ? 1 : 0),
    );
    for (let seed = 1; seed <= 3; seed++) {
      const clip = clipOf(shape, seed);
      const expected = await reference.run(clip);
      const { logits, streams } = simulateNetwork(network, clip);
      expect(logits).toHaveLength(expected.length);
      logits.forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThan(1e-4);
      });
      // A silent network would agree with anything.
      const spikes = [...streams.values()].reduce((sum, stream) => sum + Array.from(stream).filter((value) => value === 1).length, 0);
      expect(spikes).toBeGreaterThan(100);
    }
  });

  it('gives the custom form the same network', () => {
    const other = importOnnx(new SpikeScrMaker({ ...shape, form: 'custom' }).make(), { file: 'made.onnx', report });
    const network = importOnnx(bytes, { file: 'made.onnx', report });
    const facts = (n: typeof network) => n.nodes.map((node) => [node.kind, node.size, node.timeline, node.payload]);
    expect(facts(network)).toEqual(facts(other));
    expect(network.parameterCount).toBe(other.parameterCount);
  });
});

it.each<LifOptions>([
  { compare: 'Greater' },
  { compare: 'NotLess', choose: 'where' },
  { tau: 4, threshold: 0.75, reset: 0.25, initial: 0.25 },
  { reset: 'soft', threshold: 0.5 },
  { initial: 0.75, collect: 'scan' },
])('neurons %o compute what ONNX Runtime computes', async (options) => {
  const bytes = aroundNeurons((graph, x) => loopLif(graph, x, STEPS, WIDTH, options));
  const unrolled = imported(aroundNeurons((graph, x) => unrolledLif(graph, x, STEPS, options))).network;
  expect(functionOf(unrolled)).toEqual(functionOf(imported(bytes).network));
  const network = importOnnx(bytes, { file: 'made.onnx', report });
  const reference = await openOnnxRuntime(bytes, { file: 'made.onnx' });
  for (let seed = 1; seed <= 5; seed++) {
    const clip = clipOf({ ...base, steps: STEPS, inputs: WIDTH }, seed);
    expect(Array.from(simulateNetwork(network, clip).logits)).toEqual(Array.from(await reference.run(clip)));
  }
  await reference.close();
});
