import type { Call } from '../context.ts';
import { mixedBatch, mixesBatch } from '../mixed-batch.ts';
import { concatValues, rearrange } from '../streams/rearrange.ts';
import {
  type Arrangement,
  expand,
  flatten,
  gather,
  type Range,
  reshape,
  slice,
  squeeze,
  transpose,
  unsqueeze,
} from '../tensors/structure.ts';
import { axisOf, integers, KernelError } from '../tensors/tensor.ts';
import { constant, type Value } from '../values.ts';
import type { Operator } from './operator.ts';

type Arrange = (shape: readonly number[]) => Arrangement;

/** Operators that move elements and compute nothing: one arrangement of their first operand. */
const arranged =
  (plan: (call: Call) => Arrange): Operator =>
  (call) => [rearrange(call, call.operand(0), plan(call))];

function required(numbers: readonly number[] | null, what: string): readonly number[] {
  if (numbers === null) throw new KernelError(`its ${what} are missing`);
  return numbers;
}

function planSlice(call: Call): Arrange {
  const starts = required(call.integers(1, 'starts'), 'starts');
  const ends = required(call.integers(2, 'ends'), 'ends');
  const axes = call.integers(3, 'axes') ?? starts.map((_, axis) => axis);
  const steps = call.integers(4, 'steps') ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length) {
    throw new KernelError('starts, ends, axes and steps differ in length');
  }
  const ranges = starts.map((start, k): Range => ({ axis: axes[k], start, end: ends[k], step: steps[k] }));
  return (shape) => slice(shape, ranges);
}

const splitOperator: Operator = (call) => {
  const shape = call.shape(0);
  const axis = axisOf(call.attributes.int('axis', 0), shape.length);
  const parts = call.node.outputs.length;
  const even = Math.ceil(shape[axis] / parts);
  const sizes = call.integers(1, 'split') ?? Array.from({ length: parts }, (_, k) => Math.max(0, Math.min(even, shape[axis] - k * even)));
  if (sizes.length !== parts || sizes.some((size) => size < 0) || sizes.reduce((sum, size) => sum + size, 0) !== shape[axis]) {
    throw new KernelError(`an axis of ${shape[axis]} does not split into [${sizes.join(', ')}]`);
  }
  let start = 0;
  return sizes.map((size): Value => {
    const end = start + size;
    const part = rearrange(call, call.operand(0), (from) => slice(from, [{ axis, start, end, step: 1 }]));
    start = end;
    return part;
  });
};

const concatOperator: Operator = (call) => {
  if (call.node.inputs.length === 0) throw new KernelError('it has no operands');
  return [
    concatValues(
      call,
      call.node.inputs.map((_, k) => call.operand(k)),
      call.attributes.int('axis', 0),
    ),
  ];
};

export const STRUCTURAL: Readonly<Record<string, Operator>> = {
  Identity: (call) => [call.operand(0)],
  Dropout: (call) => {
    if (call.optionalConstant(2)?.data[0] === 1) throw call.unsupported('it is in training mode', ['export the model in evaluation mode']);
    return [call.operand(0)];
  },
  Shape: (call) => {
    const shape = call.shape(0);
    const end = call.attributes.int('end', shape.length);
    return [constant(integers(shape.slice(call.attributes.int('start', 0), end)))];
  },
  Reshape: arranged((call) => {
    const target = required(call.integers(1, 'shape'), 'shape');
    const allowZero = call.attributes.int('allowzero', 0) !== 0;
    return (shape) => {
      const arrangement = reshape(shape, target, allowZero);
      if (call.operand(0).kind === 'stream' && mixesBatch(shape, arrangement.shape))
        call.context.warnOnce(mixedBatch(call, shape, arrangement.shape));
      return arrangement;
    };
  }),
  Transpose: arranged(
    (call) => (shape) => transpose(shape, call.attributes.ints('perm') ?? shape.map((_, axis) => shape.length - 1 - axis)),
  ),
  Squeeze: arranged((call) => {
    const axes = call.integers(1, 'axes');
    return (shape) => squeeze(shape, axes);
  }),
  Unsqueeze: arranged((call) => {
    const axes = required(call.integers(1, 'axes'), 'axes');
    return (shape) => unsqueeze(shape, axes);
  }),
  Flatten: arranged((call) => {
    const axis = call.attributes.int('axis', 1);
    return (shape) => flatten(shape, axis);
  }),
  Expand: arranged((call) => {
    const target = Array.from(call.constant(1).data);
    return (shape) => expand(shape, target);
  }),
  Slice: arranged(planSlice),
  Gather: arranged((call) => {
    const positions = call.constant(1);
    const axis = call.attributes.int('axis', 0);
    return (shape) => gather(shape, positions.data, positions.shape, axis);
  }),
  Split: splitOperator,
  Concat: concatOperator,
};
