import {
  AttributeType,
  DataType,
  encodeModel,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxType,
  type OnnxValueInfo,
} from '../../../../src/frontend/onnx/proto/index.ts';

export type AttributeValue = number | string | readonly number[] | OnnxTensor | OnnxGraph | { readonly float: number };

const lists = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };

function attribute(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { ...lists, name, type: AttributeType.int, i: value };
  if (typeof value === 'string') return { ...lists, name, type: AttributeType.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { ...lists, name, type: AttributeType.float, f: value.float };
  if ('nodes' in value) return { ...lists, name, type: AttributeType.graph, g: value };
  if ('dims' in value) return { ...lists, name, type: AttributeType.tensor, t: value };
  return { ...lists, name, type: AttributeType.ints, ints: value };
}

const noValues = { floatData: [], int32Data: [], int64Data: [], doubleData: [], stringData: [] };

export const floats = (dims: readonly number[], values: ArrayLike<number>, name = ''): OnnxTensor => ({
  ...noValues,
  name,
  dims,
  dataType: DataType.float,
  rawData: new Uint8Array(Float32Array.from(values).buffer),
});

export const int64s = (dims: readonly number[], values: readonly number[], name = ''): OnnxTensor => ({
  ...noValues,
  name,
  dims,
  dataType: DataType.int64,
  int64Data: values,
});

export const bools = (dims: readonly number[], values: readonly number[], name = ''): OnnxTensor => ({
  ...noValues,
  name,
  dims,
  dataType: DataType.bool,
  int32Data: values,
});

export const scalarOf = (name: string, elementType: number): OnnxValueInfo => ({
  name,
  type: { tensor: { elementType, shape: { dims: [] } } },
});
const float: OnnxType = { tensor: { elementType: DataType.float } };
export const floatTensor = (name: string): OnnxValueInfo => ({ name, type: float });
export const floatSequence = (name: string): OnnxValueInfo => ({ name, type: { sequence: { element: float } } });

/** Builds a graph node by node; every method gives the name of its result. */
export class GraphMaker {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  /** Prefix of node names, as exporters put the module path there. */
  path = '';
  private readonly tag: string;

  constructor(tag = '') {
    this.tag = tag;
  }

  op(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    outputs = 1,
    domain = '',
  ): string[] {
    const name = `${this.path}/${this.tag}${opType}_${this.nodes.length}`;
    const results = Array.from({ length: outputs }, (_, k) => `${name}_output_${k}`);
    this.nodes.push({
      name,
      opType,
      domain,
      inputs,
      outputs: results,
      attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return results;
  }

  one(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    return this.op(opType, inputs, attributes)[0];
  }

  constant(value: OnnxTensor): string {
    return this.one('Constant', [], { value });
  }

  ints(...values: number[]): string {
    return this.constant(int64s([values.length], values));
  }

  scalar(value: number): string {
    return this.constant(floats([], [value]));
  }

  initializer(name: string, dims: readonly number[], values: ArrayLike<number>): string {
    this.initializers.push(floats(dims, values, name));
    return name;
  }

  reshape(x: string, ...shape: number[]): string {
    return this.one('Reshape', [x, this.ints(...shape)]);
  }

  transpose(x: string, ...perm: number[]): string {
    return this.one('Transpose', [x], { perm });
  }

  body(name: string, inputs: readonly OnnxValueInfo[], outputs: readonly OnnxValueInfo[]): OnnxGraph {
    return { name, nodes: this.nodes, initializers: this.initializers, sparseInitializers: [], inputs, outputs, valueInfo: [] };
  }

  /** The file, with these inputs (shape and element type) and outputs. */
  encode(inputs: Readonly<Record<string, readonly [dims: readonly number[], type: number]>>, outputs: readonly string[]): Uint8Array {
    const graph: OnnxGraph = {
      ...this.body('made', [], []),
      inputs: Object.entries(inputs).map(([name, [dims, elementType]]) => ({
        name,
        type: { tensor: { elementType, shape: { dims: dims.map((value) => ({ value })) } } },
      })),
      outputs: outputs.map((name) => ({ name, type: { tensor: { elementType: DataType.float } } })),
    };
    return encodeModel({
      irVersion: 7,
      producerName: 'test',
      opsets: [
        { domain: '', version: 13 },
        { domain: 'spikingjelly', version: 1 },
      ],
      graph,
      functions: [],
    });
  }
}
