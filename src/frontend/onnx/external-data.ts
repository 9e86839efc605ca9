import { failure } from '../../diagnostics/index.ts';
import { DECODE_LIMITS, decodeModel, encodeModel, type OnnxGraph, type OnnxModel, type OnnxNode, type OnnxTensor } from './proto/index.ts';

/** Files beside the model that hold values of its tensors, by the path that the model gives them, relative to its folder. */
export type ExternalData = ReadonlyMap<string, Uint8Array>;

const EXTERNAL = 1;

/** A model with all its values may be this long. */
export const MODEL_BYTES_MAX = DECODE_LIMITS.bytes;

/** The paths under which a model expects values in other files, sorted. Empty for most models. */
export function externalFiles(bytes: Uint8Array, file: string): readonly string[] {
  const found = new Set<string>();
  replaceTensors(decodeModel(bytes, file), (tensor) => {
    found.add(entryOf(tensor, 'location') ?? '');
    return tensor;
  });
  return [...found].sort();
}

/** The model file with all its values inline; the same bytes if they are. Throws as inlineExternalData does. */
export function embedExternalData(bytes: Uint8Array, external: ExternalData, file: string): Uint8Array {
  const model = decodeModel(bytes, file);
  const inline = inlineExternalData(model, external, file);
  return inline === model ? bytes : encodeModel(inline);
}

/**
 * The model with all its values inline; the model itself if they are. Throws `external-data` where a file is missing or too short,
 * `onnx-too-large` where tensors ask for more than a model may hold: many can ask for the same bytes.
 */
export function inlineExternalData(model: OnnxModel, external: ExternalData, file: string): OnnxModel {
  let total = 0;
  return replaceTensors(model, (tensor) => {
    const location = entryOf(tensor, 'location') ?? '';
    const bytes = external.get(location);
    const places = [{ file, item: `tensor ${tensor.name ?? ''}` }];
    if (bytes === undefined) {
      throw failure('external-data', `the values of a tensor are in the file \`${location}\`, which is not there`, {
        places,
        notes: [`files given: ${[...external.keys()].join(', ') || 'none'}`],
      });
    }
    const offset = wholeNumber(tensor, 'offset', 0);
    const length = wholeNumber(tensor, 'length', bytes.length - offset);
    if (offset < 0 || length < 0 || offset + length > bytes.length) {
      throw failure(
        'external-data',
        `a tensor asks for bytes ${offset} to ${offset + length} of \`${location}\`, which has ${bytes.length}`,
        {
          places,
          notes: ['offset and length have to lie inside the file'],
        },
      );
    }
    total += length;
    if (total > MODEL_BYTES_MAX) {
      throw failure('onnx-too-large', `the tensors up to here take more than ${MODEL_BYTES_MAX} bytes from other files`, { places });
    }
    const { externalData: _, dataLocation: __, ...inline } = tensor;
    return { ...inline, rawData: bytes.subarray(offset, offset + length), externalData: [] };
  });
}

const entryOf = (tensor: OnnxTensor, key: string): string | undefined => tensor.externalData?.find((entry) => entry.key === key)?.value;

function wholeNumber(tensor: OnnxTensor, key: string, fallback: number): number {
  const text = entryOf(tensor, key);
  if (text === undefined) return fallback;
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}

/** The model with each tensor that lies in another file replaced; what holds none is left as it is. */
function replaceTensors(model: OnnxModel, replace: (tensor: OnnxTensor) => OnnxTensor): OnnxModel {
  const tensorOf = (tensor: OnnxTensor): OnnxTensor => (tensor.dataLocation === EXTERNAL ? replace(tensor) : tensor);
  const nodeOf = (node: OnnxNode): OnnxNode => {
    const attributes = mapChanged(node.attributes, (attribute) => {
      const t = attribute.t === undefined ? undefined : tensorOf(attribute.t);
      const g = attribute.g === undefined ? undefined : graphOf(attribute.g);
      return t === attribute.t && g === attribute.g ? attribute : { ...attribute, ...(t && { t }), ...(g && { g }) };
    });
    return attributes === node.attributes ? node : { ...node, attributes };
  };
  const graphOf = (graph: OnnxGraph): OnnxGraph => {
    const nodes = mapChanged(graph.nodes, nodeOf);
    const initializers = mapChanged(graph.initializers, tensorOf);
    return nodes === graph.nodes && initializers === graph.initializers ? graph : { ...graph, nodes, initializers };
  };
  const graph = graphOf(model.graph);
  return graph === model.graph ? model : { ...model, graph };
}

function mapChanged<T>(list: readonly T[], f: (item: T) => T): readonly T[] {
  const mapped = list.map(f);
  return mapped.every((item, k) => item === list[k]) ? list : mapped;
}
