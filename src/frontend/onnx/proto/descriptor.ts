/**
 * Field numbers and types of the ONNX messages (onnx.proto3, IR versions 3 to 10), one table for decoding and encoding. Fields that
 * are not listed (doc strings, metadata, training) are skipped. `functions` and sparse initializers are left as bytes.
 */
export type ScalarType = 'int32' | 'int64' | 'float' | 'double' | 'string' | 'bytes';

export interface Field {
  readonly id: number;
  readonly key: string;
  /** A scalar, or the name of a message. */
  readonly type: ScalarType | MessageName;
  readonly repeated: boolean;
}

export type MessageName =
  | 'Model'
  | 'Opset'
  | 'Graph'
  | 'Node'
  | 'Attribute'
  | 'Tensor'
  | 'Entry'
  | 'ValueInfo'
  | 'Type'
  | 'TensorType'
  | 'ElementType'
  | 'Shape'
  | 'Dimension';

const one = (id: number, key: string, type: ScalarType | MessageName): Field => ({ id, key, type, repeated: false });
const many = (id: number, key: string, type: ScalarType | MessageName): Field => ({ id, key, type, repeated: true });

export const MESSAGES: Readonly<Record<MessageName, readonly Field[]>> = {
  Model: [
    one(1, 'irVersion', 'int64'),
    many(8, 'opsets', 'Opset'),
    one(2, 'producerName', 'string'),
    one(3, 'producerVersion', 'string'),
    one(4, 'domain', 'string'),
    one(5, 'modelVersion', 'int64'),
    one(7, 'graph', 'Graph'),
    many(25, 'functions', 'bytes'),
  ],
  Opset: [one(1, 'domain', 'string'), one(2, 'version', 'int64')],
  Graph: [
    many(1, 'nodes', 'Node'),
    one(2, 'name', 'string'),
    many(5, 'initializers', 'Tensor'),
    many(15, 'sparseInitializers', 'bytes'),
    many(11, 'inputs', 'ValueInfo'),
    many(12, 'outputs', 'ValueInfo'),
    many(13, 'valueInfo', 'ValueInfo'),
  ],
  Node: [
    many(1, 'inputs', 'string'),
    many(2, 'outputs', 'string'),
    one(3, 'name', 'string'),
    one(4, 'opType', 'string'),
    one(7, 'domain', 'string'),
    many(5, 'attributes', 'Attribute'),
  ],
  Attribute: [
    one(1, 'name', 'string'),
    one(20, 'type', 'int32'),
    one(2, 'f', 'float'),
    one(3, 'i', 'int64'),
    one(4, 's', 'bytes'),
    one(5, 't', 'Tensor'),
    one(6, 'g', 'Graph'),
    many(7, 'floats', 'float'),
    many(8, 'ints', 'int64'),
    many(9, 'strings', 'bytes'),
    many(10, 'tensors', 'Tensor'),
    many(11, 'graphs', 'Graph'),
  ],
  Tensor: [
    many(1, 'dims', 'int64'),
    one(2, 'dataType', 'int32'),
    many(4, 'floatData', 'float'),
    many(5, 'int32Data', 'int32'),
    many(6, 'stringData', 'bytes'),
    many(7, 'int64Data', 'int64'),
    one(8, 'name', 'string'),
    one(9, 'rawData', 'bytes'),
    many(10, 'doubleData', 'double'),
    one(14, 'dataLocation', 'int32'),
    many(13, 'externalData', 'Entry'),
  ],
  Entry: [one(1, 'key', 'string'), one(2, 'value', 'string')],
  ValueInfo: [one(1, 'name', 'string'), one(2, 'type', 'Type')],
  Type: [one(1, 'tensor', 'TensorType'), one(4, 'sequence', 'ElementType'), one(9, 'optional', 'ElementType')],
  TensorType: [one(1, 'elementType', 'int32'), one(2, 'shape', 'Shape')],
  ElementType: [one(1, 'element', 'Type')],
  Shape: [many(1, 'dims', 'Dimension')],
  Dimension: [one(1, 'value', 'int64'), one(2, 'parameter', 'string')],
};

/** Wire type of a single value of this type: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
export function wireTypeOf(type: Field['type']): 0 | 1 | 2 | 5 {
  switch (type) {
    case 'int32':
    case 'int64':
      return 0;
    case 'double':
      return 1;
    case 'float':
      return 5;
    case 'string':
    case 'bytes':
    case 'Model':
    case 'Opset':
    case 'Graph':
    case 'Node':
    case 'Attribute':
    case 'Tensor':
    case 'Entry':
    case 'ValueInfo':
    case 'Type':
    case 'TensorType':
    case 'ElementType':
    case 'Shape':
    case 'Dimension':
      return 2;
  }
}

export const isMessage = (type: Field['type']): type is MessageName => type in MESSAGES;
