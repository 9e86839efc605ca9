import type { PerNeuron } from '../../../ir/neuron.ts';
import { broadcastData } from '../tensors/arithmetic.ts';
import { broadcastShape } from '../tensors/structure.ts';
import { type ElementType, elementCount, KernelError, type Tensor } from '../tensors/tensor.ts';
import type { Value } from '../values.ts';
import { type Branches, constantForm } from './form.ts';
import { shared } from './per-neuron.ts';

/** What a tensor inside a loop body stands for, in step t. */
export type StepValue = FixedValue | CountedValue | LinearValue | OuterValue | CarrierValue | CollectedValue | ShapeOnlyValue;

/** The same in every step. */
export interface FixedValue {
  readonly kind: 'fixed';
  readonly tensor: Tensor;
}

/** Depends on the step number alone. */
export interface CountedValue {
  readonly kind: 'counted';
  at(step: number): Tensor;
}

/** Linear in states and input, under every outcome of the decisions; element e belongs to neuron e. */
export interface LinearValue {
  readonly kind: 'linear';
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly branches: Branches;
}

/** Anything of the graph around the loop that is no constant. */
export interface OuterValue {
  readonly kind: 'outer';
  readonly value: Value;
}

/** What collects one result a step, as the step finds it: a tensor with a row for every step, or a sequence. */
export interface CarrierValue {
  readonly kind: 'carrier';
  readonly carried: number;
  /** null: a sequence. */
  readonly shape: readonly number[] | null;
}

/** The carrier with this step's result in it. */
export interface CollectedValue {
  readonly kind: 'collected';
  readonly carried: number;
  readonly result: LinearValue;
}

export interface ShapeOnlyValue {
  readonly kind: 'shape-only';
  readonly shape: readonly number[];
}

/** The complaint that a loop body is no step of a neuron; the recogniser adds the place. */
export class NotANeuron extends Error {
  /** The body node at fault. */
  readonly item: string | null;

  constructor(reason: string, item: string | null = null) {
    super(reason);
    this.item = item;
  }
}

/** The shape of a value inside the body; null where it has none. */
export function stepShape(value: StepValue): readonly number[] | null {
  switch (value.kind) {
    case 'fixed':
      return value.tensor.shape;
    case 'counted':
      return value.at(0).shape;
    case 'linear':
    case 'shape-only':
    case 'carrier':
      return value.shape;
    case 'outer':
      return value.value.kind === 'stream' ? value.value.shape : null;
    case 'collected':
      return null;
  }
}

/** Operands of an elementwise operator as linear forms over one shape; at least one of them is linear already. */
export function alignOperands(values: readonly StepValue[], states: number): { shape: readonly number[]; branches: readonly Branches[] } {
  const shapes = values.map((value) => {
    const shape = stepShape(value);
    if (shape === null || (value.kind !== 'linear' && value.kind !== 'fixed'))
      throw new NotANeuron(`it computes with ${describeStep(value)}`);
    return shape;
  });
  const shape = shapes.reduce((a, b) => broadcastShape(a, b));
  const count = elementCount(shape);
  const branches = values.map((value): Branches => {
    if (value.kind === 'fixed') return [constantForm(states, parameterOf(value.tensor, shape))];
    if (value.kind !== 'linear') throw new KernelError('unaligned operand');
    if (elementCount(value.shape) !== count)
      throw new NotANeuron(`[${value.shape.join(', ')}] is repeated to [${shape.join(', ')}]: neurons would share a state`);
    return value.branches;
  });
  return { shape, branches };
}

/** A constant as a parameter of all neurons, or one per neuron. */
const parameterOf = (tensor: Tensor, shape: readonly number[]): PerNeuron =>
  tensor.data.length === 1 ? tensor.data[0] : shared(broadcastData(tensor, shape));

export function describeStep(value: StepValue): string {
  switch (value.kind) {
    case 'fixed':
      return 'a constant';
    case 'counted':
      return 'the step number';
    case 'linear':
      return 'a state';
    case 'outer':
      return 'a tensor from outside the loop, without picking a step of it';
    case 'carrier':
    case 'collected':
      return 'the results of earlier steps';
    case 'shape-only':
      return 'a result of an earlier step';
  }
}
