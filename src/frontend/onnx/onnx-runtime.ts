import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { DiagnosticError, failure } from '../../diagnostics/index.ts';
import type { Clip } from '../../ir/clip.ts';
import { expandNeurons } from './expand-neurons.ts';
import { decodeModel, encodeModel } from './proto/index.ts';

type Ort = typeof import('onnxruntime-web');

/** The model as ONNX Runtime computes it: what every simulation is held against. */
export interface OnnxRuntimeReference {
  /** Runtime, version and how it runs, for reports. */
  readonly name: string;
  /** Neuron nodes that no runtime knows were expanded to standard operators first. */
  readonly expanded: boolean;
  /** Logits [steps, classes] of one clip. */
  run(clip: Clip): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens an ONNX file in ONNX Runtime (WebAssembly, one thread). Throws `reference-failed` where the runtime refuses the file,
 * `onnx-malformed` and `onnx-too-large` as `decodeModel` does.
 */
export async function openOnnxRuntime(bytes: Uint8Array, options: { readonly file: string }): Promise<OnnxRuntimeReference> {
  const { file } = options;
  const model = decodeModel(bytes, file);
  const standard = expandNeurons(model, file);
  const expanded = standard !== model;
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'fatal';
  const session = await orFail(file, 'cannot load the model', () =>
    ort.InferenceSession.create(expanded ? encodeModel(standard) : bytes, { executionProviders: ['wasm'], logSeverityLevel: 4 }),
  );
  return {
    name: `ONNX Runtime ${ort.env.versions.web} (wasm, 1 thread)${expanded ? ", on spikec's expansion of neuron nodes to standard operators" : ''}`,
    expanded,
    run: (clip) => runClip(ort, session, clip, file),
    close: () => session.release(),
  };
}

async function runClip(ort: Ort, session: InferenceSession, clip: Clip, file: string): Promise<Float32Array> {
  const results = await orFail(file, 'fails on the clip', () => {
    const feeds: Record<string, Tensor> = {};
    for (const input of session.inputMetadata) feeds[input.name] = feedFor(ort, input, clip, file);
    return session.run(feeds);
  });
  const [first] = session.outputNames;
  const { data, dims } = results[first];
  if (!(data instanceof Float32Array || data instanceof Float64Array) || data.length % clip.steps !== 0) {
    throw failure('reference-failed', `the output ${first} has no logits for each of ${clip.steps} steps: it is [${dims.join(', ')}]`, {
      places: [{ file }],
    });
  }
  const logits = Float32Array.from(data);
  if (!logits.every(Number.isFinite)) {
    throw failure('reference-failed', 'ONNX Runtime computes logits that are not finite', { places: [{ file, item: `output ${first}` }] });
  }
  return logits;
}

/** The mask is boolean, or has two axes (batch and step); any other input takes the features. */
function feedFor(ort: Ort, input: InferenceSession.ValueMetadata, clip: Clip, file: string): Tensor {
  if (!input.isTensor)
    throw failure('reference-failed', `the input ${input.name} is not a tensor`, { places: [{ file, item: `input ${input.name}` }] });
  const mask = input.type === 'bool' || input.shape.length === 2;
  const values = mask ? clip.valid : clip.features;
  const shape = shapeOf(input.shape, mask ? [1, clip.steps] : [1, clip.steps, clip.channels]);
  if (shape.reduce((product, length) => product * length, 1) !== values.length) {
    throw failure(
      'reference-failed',
      `the input ${input.name} is [${input.shape.join(', ')}], and the clip is [${clip.steps}, ${clip.channels}]`,
      {
        places: [{ file, item: `input ${input.name}` }],
      },
    );
  }
  switch (input.type) {
    case 'float32':
      return new ort.Tensor('float32', Float32Array.from(values), shape);
    case 'float64':
      return new ort.Tensor('float64', Float64Array.from(values), shape);
    case 'bool':
      return new ort.Tensor('bool', Uint8Array.from(values), shape);
    case 'int64':
      return new ort.Tensor(
        'int64',
        BigInt64Array.from(values, (value) => BigInt(value)),
        shape,
      );
    default:
      throw failure('reference-failed', `the input ${input.name} is ${input.type}`, {
        places: [{ file, item: `input ${input.name}` }],
        notes: ['fed here: float32, float64, bool, and int64 with whole numbers'],
      });
  }
}

/** Axes of unknown length take the length that the clip has there. */
function shapeOf(declared: readonly (number | string)[], clip: readonly number[]): number[] {
  return declared.map((length, axis) => (typeof length === 'number' ? length : (clip[axis] ?? 1)));
}

async function orFail<T>(file: string, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw failure('reference-failed', `ONNX Runtime ${what}: ${message.split('\n')[0]}`, { places: [{ file }] });
  }
}
