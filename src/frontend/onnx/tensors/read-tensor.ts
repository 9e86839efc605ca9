import { DataType, exactInteger, type OnnxTensor } from '../proto/index.ts';
import { halfToNumber } from './half.ts';
import { allocate, type ElementType, elementCount, KernelError, type Tensor } from './tensor.ts';

const ELEMENT_TYPES: ReadonlyMap<number | undefined, ElementType> = new Map([
  [DataType.float, 'float'],
  [DataType.float16, 'float16'],
  [DataType.double, 'double'],
  [DataType.int32, 'int32'],
  [DataType.int64, 'int64'],
  [DataType.bool, 'bool'],
]);

/** The element type of that number in TensorProto.DataType; KernelError for one that is not read here. */
export function elementTypeOf(dataType: number | undefined): ElementType {
  const type = ELEMENT_TYPES.get(dataType);
  if (type === undefined) throw new KernelError(`element type ${dataType ?? 0} is not float, float16, double, int32, int64 or bool`);
  return type;
}

/** The values of a TensorProto, raw or typed; KernelError where the lengths disagree or the values lie in another file. */
export function readTensor(source: OnnxTensor): Tensor {
  const type = elementTypeOf(source.dataType);
  if (source.dataLocation !== undefined && source.dataLocation !== 0)
    throw new KernelError('its values are in another file (external data)');
  const length = elementCount(source.dims);
  const typed = typedValues(source, type);
  const raw = source.rawData;
  const found = raw === undefined ? typed.length : raw.length / BYTES[type];
  if (found !== length) throw new KernelError(`shape [${source.dims.join(', ')}] asks for ${length} values and ${found} are there`);
  const data = allocate(type, length);
  if (raw === undefined) data.set(typed);
  else readRaw(new DataView(raw.buffer, raw.byteOffset, raw.byteLength), type, data);
  return { type, shape: source.dims, data };
}

const BYTES: Readonly<Record<ElementType, number>> = { float: 4, float16: 2, double: 8, int32: 4, int64: 8, bool: 1 };

function typedValues(source: OnnxTensor, type: ElementType): readonly number[] {
  switch (type) {
    case 'float':
      return source.floatData;
    case 'double':
      return source.doubleData;
    case 'int64':
      return source.int64Data;
    case 'float16':
      return source.int32Data.map(halfToNumber);
    case 'int32':
    case 'bool':
      return source.int32Data;
  }
}

function readRaw(view: DataView, type: ElementType, data: Tensor['data']): void {
  switch (type) {
    case 'float':
      for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(4 * i, true);
      return;
    case 'float16':
      for (let i = 0; i < data.length; i++) data[i] = halfToNumber(view.getUint16(2 * i, true));
      return;
    case 'double':
      for (let i = 0; i < data.length; i++) data[i] = view.getFloat64(8 * i, true);
      return;
    case 'int32':
      for (let i = 0; i < data.length; i++) data[i] = view.getInt32(4 * i, true);
      return;
    case 'bool':
      for (let i = 0; i < data.length; i++) data[i] = view.getUint8(i) === 0 ? 0 : 1;
      return;
    case 'int64':
      for (let i = 0; i < data.length; i++) data[i] = readInt64(view, 8 * i);
      return;
  }
}

function readInt64(view: DataView, at: number): number {
  const value = exactInteger(view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true));
  if (value === null) throw new KernelError('it holds an integer outside +-(2^53 - 1)');
  return value;
}
