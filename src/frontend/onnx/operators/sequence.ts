import { rearrange } from '../streams/rearrange.ts';
import { elementCount, KernelError } from '../tensors/tensor.ts';
import { mismatch, type Operator } from './operator.ts';

/** Stacks what a loop inserted step by step into a tensor [steps, ...]. */
export const concatFromSequence: Operator = (call) => {
  const value = call.operand(0);
  if (value.kind !== 'sequence' || value.steps === null) throw mismatch(call, value);
  const axis = call.attributes.int('axis', 0);
  if (axis !== 0) throw call.unsupported(`the steps of a loop are joined along axis ${axis}`, ['accepted here: axis 0']);
  if (call.attributes.int('new_axis', 0) === 1) return [value.steps];
  const [steps, rows, ...rest] = value.steps.shape;
  if (rows === undefined) throw new KernelError('its entries have no axis to be joined along');
  const shape = [steps * rows, ...rest];
  elementCount(shape);
  return [rearrange(call, value.steps, () => ({ shape, index: null }))];
};
