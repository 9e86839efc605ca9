import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import { openDataset } from '../../../src/frontend/datasets/index.ts';
import { expandNeurons } from '../../../src/frontend/onnx/expand-neurons.ts';
import { openOnnxRuntime } from '../../../src/frontend/onnx/onnx-runtime.ts';
import {
  AttributeType,
  DataType,
  decodeModel,
  encodeModel,
  type OnnxAttribute,
  type OnnxModel,
} from '../../../src/frontend/onnx/proto/index.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import { decide } from '../../../src/simulator/decision.ts';

interface Expected {
  readonly steps: number;
  readonly classes: number;
  readonly clips: readonly { readonly prediction: number; readonly m: readonly number[] }[];
  readonly logits: readonly (readonly (readonly number[])[])[];
}

const MODELS = ['spikescr-t100', 'spikescr-t40', 'spikescr-n128-t100', 'spikescr-n128-t40'];
const digits = readFileSync('models/digits-test.h5');

describe.each(MODELS)('ONNX Runtime on %s', (model) => {
  const expected = JSON.parse(readFileSync(`models/${model}/expected.json`, 'utf8')) as Expected;

  it.each(['loop', 'custom'])('computes what PyTorch computed, from the %s form', async (form) => {
    const file = `${form}.onnx`;
    const source = await openDataset(digits, {
      file: 'digits-test.h5',
      timesteps: expected.steps,
      channels: 140,
      classes: expected.classes,
      report: () => undefined,
    });
    const reference = await openOnnxRuntime(readFileSync(`models/${model}/${file}`), { file });
    expect(reference.expanded).toBe(form === 'custom');
    for (const index of [0, 1, 2]) {
      const logits = await reference.run(source.clip(index));
      const wanted = expected.logits[index].flat();
      expect(logits.length).toBe(wanted.length);
      expect(Math.max(...wanted.map((value, i) => Math.abs(value - logits[i])))).toBeLessThan(1e-4);
      const { evidence, winner } = decide(logits, expected.steps, expected.classes);
      expect(winner).toBe(expected.clips[index].prediction);
      expect(Math.max(...expected.clips[index].m.map((value, k) => Math.abs(value - evidence[k])))).toBeLessThan(1e-4);
    }
    await reference.close();
  });
});

const float = (name: string, f: number): OnnxAttribute => ({ ...empty, name, type: AttributeType.float, f });
const int = (name: string, i: number): OnnxAttribute => ({ ...empty, name, type: AttributeType.int, i });
const empty = { floats: [], ints: [], strings: [], tensors: [], graphs: [] } as const;

/** x [1, T, 1] in, one neuron node over [T, 1, 1], its spikes out; x may be of another type than float32. */
function neuronModel(opType: string, attributes: readonly OnnxAttribute[], change: { opset?: number; inputType?: number } = {}): OnnxModel {
  const value = (name: string, dims: readonly (number | string)[], elementType: number = DataType.float) => ({
    name,
    type: { tensor: { elementType, shape: { dims: dims.map((dim) => (typeof dim === 'number' ? { value: dim } : { parameter: dim })) } } },
  });
  const perm = { ...empty, name: 'perm', type: AttributeType.ints, ints: [1, 0, 2] };
  const node = (name: string, type: string, input: string, output: string, list: readonly OnnxAttribute[], domain = '') => ({
    name,
    opType: type,
    domain,
    inputs: [input],
    outputs: [output],
    attributes: list,
  });
  return {
    irVersion: 7,
    opsets: [
      { domain: '', version: change.opset ?? 13 },
      { domain: 'spikingjelly', version: 1 },
    ],
    functions: [],
    graph: {
      name: 'one neuron',
      nodes: [
        node('cast', 'Cast', 'x', 'y', [int('to', DataType.float)]),
        node('turn', 'Transpose', 'y', 'z', [perm]),
        node('neuron', opType, 'z', 'spikes', attributes, 'spikingjelly'),
      ],
      initializers: [],
      sparseInitializers: [],
      inputs: [value('x', [1, 'T', 1], change.inputType)],
      outputs: [value('spikes', ['T', 1, 1])],
      valueInfo: [],
    },
  };
}

const clipOf = (values: readonly number[]): Clip => ({
  steps: values.length,
  channels: 1,
  features: Float32Array.from(values),
  valid: new Uint8Array(values.length).fill(1),
  label: null,
});

async function runNeuron(model: OnnxModel, values: readonly number[]): Promise<number[]> {
  const reference = await openOnnxRuntime(encodeModel(model), { file: 'neuron.onnx' });
  const spikes = await reference.run(clipOf(values));
  await reference.close();
  return [...spikes];
}

async function failureOf(action: () => Promise<unknown>): Promise<string[]> {
  try {
    await action();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map((entry) => entry.code);
    throw error;
  }
  return [];
}

