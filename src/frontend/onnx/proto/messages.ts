/**
 * The ONNX messages as plain values, private to this frontend. Names follow onnx.proto3 in camel case; a scalar that the file does not
 * hold is absent. Integers are exact: an int64 is a safe integer, or +-Infinity for the two ends of int64, which exporters write for
 * "to the end".
 */
export interface OnnxModel {
  readonly irVersion?: number;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly domain?: string;
  readonly modelVersion?: number;
  readonly graph: OnnxGraph;
  readonly opsets: readonly OnnxOpset[];
  /** Local functions, as bytes: carried through, never read. */
  readonly functions: readonly Uint8Array[];
}

export interface OnnxOpset {
  readonly domain?: string;
  readonly version?: number;
}

export interface OnnxGraph {
  readonly name?: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** As bytes: carried through, never read. */
  readonly sparseInitializers: readonly Uint8Array[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly valueInfo: readonly OnnxValueInfo[];
}

export interface OnnxNode {
  readonly name?: string;
  readonly opType?: string;
  readonly domain?: string;
  /** Tensor names; an empty name is an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly OnnxAttribute[];
}

/** AttributeProto.AttributeType, as far as it is read here. */
export const AttributeType = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;

export interface OnnxAttribute {
  readonly name?: string;
  /** See AttributeType. */
  readonly type?: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly t?: OnnxTensor;
  readonly g?: OnnxGraph;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly Uint8Array[];
  readonly tensors: readonly OnnxTensor[];
  readonly graphs: readonly OnnxGraph[];
}

/** TensorProto.DataType, as far as it is read here. */
export const DataType = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, double: 11 } as const;

export interface OnnxTensor {
  readonly name?: string;
  readonly dims: readonly number[];
  /** See DataType. */
  readonly dataType?: number;
  /** Little-endian values; the typed lists below are empty then. A view into the file, at any alignment. */
  readonly rawData?: Uint8Array;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly number[];
  readonly doubleData: readonly number[];
  readonly stringData: readonly Uint8Array[];
  /** 1: the values are in another file. */
  readonly dataLocation?: number;
  /** Where: location, offset and length. */
  readonly externalData?: readonly { readonly key?: string; readonly value?: string }[];
}

export interface OnnxValueInfo {
  readonly name?: string;
  readonly type?: OnnxType;
}

export interface OnnxType {
  readonly tensor?: { readonly elementType?: number; readonly shape?: OnnxShape };
  readonly sequence?: { readonly element?: OnnxType };
  readonly optional?: { readonly element?: OnnxType };
}

export interface OnnxShape {
  readonly dims: readonly { readonly value?: number; readonly parameter?: string }[];
}
