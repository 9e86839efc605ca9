import type { Call } from '../context.ts';
import type { Operator } from '../operators/operator.ts';
import { elementTypeOf } from '../tensors/read-tensor.ts';
import { integers, sameShape, type Tensor } from '../tensors/tensor.ts';
import { constant, type StreamValue } from '../values.ts';
import {
  addForms,
  type Branches,
  constantForm,
  constantOf,
  divideForm,
  type Form,
  mapBranches,
  multiplyForms,
  outcomeOf,
  sameBranches,
  scaleForm,
  subtractForms,
  variableForm,
} from './form.ts';
import { all } from './per-neuron.ts';
import { alignOperands, type CountedValue, describeStep, type LinearValue, NotANeuron, type StepValue, stepShape } from './step-value.ts';

/** Operators of a body that compute with states, input and spike. Others may stand there too, over constants and the step number. */
export const STEP_OPERATORS: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Not', 'Where', 'Cast', 'Identity', 'Shape', 'Gather'],
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Expand', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'],
  ...['ScatterND', 'SequenceInsert'],
]);

/** A comparison with 0: `margin` > 0 (strict) or >= 0 is yes. */
export interface Decision {
  readonly margin: Branches;
  readonly strict: boolean;
}

/** The spike of the step before and that of the step: no neuron decides more. */
const DECISION_LIMIT = 2;

/** Operators that only compute with the step number are evaluated through each other: a chain without end would exhaust the stack. */
const COUNTED_MAX = 256;

/** Runs one step of a loop in symbols: which linear forms of states and input come out, and what is compared. */
export class StepMachine {
  readonly states: number;
  readonly steps: number;
  /** The tensor [steps, ...] that every step reads its own row of. */
  input: StreamValue | null = null;
  /** In the order they are made; null: made by the step before. */
  readonly decisions: (Decision | null)[];
  private readonly operators: Readonly<Record<string, Operator>>;
  private counted = 0;

  constructor(states: number, steps: number, operators: Readonly<Record<string, Operator>>, decisions: readonly null[] = []) {
    this.states = states;
    this.steps = steps;
    this.operators = operators;
    this.decisions = [...decisions];
  }

  /** Values of the outputs of one body node. */
  run(call: Call, inputs: readonly (StepValue | undefined)[]): readonly StepValue[] {
    const given = inputs.filter((value): value is StepValue => value !== undefined);
    if (call.node.opType === 'Shape' && given.length === 1) return [{ kind: 'fixed', tensor: this.shapeOf(given[0]) }];
    if (given.every((value) => value.kind === 'fixed')) return this.fold(call).map((tensor) => ({ kind: 'fixed', tensor }));
    if (given.every((value) => value.kind === 'fixed' || value.kind === 'counted')) return this.count(call, inputs);
    return [this.compute(call, given)];
  }

  private fold(call: Call): readonly Tensor[] {
    const operator = this.operators[call.node.opType ?? ''];
    if (operator === undefined) throw new NotANeuron(`${call.node.opType} is not known inside a loop`);
    return operator(call).map((value) => {
      if (value.kind !== 'constant') throw new NotANeuron(`${call.node.opType} does not give a constant`);
      call.keep(value.tensor);
      return value.tensor;
    });
  }

  /** The same kernels, evaluated for the step that is asked for. */
  private count(call: Call, inputs: readonly (StepValue | undefined)[]): readonly StepValue[] {
    if (++this.counted > COUNTED_MAX) throw new NotANeuron(`more than ${COUNTED_MAX} of its operators only compute with the step number`);
    return call.node.outputs.map((_, output): CountedValue => {
      const known = new Map<number, Tensor>();
      const at = (step: number): Tensor => {
        const names = new Map(call.node.inputs.map((name, k) => [name, inputs[k]]));
        const inStep = call.within((name) => {
          const value = names.get(name);
          if (value?.kind === 'counted') return constant(value.at(step));
          return value?.kind === 'fixed' ? constant(value.tensor) : undefined;
        });
        const tensor = known.get(step) ?? this.fold(inStep)[output];
        known.set(step, tensor);
        return tensor;
      };
      return { kind: 'counted', at };
    });
  }

