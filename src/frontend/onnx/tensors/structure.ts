import { axisOf, elementCount, KernelError, TENSOR_LIMITS } from './tensor.ts';

/**
 * What a structural operator does, whatever the elements are: element e of the result is element index[e] of the operand (null: the
 * same order). Constants and streams go through the same arrangements.
 */
export interface Arrangement {
  readonly shape: readonly number[];
  readonly index: Int32Array | null;
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** index[e] = start + sum over axes of position * stride: every arrangement below is one of these. */
function walk(shape: readonly number[], strides: readonly number[], start: number): Int32Array {
  const index = new Int32Array(elementCount(shape));
  const position = new Array<number>(shape.length).fill(0);
  let from = start;
  for (let e = 0; e < index.length; e++) {
    index[e] = from;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++position[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      position[axis] = 0;
    }
  }
  return index;
}

export function reshape(shape: readonly number[], target: readonly number[], allowZero: boolean): Arrangement {
  const length = elementCount(shape);
  const sizes = target.map((size, axis) => (size === 0 && !allowZero ? shape[axis] : size));
  const open = sizes.indexOf(-1);
  if (open >= 0) {
    const rest = elementCount(sizes.filter((_, axis) => axis !== open));
    sizes[open] = rest === 0 ? 0 : length / rest;
  }
  if (elementCount(sizes) !== length) throw new KernelError(`[${shape.join(', ')}] does not reshape to [${target.join(', ')}]`);
  return { shape: sizes, index: null };
}

export function transpose(shape: readonly number[], permutation: readonly number[]): Arrangement {
  const axes = new Set(permutation.map((axis) => axisOf(axis, shape.length)));
  if (permutation.length !== shape.length || axes.size !== shape.length) {
    throw new KernelError(`[${permutation.join(', ')}] does not permute the axes of rank ${shape.length}`);
  }
  const strides = stridesOf(shape);
  const result = permutation.map((axis) => shape[axis]);
  return {
    shape: result,
    index: walk(
      result,
      permutation.map((axis) => strides[axis]),
      0,
    ),
  };
}

/** Repeats axes of size 1, as broadcasting does. */
export function expand(shape: readonly number[], target: readonly number[]): Arrangement {
  const result = broadcastShape(shape, target);
  if (result.length === shape.length && result.every((size, axis) => size === shape[axis])) return { shape: result, index: null };
  const strides = stridesOf(shape);
  const missing = result.length - shape.length;
  const steps = result.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : strides[axis - missing]));
  return { shape: result, index: walk(result, steps, 0) };
}

export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  if (rank > TENSOR_LIMITS.rank) throw new KernelError(`rank ${rank} is above ${TENSOR_LIMITS.rank}`);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw new KernelError(`[${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    return left === 1 ? right : left;
  });
}

export interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Slices with ONNX's rule: negative positions count from the end, then positions are clamped. */
export function slice(shape: readonly number[], ranges: readonly Range[]): Arrangement {
  const strides = stridesOf(shape);
  const result = [...shape];
  let start = 0;
  for (const range of ranges) {
    const axis = axisOf(range.axis, shape.length);
    const size = shape[axis];
    const { step } = range;
    if (step === 0 || !Number.isSafeInteger(step)) throw new KernelError(`a slice with step ${step}`);
    const clamp = (position: number, low: number, high: number): number =>
      Math.min(high, Math.max(low, position < 0 ? position + size : position));
    const first = step > 0 ? clamp(range.start, 0, size) : clamp(range.start, 0, size - 1);
    const last = step > 0 ? clamp(range.end, 0, size) : clamp(range.end, -1, size - 1);
    result[axis] = Math.max(0, Math.ceil((last - first) / step));
    if (result[axis] > 0) start += first * strides[axis];
    strides[axis] *= step;
  }
  return { shape: result, index: walk(result, strides, start) };
}

/** Elements `positions` (of shape `positionShape`) along an axis. */
export function gather(
  shape: readonly number[],
  positions: ArrayLike<number>,
  positionShape: readonly number[],
  axis: number,
): Arrangement {
  const at = axisOf(axis, shape.length);
  const size = shape[at];
  const inner = elementCount(shape.slice(at + 1));
  const outer = elementCount(shape.slice(0, at));
  const result = [...shape.slice(0, at), ...positionShape, ...shape.slice(at + 1)];
  const index = new Int32Array(elementCount(result));
  let e = 0;
  for (let o = 0; o < outer; o++) {
    for (let p = 0; p < positions.length; p++) {
      const position = positions[p] < 0 ? positions[p] + size : positions[p];
      if (!(position >= 0 && position < size)) throw new KernelError(`position ${positions[p]} is outside an axis of ${size}`);
      const from = (o * size + position) * inner;
      for (let i = 0; i < inner; i++) index[e++] = from + i;
    }
  }
  return { shape: result, index };
}

/** Joins operands along an axis; the index counts through all operands, one after the other. */
export function concat(shapes: readonly (readonly number[])[], axis: number): Arrangement {
  const rank = shapes[0].length;
  const at = axisOf(axis, rank);
  const result = [...shapes[0]];
  result[at] = 0;
  for (const shape of shapes) {
    if (shape.length !== rank || shape.some((size, a) => a !== at && size !== shapes[0][a])) {
      throw new KernelError(`[${shapes.map((s) => `[${s.join(', ')}]`).join(', ')}] do not join along axis ${axis}`);
    }
    result[at] += shape[at];
  }
  const index = new Int32Array(elementCount(result));
  const outer = elementCount(result.slice(0, at));
  const inner = elementCount(result.slice(at + 1));
  let e = 0;
  for (let o = 0; o < outer; o++) {
    let first = 0;
    for (const shape of shapes) {
      const run = shape[at] * inner;
      for (let i = 0; i < run; i++) index[e++] = first + o * run + i;
      first += outer * run;
    }
  }
  return { shape: result, index };
}

export function squeeze(shape: readonly number[], axes: readonly number[] | null): Arrangement {
  const drop = new Set(
    axes === null ? shape.flatMap((size, axis) => (size === 1 ? [axis] : [])) : axes.map((axis) => axisOf(axis, shape.length)),
  );
  for (const axis of drop) if (shape[axis] !== 1) throw new KernelError(`axis ${axis} of [${shape.join(', ')}] is not 1`);
  return { shape: shape.filter((_, axis) => !drop.has(axis)), index: null };
}

export function unsqueeze(shape: readonly number[], axes: readonly number[]): Arrangement {
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  if (added.size !== axes.length) throw new KernelError(`axes [${axes.join(', ')}] repeat`);
  const rest = [...shape];
  return { shape: Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.shift() ?? 1))), index: null };
}

export function flatten(shape: readonly number[], axis: number): Arrangement {
  const at = axis === shape.length ? axis : axisOf(axis, shape.length);
  return { shape: [elementCount(shape.slice(0, at)), elementCount(shape.slice(at))], index: null };
}

/** `second` applied after `first`. An index of -1 (nothing there) stays. */
export function compose(first: Int32Array | null, second: Int32Array | null): Int32Array | null {
  if (first === null || second === null) return first ?? second;
  return second.map((e) => (e < 0 ? e : first[e]));
}
