import type { PerNeuron } from '../../../ir/neuron.ts';
import { all, minus, over, plus, times } from './per-neuron.ts';

/** A linear form over what a step can depend on: coefficients of the states, of the input x[t], and of 1, in this order. */
export type Form = readonly PerNeuron[];

/**
 * What a value is under each outcome of the step's decisions (spikes, of this step or the one before): 2^k forms where it depends on the
 * first k decisions, bit d of the index being the outcome of decision d. One form: the same whatever is decided.
 */
export type Branches = readonly Form[];

export const constantForm = (states: number, value: PerNeuron): Form => [...new Array<number>(states + 1).fill(0), value];

/** The form that is variable `position` itself. */
export const variableForm = (states: number, position: number): Form =>
  Array.from({ length: states + 2 }, (_, k) => (k === position ? 1 : 0));

/** The form under outcome `index`. */
export const branchAt = (branches: Branches, index: number): Form => branches[index % branches.length];

/** f of these values, outcome by outcome. */
export function mapBranches(values: readonly Branches[], f: (forms: readonly Form[]) => Form): Branches {
  const count = Math.max(...values.map((branches) => branches.length));
  return Array.from({ length: count }, (_, index) => f(values.map((branches) => branchAt(branches, index))));
}

/** 1 where decision `decision` is yes, 0 where it is no. */
export const outcomeOf = (states: number, decision: number): Branches =>
  Array.from({ length: 2 ** (decision + 1) }, (_, index) => constantForm(states, (index >> decision) & 1));

/** Does the value change with the outcome of this decision? */
export const dependsOn = (branches: Branches, decision: number): boolean =>
  branches.some((form, index) => !equalForms(form, branchAt(branches, index ^ (1 << decision))));

export const sameBranches = (a: Branches, b: Branches): boolean =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, index) => index).every((index) =>
    equalForms(branchAt(a, index), branchAt(b, index)),
  );

export const addForms = (a: Form, b: Form): Form => a.map((x, k) => plus(x, b[k]));
export const subtractForms = (a: Form, b: Form): Form => a.map((x, k) => minus(x, b[k]));
export const scaleForm = (form: Form, factor: PerNeuron): Form => form.map((x) => times(x, factor));
export const divideForm = (form: Form, divisor: PerNeuron): Form => form.map((x) => over(x, divisor));

/** The form's value where it depends on no variable; null where it does. */
export function constantOf(form: Form): PerNeuron | null {
  return form.slice(0, -1).every((coefficient) => all(coefficient, (x) => x === 0)) ? form[form.length - 1] : null;
}

export const equalForms = (a: Form, b: Form): boolean => a.every((x, k) => all(minus(x, b[k]), (difference) => difference === 0));

export const sameForms = (a: readonly Form[], b: readonly Form[]): boolean =>
  a.length === b.length && a.every((form, k) => equalForms(form, b[k]));

/** The product of two forms; null where both factors depend on variables. */
export function multiplyForms(a: Form, b: Form): Form | null {
  const left = constantOf(a);
  if (left !== null) return scaleForm(b, left);
  const right = constantOf(b);
  return right === null ? null : scaleForm(a, right);
}
