import type { Call } from '../context.ts';
import { applyBinary, applyUnary, UNARY_OPERATORS } from '../tensors/arithmetic.ts';
import { einsum } from '../tensors/einsum.ts';
import { elementTypeOf } from '../tensors/read-tensor.ts';
import { allocate, elementCount, integers, KernelError, type Tensor, tensorOf } from '../tensors/tensor.ts';
import { constant } from '../values.ts';
import type { Operator } from './operator.ts';

/** Operators that only constants may enter: they make tables and shapes. */
const folded =
  (kernel: (call: Call) => Tensor): Operator =>
  (call) => [constant(kernel(call))];

function constantTensor({ attributes }: Call): Tensor {
  const tensor = attributes.tensor('value');
  if (tensor !== null) return tensor;
  const ints = attributes.ints('value_ints');
  if (ints !== null) return integers(ints);
  const floats = attributes.floats('value_floats');
  if (floats !== null) return tensorOf('float', [floats.length], floats);
  if (attributes.has('value_int')) return tensorOf('int64', [], [attributes.int('value_int', 0)]);
  if (attributes.has('value_float')) return tensorOf('float', [], [attributes.float('value_float', 0)]);
  throw new KernelError('it holds no tensor and no number');
}

function constantOfShape(call: Call): Tensor {
  const shape = Array.from(call.constant(0).data);
  const value = call.attributes.tensor('value') ?? tensorOf('float', [1], [0]);
  if (value.data.length !== 1) throw new KernelError('its value is not one number');
  return { type: value.type, shape, data: allocate(value.type, elementCount(shape)).fill(value.data[0]) };
}

function range(call: Call): Tensor {
  const [start, limit, delta] = [0, 1, 2].map((position) => call.constant(position));
  const count = Math.max(0, Math.ceil((limit.data[0] - start.data[0]) / delta.data[0]));
  if (!Number.isSafeInteger(count)) throw new KernelError(`a range from ${start.data[0]} to ${limit.data[0]} by ${delta.data[0]}`);
  elementCount([count]);
  const data = allocate(start.type, count);
  for (let k = 0; k < count; k++) data[k] = start.data[0] + k * delta.data[0];
  return { type: start.type, shape: [count], data };
}

/** Bounds are operands since opset 11, and attributes before. */
function clip(call: Call): Tensor {
  const x = call.constant(0);
  const bound = (position: number, attribute: string): Tensor | null =>
    call.optionalConstant(position) ??
    (call.attributes.has(attribute) ? tensorOf(x.type, [], [call.attributes.float(attribute, 0)]) : null);
  const [low, high] = [bound(1, 'min'), bound(2, 'max')];
  const above = low === null ? x : applyBinary('Max', x, low);
  return high === null ? above : applyBinary('Min', above, high);
}

export const CONSTANTS: Readonly<Record<string, Operator>> = {
  Constant: folded(constantTensor),
  ConstantOfShape: folded(constantOfShape),
  Range: folded(range),
  Clip: folded(clip),
  ...Object.fromEntries(
    ['Max', 'Min'].map((operator): [string, Operator] => [
      operator,
      folded((call) => call.node.inputs.map((_, k) => call.constant(k)).reduce((a, b) => applyBinary(operator, a, b))),
    ]),
  ),
  Einsum: folded((call) =>
    einsum(
      call.attributes.text('equation', ''),
      call.node.inputs.map((_, k) => call.constant(k)),
    ),
  ),
  ...Object.fromEntries(
    UNARY_OPERATORS.map((operator): [string, Operator] => [operator, folded((call) => applyUnary(operator, call.constant(0)))]),
  ),
  // An element type nobody asks for is refused where it is made.
  SequenceEmpty: (call) => {
    elementTypeOf(call.attributes.int('dtype', 1));
    return [{ kind: 'sequence', steps: null }];
  },
};
