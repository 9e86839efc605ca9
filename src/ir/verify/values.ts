import type { Violations } from './scope.ts';

export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
export const isPositive = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

/** `what` has `length` values, all of them finite. Integer arrays are finite by their type. */
export function* checkArray(what: string, values: ArrayLike<number>, length: number): Violations {
  if (values.length !== length) yield `${what} has ${values.length} values, ${length} are wanted`;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      yield `${what} has ${values[i]} at ${i}`;
      return;
    }
  }
}

/** Every value of `what` lies in 0 .. limit - 1. */
export function* checkIndices(what: string, values: Int32Array, limit: number): Violations {
  const at = values.findIndex((value) => value < 0 || value >= limit);
  if (at >= 0) yield `${what} has ${values[at]} at ${at}, outside 0..${limit - 1}`;
}
