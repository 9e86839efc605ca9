import {
  AttributeType,
  DataType,
  decodeModel,
  encodeModel,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from '../../../../src/frontend/onnx/proto/index.ts';

const lists = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };
const rewritten = (bytes: Uint8Array, change: (model: OnnxModel) => OnnxModel): Uint8Array =>
  encodeModel(change(decodeModel(bytes, 'made.onnx')));

/** The model in another opset; below 13, axes and split sizes are attributes, and `>=` is `not <`. */
export const inOpset = (bytes: Uint8Array, version: number): Uint8Array =>
  rewritten(bytes, (model) => ({
    ...model,
    irVersion: version > 15 ? 10 : 7,
    opsets: model.opsets.map((opset) => (opset.domain === '' ? { ...opset, version } : opset)),
    graph: version < 13 ? withAttributes(model.graph) : model.graph,
  }));

const MOVED: Readonly<Record<string, string>> = { Unsqueeze: 'axes', Squeeze: 'axes', Split: 'split' };

function withAttributes(graph: OnnxGraph): OnnxGraph {
  const constants = new Map(
    graph.nodes.flatMap((node) => (node.opType === 'Constant' ? [[node.outputs[0], node.attributes[0].t] as const] : [])),
  );
  const nodes = graph.nodes.flatMap((node): OnnxNode[] => {
    if (node.opType === 'GreaterOrEqual') {
      const less = `${node.name}/Less`;
      return [
        { ...node, name: less, opType: 'Less', outputs: [less] },
        { ...node, opType: 'Not', inputs: [less] },
      ];
    }
    const attributes = node.attributes.map((attribute) =>
      attribute.g === undefined ? attribute : { ...attribute, g: withAttributes(attribute.g) },
    );
    const name = MOVED[node.opType ?? ''];
    const numbers = constants.get(node.inputs[1])?.int64Data;
    if (name === undefined || numbers === undefined) return [{ ...node, attributes }];
    const moved = { ...lists, name, type: AttributeType.ints, ints: numbers };
    return [{ ...node, inputs: [node.inputs[0]], attributes: [...attributes, moved] }];
  });
  return { ...graph, nodes };
}

/** Weights stored in another type, and cast to float32 in the graph. */
export const withStoredWeights = (bytes: Uint8Array, dataType: number, encode: (values: Float32Array) => Uint8Array): Uint8Array =>
  rewritten(bytes, (model) => {
    const { initializers, nodes } = model.graph;
    const casts = initializers.map(({ name = '' }): OnnxNode => {
      const to = { ...lists, name: 'to', type: AttributeType.int, i: DataType.float };
      return { name: `${name}/Cast`, opType: 'Cast', inputs: [`${name}.stored`], outputs: [name], attributes: [to] };
    });
    const stored = initializers.map(({ rawData = new Uint8Array(), ...tensor }): OnnxTensor => {
      const values = new Float32Array(rawData.slice().buffer);
      return { ...tensor, name: `${tensor.name}.stored`, dataType, rawData: encode(values) };
    });
    return { ...model, graph: { ...model.graph, initializers: stored, nodes: [...casts, ...nodes] } };
  });

/** Initializers repeated among the inputs, as IR version 3 asks for. */
export const inIrVersion3 = (bytes: Uint8Array): Uint8Array =>
  rewritten(bytes, (model) => {
    const repeated = model.graph.initializers.map(({ name = '', dataType = 0, dims }) => ({
      name,
      type: { tensor: { elementType: dataType, shape: { dims: dims.map((value) => ({ value })) } } },
    }));
    return { ...model, irVersion: 3, graph: { ...model.graph, inputs: [...model.graph.inputs, ...repeated] } };
  });

/** The batch axis of every input, first or second, as a name. */
export const withOpenBatch = (bytes: Uint8Array): Uint8Array =>
  rewritten(bytes, (model) => {
    const inputs = model.graph.inputs.map(({ name = '', type }) => {
      const dims = (type?.tensor?.shape?.dims ?? []).map((dim, axis) => (axis === 0 ? { parameter: 'batch' } : dim));
      return { name, type: { tensor: { elementType: type?.tensor?.elementType ?? 0, shape: { dims } } } };
    });
    return { ...model, graph: { ...model.graph, inputs } };
  });

/** The model with every float32 in another type: what it computes in too. */
export const computingIn = (bytes: Uint8Array, dataType: number, encode: (values: Float32Array) => Uint8Array): Uint8Array => {
  const typed = (type: number | undefined): number | undefined => (type === DataType.float ? dataType : type);
  const tensorOf = (tensor: OnnxTensor): OnnxTensor => {
    if (tensor.dataType !== DataType.float) return tensor;
    const values = tensor.rawData === undefined ? Float32Array.from(tensor.floatData) : new Float32Array(tensor.rawData.slice().buffer);
    return { ...tensor, dataType, rawData: encode(values), floatData: [] };
  };
  const infoOf = (info: OnnxValueInfo): OnnxValueInfo => ({
    ...info,
    ...(info.type?.tensor && { type: { tensor: { ...info.type.tensor, elementType: typed(info.type.tensor.elementType) ?? 0 } } }),
  });
  const graphOf = (graph: OnnxGraph): OnnxGraph => ({
    ...graph,
    initializers: graph.initializers.map(tensorOf),
    inputs: graph.inputs.map(infoOf),
    outputs: graph.outputs.map(infoOf),
    nodes: graph.nodes.map((node) => ({
      ...node,
      attributes: node.attributes.map((attribute) => ({
        ...attribute,
        ...(node.opType === 'Cast' && attribute.name === 'to' && { i: typed(attribute.i) ?? 0 }),
        ...(attribute.t && { t: tensorOf(attribute.t) }),
        ...(attribute.g && { g: graphOf(attribute.g) }),
      })),
    })),
  });
  return rewritten(bytes, (model) => ({ ...model, graph: graphOf(model.graph) }));
};