describe('expanded neuron nodes', () => {
  // Spike trains worked out by hand from the equations; each input tells its neuron from the others.
  it.each([
    // v: .75 -> 1.125 fires -> .5 -> .75 -> 1.125 fires
    [
      'LIFNode',
      [float('tau', 2), float('v_threshold', 1), float('v_reset', 0), int('decay_input', 0)],
      [0.75, 0.75, 0.5, 0.5, 0.75],
      [0, 1, 0, 0, 1],
    ],
    // h = v + (x - v) / 2: .75, 1.125 fires -> .75, 1
    [
      'LIFNode',
      [float('tau', 2), float('v_threshold', 1), float('v_reset', 0), int('decay_input', 1)],
      [1.5, 1.5, 1.5, 1.25],
      [0, 1, 0, 1],
    ],
    // reset to .5 = start: h = v - (v - .5) / 2 + x: .75, .875, 1.1875 fires -> .5, .9375, 1
    [
      'LIFNode',
      [float('tau', 2), float('v_threshold', 1), float('v_reset', 0.5), int('decay_input', 0)],
      [0.25, 0.25, 0.5, 0.4375, 0.28125],
      [0, 0, 1, 0, 1],
    ],
    // soft: 1.5 fires -> .5 -> .25 + .5 -> .375 + .625 fires -> 0
    ['LIFNode', [float('tau', 2), float('v_threshold', 1), int('decay_input', 0)], [1.5, 0.5, 0.625, 0.5], [1, 0, 1, 0]],
    // soft with decaying input: 1.5 fires -> .5 -> 1 fires -> 0 -> .5
    ['LIFNode', [float('tau', 2), float('v_threshold', 1), int('decay_input', 1)], [3, 1.5, 1], [1, 1, 0]],
    ['IFNode', [float('v_threshold', 1), float('v_reset', 0)], [0.5, 0.25, 0.25, 0.75], [0, 0, 1, 0]],
    // w = 0: 1/tau = 1/2
    [
      'ParametricLIFNode',
      [float('w', 0), float('v_threshold', 1), float('v_reset', 0), int('decay_input', 0)],
      [0.75, 0.75, 0.5, 0.5, 0.75],
      [0, 1, 0, 0, 1],
    ],
  ] as const)('%s %j', async (opType, attributes, values, spikes) => {
    expect(await runNeuron(neuronModel(opType, attributes), values)).toEqual(spikes);
  });

  const lif = [float('tau', 2), float('v_threshold', 1), float('v_reset', 0), int('decay_input', 0)];

  it('leave a model without such nodes as it is', () => {
    const model = decodeModel(readFileSync('models/spikescr-t40/loop.onnx'), 'loop.onnx');
    expect(expandNeurons(model, 'loop.onnx')).toBe(model);
  });

  it('work in the first opset that has what they need', async () => {
    expect(await runNeuron(neuronModel('LIFNode', lif, { opset: 9 }), [0.75, 0.75])).toEqual([0, 1]);
    expect(await failureOf(() => runNeuron(neuronModel('LIFNode', lif, { opset: 8 }), [1]))).toEqual(['reference-failed']);
  });

  it('take whole numbers where the model wants int64', async () => {
    const model = neuronModel('LIFNode', lif, { inputType: DataType.int64 });
    expect(await runNeuron(model, [0, 1, 0])).toEqual([0, 1, 0]);
    expect(await failureOf(() => runNeuron(model, [0.5]))).toEqual(['reference-failed']);
    expect(await failureOf(() => runNeuron(neuronModel('LIFNode', lif, { inputType: DataType.int8 }), [1]))).toEqual(['reference-failed']);
  });

  it.each([
    ['without tau', [float('v_threshold', 1), int('decay_input', 0)]],
    ['without threshold', [float('tau', 2), int('decay_input', 0)]],
    ['without decay_input', [float('tau', 2), float('v_threshold', 1)]],
    ['with a tau that is no number', [float('tau', Number.NaN), float('v_threshold', 1), int('decay_input', 0)]],
    ['of a single step', [...lif, { ...empty, name: 'step_mode', type: AttributeType.string, s: new TextEncoder().encode('s') }]],
  ])('are refused %s', async (_, attributes) => {
    expect(await failureOf(() => runNeuron(neuronModel('LIFNode', attributes), [1]))).toEqual(['onnx-invalid-graph']);
  });
});

describe('what ONNX Runtime cannot run', () => {
  const loop = readFileSync('models/spikescr-t40/loop.onnx');

  it('is a diagnostic: bytes that are no model, and an operator that it does not know', async () => {
    expect(await failureOf(() => openOnnxRuntime(loop.subarray(0, 1000), { file: 'cut.onnx' }))).toEqual(['onnx-malformed']);
    const unknown = neuronModel('SynapticFilter', []);
    expect(await failureOf(() => openOnnxRuntime(encodeModel(unknown), { file: 'x.onnx' }))).toEqual(['reference-failed']);
  });

  it('is a diagnostic: a clip of another size, and logits that are not finite', async () => {
    const reference = await openOnnxRuntime(loop, { file: 'loop.onnx' });
    const clip = (steps: number, value: number): Clip => ({
      steps,
      channels: 140,
      features: new Float32Array(steps * 140).fill(value),
      valid: new Uint8Array(steps).fill(1),
      label: null,
    });
    expect(await failureOf(() => reference.run(clip(39, 0)))).toEqual(['reference-failed']);
    expect(await failureOf(() => reference.run(clip(40, 0)))).toEqual([]);
    await reference.close();
    const plain = neuronModel('LIFNode', []);
    const through = {
      ...plain,
      graph: { ...plain.graph, nodes: plain.graph.nodes.slice(0, 2), outputs: [{ ...plain.graph.outputs[0], name: 'z' }] },
    };
    expect(await failureOf(() => runNeuron(through, [1, Number.NaN]))).toEqual(['reference-failed']);
  });
});
