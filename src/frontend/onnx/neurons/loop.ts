import { failure } from '../../../diagnostics/index.ts';
import { Call, guarded, nameOf } from '../context.ts';
import { modulePath } from '../names.ts';
import type { Operator } from '../operators/operator.ts';
import type { OnnxGraph } from '../proto/index.ts';
import { readTensor } from '../tensors/read-tensor.ts';
import { elementCount, KernelError } from '../tensors/tensor.ts';
import { constant, type StreamValue, type Value } from '../values.ts';
import { type Branches, both, constantOf, equalForms, variableForm } from './form.ts';
import { identifyNeuron } from './identify.ts';
import { all, shared } from './per-neuron.ts';
import { addPopulation } from './populate.ts';
import { StepMachine } from './step-machine.ts';
import { type CollectedValue, type LinearValue, NotANeuron, type StepValue, stepShape } from './step-value.ts';

/**
 * A Loop that steps neurons through time: carries their state, reads row t of one input and collects one row of spikes a step, in a
 * tensor (ScatterND), a sequence (SequenceInsert) or a scan output. The neuron is recovered from what the body computes.
 */
export const loopOperator =
  (operators: Readonly<Record<string, Operator>>): Operator =>
  (call) => {
    try {
      return recoverLoop(call, operators);
    } catch (error) {
      if (!(error instanceof NotANeuron)) throw error;
      const places = [{ file: call.context.file, item: `node ${call.name} (Loop)` }];
      if (error.item !== null) places.push({ file: call.context.file, item: error.item });
      throw failure('loop-not-a-neuron', `this loop does not step a neuron: ${error.message}`, {
        places,
        notes: ['accepted here: v = a v + b + c x[t], a comparison of v with a constant, and a reset to a constant or by the threshold'],
      });
    }
  };

interface Carried {
  readonly name: string;
  readonly first: Value;
  /** Position among the states; null: it collects results. */
  readonly state: number | null;
}

function recoverLoop(call: Call, operators: Readonly<Record<string, Operator>>): readonly Value[] {
  const body = call.attributes.graph('body');
  if (body === null) throw new KernelError('its body is missing');
  const steps = tripCount(call);
  const carried = classify(call, body);
  const states = carried.filter((value) => value.state !== null);
  const machine = new StepMachine(states.length, steps, operators);
  const values = runBody(call, body, machine, carried);
  const read = (position: number): StepValue => {
    const name = body.outputs[position]?.name ?? '';
    const value = values(name);
    if (value === undefined) throw new KernelError(`its body does not give ${name}`);
    return value;
  };
  checkCondition(read(0), values(body.inputs[1]?.name ?? ''));
  const results = carried.map((entry, k) => ({ entry, result: read(k + 1) }));
  const scans = body.outputs.slice(carried.length + 1).map((_, k) => read(carried.length + 1 + k));
  const spikes = recoverPopulation(call, machine, results, scans);
  return [
    ...results.map(
      ({ entry, result }): Value =>
        result.kind === 'collected' ? collectedValue(entry, result, spikes, steps) : opaque(entry.first, 'the last state of a loop'),
    ),
    ...scans.map(
      (scan): Value =>
        scan.kind === 'linear' && isSpike(scan)
          ? reshapeRows(spikes.stream, steps, scan.shape)
          : opaque(null, 'what a loop collects besides spikes'),
    ),
  ];
}

function tripCount(call: Call): number {
  if (call.optional(0) === undefined) throw new NotANeuron('its number of steps is not given');
  const [steps] = call.constant(0).data;
  if (!Number.isSafeInteger(steps) || steps < 1) throw new NotANeuron(`its number of steps is ${steps}`);
  const condition = call.optionalConstant(1);
  if (condition !== null && condition.data[0] !== 1) throw new NotANeuron('its condition is false');
  return steps;
}

