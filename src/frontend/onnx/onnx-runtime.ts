import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { DiagnosticError, failure } from '../../diagnostics/index.ts';
import type { Clip } from '../../ir/clip.ts';
import { expandNeurons } from './expand-neurons.ts';
import { type ExternalData, inlineExternalData } from './external-data.ts';
import { computesInHalf, inFloat32 } from './in-float32.ts';
import type { SpikeTensor } from './index.ts';
import { DataType, decodeModel, encodeModel, type OnnxModel } from './proto/index.ts';

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

/** Intermediate tensors of a model as ONNX Runtime computes them. */
export interface OnnxRuntimeProbe {
  /** The values of the tensors asked for, in row-major order, by name. */
  run(clip: Clip): Promise<ReadonlyMap<string, Float32Array>>;
  close(): Promise<void>;
}

interface OpenOptions {
  readonly file: string;
  readonly external?: ExternalData;
}

/**
 * Opens an ONNX file in ONNX Runtime (WebAssembly, one thread). Throws `reference-failed` where the runtime refuses the file,
 * `onnx-malformed` and `onnx-too-large` as `decodeModel` does.
 */
export async function openOnnxRuntime(bytes: Uint8Array, options: OpenOptions): Promise<OnnxRuntimeReference> {
  const { file, external = new Map() } = options;
  const stored = decodeModel(bytes, file);
  const { ort, session, expanded, narrowed } = await openSession(inlineExternalData(stored, external, file), file, [], { stored, bytes });
  const [first] = session.outputNames;
  const how = [
    `ONNX Runtime ${ort.env.versions.web} (wasm, 1 thread)`,
    ...(expanded ? ["on spikec's expansion of neuron nodes to standard operators"] : []),
    ...(narrowed ? ['on a copy in float32'] : []),
  ];
  return {
    name: how.join(', '),
    expanded,
    run: async (clip) => {
      const logits = valuesOf(await runSession(ort, session, clip, file), first, clip.steps, file);
      if (!logits.every(Number.isFinite)) {
        throw failure('reference-failed', 'ONNX Runtime computes logits that are not finite', {
          places: [{ file, item: `output ${first}` }],
        });
      }
      return logits;
    },
    close: () => session.release(),
  };
}

/** The same for tensors inside the graph, which a copy of the model gives as outputs. */
export async function openOnnxProbe(model: OnnxModel, tensors: readonly SpikeTensor[], file: string): Promise<OnnxRuntimeProbe> {
  const { ort, session } = await openSession(model, file, tensors);
  return {
    run: async (clip) => {
      const results = await runSession(ort, session, clip, file);
      return new Map(tensors.map(({ name, values }) => [name, valuesOf(results, name, values, file)]));
    },
    close: () => session.release(),
  };
}

/** `original`: a file, which is opened as it is where nothing has to be changed. */
async function openSession(
  model: OnnxModel,
  file: string,
  tensors: readonly SpikeTensor[],
  original: { readonly stored: OnnxModel; readonly bytes: Uint8Array } | null = null,
) {
  const expanded = expandNeurons(model, file);
  const standard = withOutputs(expanded, tensors);
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'fatal';
  const create = (loaded: Uint8Array) => ort.InferenceSession.create(loaded, { executionProviders: ['wasm'], logSeverityLevel: 4 });
  let narrowed = computesInHalf(model);
  const session = await orFail(file, 'cannot load the model', () => {
    if (narrowed) return create(encodeModel(inFloat32(standard)));
    return create(standard === original?.stored ? original.bytes : encodeModel(standard)).catch((error) => {
      const narrow = inFloat32(standard);
      if (narrow === standard) throw error;
      narrowed = true;
      return create(encodeModel(narrow));
    });
  });
  return { ort, session, expanded: expanded !== model, narrowed };
}

function withOutputs(model: OnnxModel, tensors: readonly SpikeTensor[]): OnnxModel {
  if (tensors.length === 0) return model;
  const outputs = tensors.map(({ name, boolean }) => ({
    name,
    type: { tensor: { elementType: boolean ? DataType.bool : DataType.float } },
  }));
  const joins = tensors.flatMap(({ join }) => join ?? []);
  // Copies of a loop's body share their names, which the runtime does not allow and does not need.
  const nodes = [...model.graph.nodes, ...joins].map((node) => ({ ...node, name: '' }));
  return { ...model, graph: { ...model.graph, nodes, outputs: [...model.graph.outputs, ...outputs] } };
}

const runSession = (ort: Ort, session: InferenceSession, clip: Clip, file: string): Promise<Results> =>
  orFail(file, 'fails on the clip', () => {
    const feeds: Record<string, Tensor> = {};
    const channels = channelsOfInputs(session);
    for (const input of session.inputMetadata) feeds[input.name] = feedFor(ort, input, partOf(clip, channels.get(input.name)), file);
    return session.run(feeds);
  });

type Results = InferenceSession.OnnxValueMapType;

/** Numbers of an output: a multiple of `unit`. */
function valuesOf(results: Results, name: string, unit: number, file: string): Float32Array {
  const { data, dims } = results[name];
  const isNumeric = data instanceof Float32Array || data instanceof Float64Array || data instanceof Uint8Array;
  if (!isNumeric || data.length === 0 || data.length % unit !== 0) {
    throw failure('reference-failed', `the output ${name} [${dims.join(', ')}] is not made of rows of ${unit} numbers`, {
      places: [{ file }],
    });
  }
  return Float32Array.from(data);
}

/** Channels of the clip that each input takes, where the model has several inputs of features: one after the other. */
function channelsOfInputs(session: InferenceSession): ReadonlyMap<string, readonly [first: number, size: number]> {
  const features = session.inputMetadata.filter((input) => input.isTensor && input.type !== 'bool' && input.shape.length !== 2);
  const parts = new Map<string, readonly [number, number]>();
  let first = 0;
  for (const input of features.length > 1 ? features : []) {
    const size = input.isTensor ? Number(input.shape[input.shape.length - 1]) : 0;
    parts.set(input.name, [first, size]);
    first += size;
  }
  return parts;
}

function partOf(clip: Clip, part: readonly [number, number] | undefined): Clip {
  if (part === undefined) return clip;
  const [first, size] = part;
  const features = Float32Array.from({ length: clip.steps * size }, (_, e) => {
    return clip.features[Math.floor(e / size) * clip.channels + first + (e % size)];
  });
  return { ...clip, channels: size, features };
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

/** An axis of unknown length takes what the others leave of the clip; several take the lengths that the clip has there. */
function shapeOf(declared: readonly (number | string)[], clip: readonly number[]): number[] {
  const known = declared.filter((length): length is number => typeof length === 'number');
  const rest = clip.reduce((a, b) => a * b, 1) / known.reduce((a, b) => a * b, 1);
  return declared.map((length, axis) => {
    if (typeof length === 'number') return length;
    return known.length === declared.length - 1 ? rest : (clip[axis] ?? 1);
  });
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