  private compute(call: Call, values: readonly StepValue[]): StepValue {
    const [a, b] = values;
    switch (call.node.opType) {
      case 'Identity':
        return a;
      case 'Cast':
        return castStep(call, a);
      case 'Expand':
      case 'Reshape':
      case 'Squeeze':
      case 'Unsqueeze':
      case 'Flatten':
        return this.reshaped(call, a);
      case 'Gather':
        return this.pickStep(call, a, b);
      case 'ScatterND':
        if (call.attributes.text('reduction', 'none') !== 'none') throw new NotANeuron('it adds to what it collects');
        return this.write(a, b, values[2]);
      case 'SequenceInsert':
        if (a.kind !== 'carrier' || a.shape !== null || b?.kind !== 'linear' || values.length > 2)
          throw new NotANeuron('it inserts something else than a result at the end of a sequence');
        return { kind: 'collected', carried: a.carried, result: b };
      case 'Add':
        return this.elementwise(values, ([x, y]) => addForms(x, y));
      case 'Sub':
        return this.elementwise(values, ([x, y]) => subtractForms(x, y));
      case 'Neg':
        return this.elementwise(values, ([x]) => scaleForm(x, -1));
      case 'Not':
        return this.elementwise(values, ([x]) => subtractForms(constantForm(this.states, 1), x));
      case 'Mul':
        return this.elementwise(values, ([x, y]) => needed(multiplyForms(x, y), 'it multiplies two values that both depend on the state'));
      case 'Div':
        return this.elementwise(values, ([x, y]) => divideForm(x, needed(constantOf(y), 'it divides by something that is no constant')));
      case 'Where':
        return this.elementwise(values, ([condition, x, y]) => choose(condition, x, y));
      case 'Greater':
        return this.decide(values, true, false);
      case 'GreaterOrEqual':
        return this.decide(values, false, false);
      case 'Less':
        return this.decide(values, true, true);
      case 'LessOrEqual':
        return this.decide(values, false, true);
    }
    throw new NotANeuron(`${call.node.opType} is applied to ${values.map(describeStep).join(' and ')}`);
  }

  private shapeOf(value: StepValue): Tensor {
    const shape = stepShape(value);
    if (shape === null) throw new NotANeuron(`it asks for the shape of ${describeStep(value)}`);
    if (value.kind === 'counted') {
      for (let step = 1; step < this.steps; step++)
        if (!sameShape(value.at(step).shape, shape)) throw new NotANeuron('a shape changes from step to step');
    }
    return integers(shape);
  }

  private elementwise(values: readonly StepValue[], f: (forms: readonly Form[]) => Form): LinearValue {
    const { shape, branches } = alignOperands(values, this.states);
    return { kind: 'linear', type: 'float', shape, branches: mapBranches(branches, f) };
  }

  /** A comparison: a decision of the step. `swapped`: the right operand has to be the larger one. */
  private decide(values: readonly StepValue[], strict: boolean, swapped: boolean): LinearValue {
    const { shape, branches: margin } = this.elementwise(values, ([x, y]) => (swapped ? subtractForms(y, x) : subtractForms(x, y)));
    const known = this.decisions.findIndex((decision) => decision?.strict === strict && sameBranches(decision.margin, margin));
    if (known < 0 && this.decisions.length === DECISION_LIMIT) throw new NotANeuron('it makes too many different comparisons');
    if (known < 0) this.decisions.push({ margin, strict });
    const decision = known < 0 ? this.decisions.length - 1 : known;
    return { kind: 'linear', type: 'bool', shape, branches: outcomeOf(this.states, decision) };
  }

  /** Shape operators inside a step may rename axes of a state; its elements stay in place. */
  private reshaped(call: Call, value: StepValue): StepValue {
    const from = stepShape(value);
    if (from === null || (value.kind !== 'linear' && value.kind !== 'shape-only'))
      throw new NotANeuron(`it reshapes ${describeStep(value)}`);
    // The kernel for constants does the shapes; positions in place of elements show whether any moved.
    const positions: Tensor = {
      type: 'double',
      shape: from,
      data: Float64Array.from({ length: from.reduce((x, y) => x * y, 1) }, (_, e) => e),
    };
    const [result] = this.fold(call.within((name) => (name === call.node.inputs[0] ? constant(positions) : call.lookUp(name))));
    if (result.data.length !== positions.data.length || result.data.some((from_, e) => from_ !== e))
      throw new NotANeuron('it repeats or moves the elements of a state');
    return { ...value, shape: result.shape };
  }

