import {
  DataType,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxTensor,
  type OnnxType,
  type OnnxValueInfo,
} from './proto/index.ts';
import { readTensor } from './tensors/read-tensor.ts';
import { KernelError } from './tensors/tensor.ts';

/** Attributes that hold an element type. */
const TYPE_ATTRIBUTES: ReadonlySet<string> = new Set(['to', 'dtype']);
const OTHER_FLOATS: ReadonlySet<number | undefined> = new Set([DataType.float16, DataType.double]);

/** Does the network compute in float16, where every operation rounds? It is read and simulated in float32 then. */
export const computesInHalf = ({ graph }: OnnxModel): boolean =>
  graph.inputs.some(({ type }) => type?.tensor?.elementType === DataType.float16);

/**
 * The model with float32 in the place of every float16 and float64, for a runtime that lacks operators of these types; the model
 * itself if it has none. Values are rounded to the nearest, and so is what the network computes.
 */
export function inFloat32(model: OnnxModel): OnnxModel {
  let changed = false;
  const elementType = (type: number): number => {
    if (!OTHER_FLOATS.has(type)) return type;
    changed = true;
    return DataType.float;
  };
  const tensorOf = (tensor: OnnxTensor): OnnxTensor => {
    if (tensor.dataType === undefined || !OTHER_FLOATS.has(tensor.dataType)) return tensor;
    const values = valuesOf(tensor);
    if (values === null) return tensor;
    const rawData = new Uint8Array(Float32Array.from(values).buffer);
    return { ...tensor, dataType: elementType(tensor.dataType), rawData, floatData: [], int32Data: [], int64Data: [], doubleData: [] };
  };
  const typeOf = (type: OnnxType): OnnxType => ({
    ...type,
    ...(type.tensor?.elementType !== undefined && { tensor: { ...type.tensor, elementType: elementType(type.tensor.elementType) } }),
    ...(type.sequence?.element !== undefined && { sequence: { element: typeOf(type.sequence.element) } }),
    ...(type.optional?.element !== undefined && { optional: { element: typeOf(type.optional.element) } }),
  });
  const infoOf = (value: OnnxValueInfo): OnnxValueInfo => (value.type === undefined ? value : { ...value, type: typeOf(value.type) });
  const attributeOf = (attribute: OnnxAttribute): OnnxAttribute => ({
    ...attribute,
    ...(TYPE_ATTRIBUTES.has(attribute.name ?? '') && attribute.i !== undefined && { i: elementType(attribute.i) }),
    ...(attribute.t !== undefined && { t: tensorOf(attribute.t) }),
    ...(attribute.g !== undefined && { g: graphOf(attribute.g) }),
  });
  const graphOf = (graph: OnnxGraph): OnnxGraph => ({
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, attributes: node.attributes.map(attributeOf) })),
    initializers: graph.initializers.map(tensorOf),
    inputs: graph.inputs.map(infoOf),
    outputs: graph.outputs.map(infoOf),
    // Types of inner tensors follow from the rest.
    valueInfo: [],
  });
  const graph = graphOf(model.graph);
  return changed ? { ...model, graph } : model;
}

/** null for a tensor that cannot be read: whoever uses it says why. */
function valuesOf(tensor: OnnxTensor): ArrayLike<number> | null {
  try {
    return readTensor(tensor).data;
  } catch (error) {
    if (error instanceof KernelError) return null;
    throw error;
  }
}
