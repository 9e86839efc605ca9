import { describe, expect, it } from 'vitest';
import { openOnnxRuntime } from '../../../src/frontend/onnx/onnx-runtime.ts';
import { DataType } from '../../../src/frontend/onnx/proto/index.ts';
import { halfToNumber, roundToHalf } from '../../../src/frontend/onnx/tensors/half.ts';
import { trialClips } from '../../../src/pipeline/trial-clips.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { floats, type GraphMaker } from './support/graph-maker.ts';
import { aroundNeurons, functionOf, imported, WIDTH } from './support/importing.ts';
import { customLif } from './support/lif.ts';
import { computingIn, inIrVersion3, inOpset, withOpenBatch, withStoredWeights } from './support/rewrite.ts';
import { SpikeScrMaker } from './support/spike-scr.ts';
import { MADE } from './support/variants.ts';

const loop = new SpikeScrMaker(MADE['made-published-graph']).make();

/** Bits of the nearest binary16 number, by search among all of them. */
const HALVES = Array.from({ length: 0x7c00 }, (_, bits) => halfToNumber(bits));
function halfBits(value: number): number {
  const size = Math.abs(roundToHalf(value));
  let [low, high] = [0, HALVES.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (HALVES[middle] < size) low = middle + 1;
    else high = middle;
  }
  return low | (value < 0 ? 0x8000 : 0);
}

const toHalves = (values: Float32Array): Uint8Array => new Uint8Array(Uint16Array.from(values, halfBits).buffer);
const toDoubles = (values: Float32Array): Uint8Array => new Uint8Array(Float64Array.from(values).buffer);

describe.each<[string, Uint8Array, boolean]>([
  ...[12, 13, 14, 15, 16, 17, 18, 19, 20, 21].map((version): [string, Uint8Array, boolean] => [
    `opset ${version}`,
    inOpset(loop, version),
    true,
  ]),
  ...(['loop', 'scan', 'unrolled', 'scan-operator'] as const).map((form): [string, Uint8Array, boolean] => [
    `opset 11, ${form}`,
    inOpset(new SpikeScrMaker({ ...MADE['made-loop'], form }).make(), 11),
    false,
  ]),
  ['initializers among the inputs', inIrVersion3(loop), true],
  ['an open batch axis', withOpenBatch(loop), true],
  ['float64 weights', withStoredWeights(loop, DataType.double, toDoubles), true],
  ['float16 weights', withStoredWeights(loop, DataType.float16, toHalves), false],
  ['float64 throughout', computingIn(loop, DataType.double, toDoubles), false],
  ['float16 throughout', computingIn(loop, DataType.float16, toHalves), false],
])('%s', (_, bytes, same) => {
  it('computes what ONNX Runtime computes', async () => {
    const { network } = imported(bytes);
    if (same) expect(functionOf(network)).toEqual(functionOf(imported(loop).network));
    const reference = await openOnnxRuntime(bytes, { file: 'made.onnx' });
    for (const { clip } of trialClips(network, 5)) {
      const expected = await reference.run(clip);
      const { logits } = simulateNetwork(network, clip);
      expect(expected.reduce((most, value, i) => Math.max(most, Math.abs(value - logits[i])), 0)).toBeLessThan(1e-4);
    }
    await reference.close();
  });
});

describe('binary16', () => {
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfe00, Number.NaN],
  ])('%i is %f', (bits, value) => {
    expect(halfToNumber(bits)).toBe(value);
  });

  it('rounds to the nearest, ties to even', () => {
    for (let bits = 0; bits < 0x7c00; bits += 7) expect(roundToHalf(-halfToNumber(bits))).toBe(-halfToNumber(bits));
    expect([1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519.9, 65520, 2 ** -25, 1.5 * 2 ** -25].map(roundToHalf)).toEqual([
      1,
      1 + 2 ** -9,
      65504,
      Number.POSITIVE_INFINITY,
      0,
      2 ** -24,
    ]);
  });
});

it('warns of weights that float32 cannot hold', () => {
  const thirds = (graph: GraphMaker): string => {
    const values = Float64Array.from({ length: WIDTH ** 2 }, (_, i) => i / 3);
    return graph.constant({ ...floats([WIDTH, WIDTH], []), dataType: DataType.double, rawData: new Uint8Array(values.buffer) });
  };
  const { warnings } = imported(
    aroundNeurons((graph, x) => customLif(graph, graph.one('MatMul', [customLif(graph, x, 'first'), thirds(graph)]), 'second')),
  );
  expect(warnings.map(({ code }) => code)).toEqual(['weight-precision']);
});
