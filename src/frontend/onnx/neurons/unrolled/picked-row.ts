import type { Call } from '../../context.ts';
import { axisOf } from '../../tensors/tensor.ts';
import { NotANeuron } from '../step-value.ts';

/** A step's own row of the tensor that an unrolled loop walks. */
export interface PickedRow {
  readonly step: number;
  readonly shape: readonly number[];
}

/** Which row each output of a Gather, Slice or Split is of a tensor `shape` with an axis of `steps`. Throws NotANeuron where it is none. */
export function pickedRows(call: Call, shape: readonly number[], steps: number): readonly PickedRow[] {
  const numbers = (position: number, attribute: string): readonly number[] => {
    const found = call.integers(position, attribute);
    if (found?.length !== 1) throw new NotANeuron('it picks something else than one step of its input');
    return found;
  };
  const rowsAlong = (given: number): number => {
    const axis = axisOf(given, shape.length);
    if (shape[axis] !== steps || shape.slice(0, axis).some((size) => size !== 1))
      throw new NotANeuron(`its ${steps} copies walk axis ${axis} of [${shape.join(', ')}]`);
    return axis;
  };
  const fromEnd = (position: number): number => (position < 0 ? position + steps : position);
  const replaced = (axis: number, sizes: readonly number[]): readonly number[] => [
    ...shape.slice(0, axis),
    ...sizes,
    ...shape.slice(axis + 1),
  ];
  switch (call.node.opType) {
    case 'Gather': {
      const position = call.constant(1);
      if (position.data.length !== 1) throw new NotANeuron('it picks something else than one step of its input');
      return [{ step: fromEnd(position.data[0]), shape: replaced(rowsAlong(call.attributes.int('axis', 0)), position.shape) }];
    }
    case 'Slice': {
      const [[start], [end]] = [numbers(1, 'starts'), numbers(2, 'ends')];
      const stride = call.integers(4, 'steps') ?? [1];
      const axis = rowsAlong((call.integers(3, 'axes') ?? [0])[0]);
      if (stride.length !== 1 || stride[0] !== 1 || Math.min(fromEnd(end), steps) !== fromEnd(start) + 1)
        throw new NotANeuron('it picks something else than one step of its input');
      return [{ step: fromEnd(start), shape: replaced(axis, [1]) }];
    }
    case 'Split': {
      const axis = rowsAlong(call.attributes.int('axis', 0));
      if (call.node.outputs.length !== steps) throw new NotANeuron('it splits its input into something else than steps');
      return call.node.outputs.map((_, step) => ({ step, shape: replaced(axis, [1]) }));
    }
  }
  throw new NotANeuron(`${call.node.opType} picks no step`);
}
