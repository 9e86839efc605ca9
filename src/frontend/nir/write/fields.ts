import { at, type PerNeuron } from '../../../ir/neuron.ts';
import type { NirArray, NirNode } from '../graph.ts';

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** A parameter of neurons of this shape, one value each. */
export const parameter = (value: PerNeuron, shape: readonly number[]): NirArray => ({
  shape,
  element: { kind: 'float', bytes: 8, littleEndian: true },
  values: Float64Array.from({ length: product(shape) }, (_, n) => at(value, n)),
});

/** Trained numbers, as they are held here. */
export const weights = (values: ArrayLike<number>, shape: readonly number[]): NirArray => ({
  shape,
  element: { kind: 'float', bytes: 4, littleEndian: true },
  values: Float64Array.from(values),
});

export const wholes = (values: readonly number[]): NirArray => ({
  shape: [values.length],
  element: { kind: 'signed', bytes: 8, littleEndian: true },
  values: Float64Array.from(values),
});

/** A plain number, as nir writes one. */
export const whole = (value: number): NirArray => ({ ...wholes([value]), shape: [] });

export const nirNode = (type: string, fields: Readonly<Record<string, NirArray>>): Omit<NirNode, 'name'> => ({
  type,
  numbers: new Map(Object.entries(fields)),
  texts: new Map(),
  graph: null,
});

/** A part of a network that NIR has no node for, and why. */
export class Inexpressible extends Error {}
