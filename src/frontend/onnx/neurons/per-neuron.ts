import type { PerNeuron } from '../../../ir/neuron.ts';

/** f of two parameters, neuron by neuron; a number where both are shared. -0 becomes 0: a sign of nothing would show in files. */
export function combine(a: PerNeuron, b: PerNeuron, f: (x: number, y: number) => number): PerNeuron {
  if (typeof a === 'number') return typeof b === 'number' ? f(a, b) + 0 : b.map((y) => f(a, y) + 0);
  return typeof b === 'number' ? a.map((x) => f(x, b) + 0) : a.map((x, n) => f(x, b[n]) + 0);
}

export const plus = (a: PerNeuron, b: PerNeuron): PerNeuron => combine(a, b, (x, y) => x + y);
export const minus = (a: PerNeuron, b: PerNeuron): PerNeuron => combine(a, b, (x, y) => x - y);
export const times = (a: PerNeuron, b: PerNeuron): PerNeuron => combine(a, b, (x, y) => x * y);
export const over = (a: PerNeuron, b: PerNeuron): PerNeuron => combine(a, b, (x, y) => x / y);

/** Does the test hold for every neuron? */
export const all = (parameter: PerNeuron, test: (x: number) => boolean): boolean =>
  typeof parameter === 'number' ? test(parameter) : parameter.every(test);

/** One number where every neuron has the same. */
export function shared(values: ArrayLike<number>): PerNeuron {
  const first = values.length > 0 ? values[0] : 0;
  const list = Float64Array.from(values);
  return list.every((value) => value === first) ? first : list;
}

export const simplify = (parameter: PerNeuron): PerNeuron => (typeof parameter === 'number' ? parameter : shared(parameter));

/** Equal up to the rounding of a few double operations. */
export const agree = (a: PerNeuron, b: PerNeuron): boolean =>
  all(
    combine(a, b, (x, y) => Math.abs(x - y) / Math.max(1, Math.abs(x), Math.abs(y))),
    (difference) => difference < 1e-9,
  );

/** Values that lie within the rounding of a few double operations of a float32 number, as that number: files hold float32. */
export const rounded = (parameter: PerNeuron): PerNeuron =>
  combine(parameter, 0, (x) => (Math.abs(x - Math.fround(x)) <= 1e-13 * Math.abs(x) ? Math.fround(x) : x));
