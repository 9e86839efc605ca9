import type { PerNeuron } from '../../../ir/neuron.ts';
import { all, minus, over, plus, times } from './per-neuron.ts';

/**
 * A linear form over what a step can depend on: coefficients of the states, of the input x[t], and of 1, in this order. A body has one
 * decision, the spike, so a value in it is two forms: what it is without a spike, and with one.
 */
export type Form = readonly PerNeuron[];
export type Branches = readonly [Form, Form];

export const constantForm = (states: number, value: PerNeuron): Form => [...new Array<number>(states + 1).fill(0), value];

/** The form that is variable `position` itself. */
export const variableForm = (states: number, position: number): Form =>
  Array.from({ length: states + 2 }, (_, k) => (k === position ? 1 : 0));

export const both = (form: Form): Branches => [form, form];

export const addForms = (a: Form, b: Form): Form => a.map((x, k) => plus(x, b[k]));
export const subtractForms = (a: Form, b: Form): Form => a.map((x, k) => minus(x, b[k]));
export const scaleForm = (form: Form, factor: PerNeuron): Form => form.map((x) => times(x, factor));
export const divideForm = (form: Form, divisor: PerNeuron): Form => form.map((x) => over(x, divisor));

/** The form's value where it depends on no variable; null where it does. */
export function constantOf(form: Form): PerNeuron | null {
  return form.slice(0, -1).every((coefficient) => all(coefficient, (x) => x === 0)) ? form[form.length - 1] : null;
}

export const equalForms = (a: Form, b: Form): boolean => a.every((x, k) => all(minus(x, b[k]), (difference) => difference === 0));

/** The product in one branch; null where both factors depend on variables. */
export function multiplyForms(a: Form, b: Form): Form | null {
  const left = constantOf(a);
  if (left !== null) return scaleForm(b, left);
  const right = constantOf(b);
  return right === null ? null : scaleForm(a, right);
}