/** What the body does with a carried value says whether it is a state or collects results. */
function classify(call: Call, body: OnnxGraph): readonly Carried[] {
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

/** Evaluates the body's nodes in order; gives access to its values by name. */
function runBody(call: Call, body: OnnxGraph, machine: StepMachine, carried: readonly Carried[]): (name: string) => StepValue | undefined {
  const values = new Map<string, StepValue>();
  const counter = (step: number) => ({ type: 'int64' as const, shape: [], data: Float64Array.of(step) });
  values.set(body.inputs[0].name ?? '', { kind: 'counted', at: counter });
  values.set(body.inputs[1].name ?? '', { kind: 'fixed', tensor: { type: 'bool', shape: [], data: Uint8Array.of(1) } });
  carried.forEach((entry, k) => {
    values.set(entry.name, firstValue(entry, k, machine.states));
  });
  for (const initializer of body.initializers) values.set(initializer.name ?? '', { kind: 'fixed', tensor: readTensor(initializer) });
  const find = (name: string): StepValue | undefined => values.get(name) ?? outerValue(call.lookUp(name));
  for (const node of body.nodes) {
    const inner = new Call(call.context, node, call.opset, (name) => {
      const value = find(name);
      return value?.kind === 'fixed' ? constant(value.tensor) : undefined;
    });
    const inputs = node.inputs.map((name) => {
      const value = name === '' ? undefined : find(name);
      if (name !== '' && value === undefined) throw inner.fail('onnx-invalid-graph', `it reads \`${name}\`, which nothing gives`);
      return value;
    });
    const outputs = attribute(nameOf(node), () => guarded(inner, () => machine.run(inner, inputs)));
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

function firstValue(entry: Carried, carried: number, states: number): StepValue {
  const { first, state } = entry;
  if (first.kind === 'sequence' && first.steps !== null) throw new NotANeuron('it appends to a sequence that is not empty');
  if (state === null) return { kind: 'carrier', carried, shape: first.kind === 'constant' ? first.tensor.shape : null };
  if (first.kind !== 'constant') throw new NotANeuron('the first value of its state depends on the clip');
  return { kind: 'linear', type: 'float', shape: first.tensor.shape, branches: both(variableForm(states, state)) };
}

function outerValue(value: Value | undefined): StepValue | undefined {
  if (value === undefined) return undefined;
  return value.kind === 'constant' ? { kind: 'fixed', tensor: value.tensor } : { kind: 'outer', value };
}

/** A loop over time runs to its end: the condition that comes out is true. */
function checkCondition(condition: StepValue, given: StepValue | undefined): void {
  const fixed = condition.kind === 'fixed' && condition.tensor.data.length === 1 && condition.tensor.data[0] === 1;
  if (!fixed && condition !== given) throw new NotANeuron('its condition may end it early');
}

interface Spikes {
  readonly stream: StreamValue;
}

function recoverPopulation(
  call: Call,
  machine: StepMachine,
  results: readonly { entry: Carried; result: StepValue }[],
  scans: readonly StepValue[],
): Spikes {
  if (machine.decision === null) throw new NotANeuron('nothing is compared with a threshold');
  if (machine.input === null) throw new NotANeuron('it reads no input');
  const collected = results.flatMap(({ result }) => (result.kind === 'collected' ? [result.result] : []));
  const outputs = [...collected, ...scans.flatMap((scan) => (scan.kind === 'linear' ? [scan] : []))];
  const spike = outputs.find(isSpike);
  if (spike === undefined) throw new NotANeuron('it collects no spikes');
  if (outputs.some((output) => isSpike(output) && !sameBranches(output.branches, spike.branches)))
    throw new NotANeuron('it collects two kinds of spikes');
  const states = results.filter(({ entry }) => entry.state !== null);
  const next = states.map(({ result, entry }): Branches => {
    if (result.kind !== 'linear') throw new NotANeuron(`the next value of its state ${entry.name} does not follow from state and input`);
    return result.branches;
  });
  const width = elementCount(machine.input.shape.slice(1));
  const initial = states.map(({ entry }) => {
    const data = entry.first.kind === 'constant' ? entry.first.tensor.data : [];
    if (data.length !== width && data.length !== 1) throw new NotANeuron(`${data.length} states for ${width} inputs`);
    return shared(data);
  });
  if (stepShape(spike)?.reduce((x, y) => x * y, 1) !== width) throw new NotANeuron('it gives another number of spikes than it has inputs');
  const identified = identifyNeuron({ ...machine.decision, spike: spike.branches, next, initial });
  if ('reason' in identified) throw new NotANeuron(identified.reason);
  return { stream: addPopulation(call, { recogniser: 'Loop', neuron: identified.neuron, input: machine.input, path: pathOfState(call) }) };
}

/** 0 or 1, depending on the decision. */
function isSpike(value: LinearValue): boolean {
  const levels = value.branches.map(constantOf);
  return (
    levels.every((level) => level !== null && all(level, (x) => x === 0 || x === 1)) &&
    !sameBranches(value.branches, [value.branches[0], value.branches[0]])
  );
}

const sameBranches = (a: Branches, b: Branches): boolean => equalForms(a[0], b[0]) && equalForms(a[1], b[1]);

/** The first state's tensor is often named after the neuron's module; where others read it too, it is a constant they share. */
function pathOfState(call: Call): string {
  const name = call.node.inputs[2] ?? '';
  return (call.context.readers.get(name) ?? 0) === 1 ? modulePath(name) : '';
}

function collectedValue(entry: Carried, collected: CollectedValue, spikes: Spikes, steps: number): Value {
  if (!isSpike(collected.result)) return opaque(entry.first, 'what a loop collects besides spikes');
  if (entry.first.kind === 'sequence') return { kind: 'sequence', steps: reshapeRows(spikes.stream, steps, collected.result.shape) };
  return entry.first.kind === 'constant' ? { ...spikes.stream, shape: entry.first.tensor.shape } : spikes.stream;
}

const reshapeRows = (stream: StreamValue, steps: number, row: readonly number[]): StreamValue => ({ ...stream, shape: [steps, ...row] });

function opaque(like: Value | null, what: string): Value {
  const shape = like?.kind === 'constant' ? like.tensor.shape : [];
  return { kind: 'opaque', type: 'float', shape, what };
}
