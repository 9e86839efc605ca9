import { concatValues, rearrange } from '../streams/rearrange.ts';
import { unsqueeze } from '../tensors/structure.ts';
import { elementCount, KernelError, sameShape } from '../tensors/tensor.ts';
import { shapeOf } from '../values.ts';
import { mismatch, type Operator } from './operator.ts';

/** A list of tensors, one for each step. */
export const sequenceConstruct: Operator = (call) => {
  const entries = call.node.inputs.map((_, k) => call.operand(k));
  const shapes = entries.map(shapeOf);
  const [first] = shapes;
  if (first === undefined || first === null || shapes.some((shape) => shape === null || !sameShape(shape, first)))
    throw mismatch(call, ...entries.slice(0, 2));
  const rows = entries.map((entry) => rearrange(call, entry, (shape) => unsqueeze(shape, [0])));
  const steps = concatValues(call, rows, 0);
  if (steps.kind !== 'stream') throw mismatch(call, steps);
  return [{ kind: 'sequence', steps }];
};

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
