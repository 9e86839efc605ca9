/** Element types that are read here. Integers of 64 bits are kept as doubles: exact up to 2^53, the ends of int64 as +-Infinity. */
export type ElementType = 'float' | 'float16' | 'double' | 'int32' | 'int64' | 'bool';

export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A constant: row-major `data` of `shape`. */
export interface Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A tensor beyond these is refused before it is allocated. */
export const TENSOR_LIMITS = { elements: 2 ** 24, rank: 16 } as const;

/** What is wrong with the operands of a kernel, in words: the caller knows the node and the file. */
export class KernelError extends Error {}

export function allocate(type: ElementType, length: number): TensorData {
  switch (type) {
    case 'float':
    case 'float16':
      return new Float32Array(length);
    case 'double':
    case 'int64':
      return new Float64Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'bool':
      return new Uint8Array(length);
  }
}

/** Number of elements of a shape; KernelError where the shape is no shape or too large. */
export function elementCount(shape: readonly number[]): number {
  if (shape.length > TENSOR_LIMITS.rank) throw new KernelError(`rank ${shape.length} is above ${TENSOR_LIMITS.rank}`);
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) throw new KernelError(`[${shape.join(', ')}] is not a shape`);
    count *= size;
  }
  if (count > TENSOR_LIMITS.elements)
    throw new KernelError(`a tensor of shape [${shape.join(', ')}] has more than ${TENSOR_LIMITS.elements} elements`);
  return count;
}

export const tensorOf = (type: ElementType, shape: readonly number[], values: Iterable<number> & ArrayLike<number>): Tensor => {
  const data = allocate(type, values.length);
  data.set(values);
  return { type, shape, data };
};

export const integers = (values: readonly number[]): Tensor => tensorOf('int64', [values.length], values);

export const isFloating = (type: ElementType): boolean => type === 'float' || type === 'float16' || type === 'double';

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** An axis counted from either end, as an index. */
export function axisOf(axis: number, rank: number): number {
  const index = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(index) || index < 0 || index >= rank) throw new KernelError(`axis ${axis} does not exist in rank ${rank}`);
  return index;
}
