import { Call, guarded, nameOf } from '../context.ts';
import type { OnnxGraph } from '../proto/index.ts';
import { readTensor } from '../tensors/read-tensor.ts';
import { KernelError } from '../tensors/tensor.ts';
import { constant, type Value } from '../values.ts';
import { variableForm } from './form.ts';
import type { StepMachine } from './step-machine.ts';
import { NotANeuron, type StepValue } from './step-value.ts';

/** One value that a loop carries from step to step. */
export interface Carried {
  readonly name: string;
  readonly first: Value;
  /** Position among the states; null: it collects results. */
  readonly state: number | null;
}

/** As many as a clip may have. */
const STEPS_MAX = 2 ** 16;

/** Steps of a loop that runs to its end. */
export function tripCount(call: Call): number {
  if (call.optional(0) === undefined) throw new NotANeuron('its number of steps is not given');
  const [steps] = call.constant(0).data;
  if (!Number.isSafeInteger(steps) || steps < 1 || steps > STEPS_MAX)
    throw new NotANeuron(`its number of steps is ${steps}, not one of 1 to ${STEPS_MAX}`);
  const condition = call.optionalConstant(1);
  if (condition !== null && condition.data[0] !== 1) throw new NotANeuron('its condition is false');
  return steps;
}

/** What the body does with a carried value says whether it is a state or collects results. */
export function classify(call: Call, body: OnnxGraph): readonly Carried[] {
  const count = call.node.inputs.length - 2;
  if (body.inputs.length !== count + 2 || body.outputs.length < count + 1 || count < 1)
    throw new KernelError('its body does not carry what the loop gives it');
  const makers = new Map(body.nodes.flatMap((node) => node.outputs.map((name) => [name, node.opType])));
  let states = 0;
  return Array.from({ length: count }, (_, k): Carried => {
    const maker = makers.get(body.outputs[k + 1].name ?? '');
    const collects = maker === 'ScatterND' || maker === 'SequenceInsert';
    return { name: body.inputs[k + 2].name ?? '', first: call.operand(k + 2), state: collects ? null : states++ };
  });
}

/** What the body of a Loop finds under the names of its inputs. */
export function loopInputs(body: OnnxGraph, machine: StepMachine, carried: readonly Carried[]): Map<string, StepValue> {
  const counter = (step: number) => ({ type: 'int64' as const, shape: [], data: Float64Array.of(step) });
  return new Map<string, StepValue>([
    [body.inputs[0].name ?? '', { kind: 'counted', at: counter }],
    [body.inputs[1].name ?? '', { kind: 'fixed', tensor: { type: 'bool', shape: [], data: Uint8Array.of(1) } }],
    ...carried.map((entry, k): [string, StepValue] => [entry.name, firstValue(entry, k, machine.states)]),
  ]);
}

/** Evaluates the body's nodes in order, from its inputs; gives access to its values by name. */
export function runBody(
  call: Call,
  body: OnnxGraph,
  machine: StepMachine,
  inputs: ReadonlyMap<string, StepValue>,
): (name: string) => StepValue | undefined {
  const values = new Map<string, StepValue>(inputs);
  for (const initializer of body.initializers) values.set(initializer.name ?? '', { kind: 'fixed', tensor: readTensor(initializer) });
  const find = (name: string): StepValue | undefined => values.get(name) ?? outerValue(call.lookUp(name));
  for (const node of body.nodes) {
    const inner = new Call(call.context, node, call.opset, (name) => {
      const value = find(name);
      return value?.kind === 'fixed' ? constant(value.tensor) : undefined;
    });
    const operands = node.inputs.map((name) => {
      const value = name === '' ? undefined : find(name);
      if (name !== '' && value === undefined) throw inner.fail('onnx-invalid-graph', `it reads \`${name}\`, which nothing gives`);
      return value;
    });
    const outputs = attribute(nameOf(node), () => guarded(inner, () => machine.run(inner, operands)));
    node.outputs.forEach((name, k) => {
      if (name !== '' && outputs[k] !== undefined) values.set(name, outputs[k]);
    });
  }
  return find;
}

/** A complaint about a body's node names it. */
function attribute<T>(item: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof NotANeuron && error.item === null) throw new NotANeuron(error.message, `node ${item} of its body`);
    throw error;
  }
}

export function firstValue(entry: Carried, carried: number, states: number): StepValue {
  const { first, state } = entry;
  if (first.kind === 'sequence' && first.steps !== null) throw new NotANeuron('it appends to a sequence that is not empty');
  if (state === null) return { kind: 'carrier', carried, shape: first.kind === 'constant' ? first.tensor.shape : null };
  if (first.kind !== 'constant') throw new NotANeuron('the first value of its state depends on the clip');
  return { kind: 'linear', type: 'float', shape: first.tensor.shape, branches: [variableForm(states, state)] };
}

function outerValue(value: Value | undefined): StepValue | undefined {
  if (value === undefined) return undefined;
  return value.kind === 'constant' ? { kind: 'fixed', tensor: value.tensor } : { kind: 'outer', value };
}

/** A loop over time runs to its end: the condition that comes out is true. */
export function checkCondition(condition: StepValue, given: StepValue | undefined): void {
  const fixed = condition.kind === 'fixed' && condition.tensor.data.length === 1 && condition.tensor.data[0] === 1;
  if (!fixed && condition !== given) throw new NotANeuron('its condition may end it early');
}