  /** Gather on axis 0 at the step number: row t of the input, or of what is being filled (of which only the shape may matter). */
  private pickStep(call: Call, source: StepValue, position: StepValue | undefined): StepValue {
    const shape = stepShape(source);
    if (shape === null || call.attributes.int('axis', 0) !== 0 || (source.kind !== 'outer' && source.kind !== 'carrier')) {
      throw new NotANeuron(`it gathers from ${describeStep(source)}`);
    }
    const positionShape = position === undefined ? null : stepShape(position);
    if (position?.kind !== 'counted' || positionShape === null || !this.isStepNumber(position))
      throw new NotANeuron('it reads a step other than its own');
    const row = [...positionShape, ...shape.slice(1)];
    if (source.kind === 'carrier') return { kind: 'shape-only', shape: row };
    if (source.value.kind !== 'stream') throw new NotANeuron('its input is no stream');
    if (shape[0] !== this.steps) throw new NotANeuron(`it walks ${this.steps} steps of an input of ${shape[0]}`);
    return this.takeInput(source.value, row);
  }

  /** The row of `input` that belongs to the step, in this shape. */
  takeInput(input: StreamValue, shape: readonly number[]): LinearValue {
    if (this.input !== null && this.input !== input) throw new NotANeuron('it reads two different inputs');
    this.input = input;
    return { kind: 'linear', type: 'float', shape, branches: [variableForm(this.states, this.states)] };
  }

  /** ScatterND that writes this step's row, for every step. */
  private write(carrier: StepValue, indices: StepValue | undefined, updates: StepValue | undefined): StepValue {
    if (carrier.kind !== 'carrier' || carrier.shape === null || updates?.kind !== 'linear')
      throw new NotANeuron('it scatters something else than a result');
    if (carrier.shape[0] !== this.steps) throw new NotANeuron(`it fills ${carrier.shape[0]} rows in ${this.steps} steps`);
    if (indices?.kind !== 'counted' || !this.isStepNumber(indices)) throw new NotANeuron('it does not write the row of its own step');
    const rowSize = carrier.shape.slice(1).reduce((x, y) => x * y, 1);
    if (updates.shape.reduce((x, y) => x * y, 1) !== rowSize) throw new NotANeuron('it writes a part of a row');
    return { kind: 'collected', carried: carrier.carried, result: updates };
  }

  /** One element, equal to the step number in every step. */
  private isStepNumber(value: CountedValue): boolean {
    for (let step = 0; step < this.steps; step++) {
      const { data } = value.at(step);
      if (data.length !== 1 || data[0] !== step) return false;
    }
    return true;
  }
}

/** A spike may become any type; what is no spike stays a float32 number. */
function castStep(call: Call, value: StepValue): StepValue {
  const level = value.kind === 'linear' ? value.branches.map(constantOf) : [null];
  const isBinary = level.every((x) => x !== null && all(x, (y) => y === 0 || y === 1));
  const type = elementTypeOf(call.attributes.int('to', 0));
  if (!isBinary && type !== 'float') throw new NotANeuron(`it turns ${describeStep(value)} into ${type}`);
  return value.kind === 'linear' ? { ...value, type } : value;
}

function needed<T>(value: T | null, otherwise: string): T {
  if (value === null) throw new NotANeuron(otherwise);
  return value;
}

/** Where in one branch, in which its condition is known. */
function choose(condition: Form, whenTrue: Form, whenFalse: Form): Form {
  const chosen = needed(constantOf(condition), 'it chooses by something that is not the spike');
  if (all(chosen, (value) => value === 1)) return whenTrue;
  if (all(chosen, (value) => value === 0)) return whenFalse;
  throw new NotANeuron('it chooses by something that is not the spike');
}
