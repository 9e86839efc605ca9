import { failure } from '../../../diagnostics/index.ts';
import type { PerNeuron } from '../../../ir/neuron.ts';
import type { Call } from '../context.ts';
import { modulePath } from '../names.ts';
import { elementCount } from '../tensors/tensor.ts';
import type { StreamValue, Value } from '../values.ts';
import { type Branches, branchAt, constantOf, dependsOn, sameBranches } from './form.ts';
import { type Identified, identifyMembrane, identifyNeuron } from './identify.ts';
import { all, shared } from './per-neuron.ts';
import { addPopulation, potentialsOf } from './populate.ts';
import { resetBefore } from './reset-at-once.ts';
import type { Decision, StepMachine } from './step-machine.ts';
import { type LinearValue, NotANeuron, type StepValue, stepShape } from './step-value.ts';

/** A value that a loop carries from step to step. */
export interface State {
  readonly name: string;
  readonly first: Value;
  readonly next: StepValue;
}

export interface Stepped {
  readonly machine: StepMachine;
  readonly states: readonly State[];
  /** What is collected, step by step. */
  readonly written: readonly StepValue[];
  /** Tensor with the first state: often named after the neuron's module. */
  readonly name: string;
}

/** What a loop gives in all its steps: rows [steps, ...], and which of the values of a step they are. */
export interface StepRows {
  readonly rows: StreamValue;
  readonly holds: (value: LinearValue) => boolean;
}

/**
 * What a loop steps, from what its body computed: the spikes of a population, or the potentials of membranes that never fire where nothing is
 * compared. Throws NotANeuron.
 */
export function recoverRows(call: Call, stepped: Stepped): StepRows {
  const { machine, states, written } = stepped;
  const { input } = machine;
  if (input === null) throw new NotANeuron('it reads no input');
  const next = states.map((state): Branches => {
    if (state.next.kind !== 'linear')
      throw new NotANeuron(`the next value of its state ${state.name} does not follow from state and input`);
    return state.next.branches;
  });
  const width = elementCount(input.shape.slice(1));
  const initial = states.map(({ first }): PerNeuron => {
    const data = first.kind === 'constant' ? first.tensor.data : [];
    if (data.length !== width && data.length !== 1) throw new NotANeuron(`${data.length} states for ${width} inputs`);
    return shared(data);
  });
  if (machine.decisions.length > 0) return { rows: recoverPopulation(call, stepped, { input, next, initial, width }), holds: isSpike };
  const potential = potentialAmong(written, next);
  checkWidth(potential, width);
  const membrane = next.findIndex((branches) => sameBranches(branches, potential.branches));
  const identified = identifyMembrane({ next, initial }, membrane);
  if ('reason' in identified) throw new NotANeuron(identified.reason);
  const rows = potentialsOf(call, { recogniser: call.node.opType ?? '', ...identified, input });
  return { rows, holds: ({ branches }) => sameBranches(branches, potential.branches) };
}

function potentialAmong(written: readonly StepValue[], next: readonly Branches[]): LinearValue {
  const outputs = written.filter((output): output is LinearValue => output.kind === 'linear');
  const potential = outputs.find(({ branches }) => next.some((state) => sameBranches(state, branches)));
  if (potential === undefined) throw new NotANeuron('nothing is compared with a threshold, and it collects no state');
  return potential;
}

interface StatesOfLoop {
  readonly input: StreamValue;
  readonly next: readonly Branches[];
  readonly initial: readonly PerNeuron[];
  readonly width: number;
}

function recoverPopulation(call: Call, { machine, written, name }: Stepped, { input, next, initial, width }: StatesOfLoop): StreamValue {
  const decisions = machine.decisions.flatMap((decision) => decision ?? []);
  const spike = spikeAmong(written);
  checkWidth(spike, width);
  const identified = identify(decisions, spike.branches, next, initial);
  if ('reason' in identified) throw new NotANeuron(identified.reason);
  // Where others read the first state too, it is a constant they share.
  const path = (call.context.readers.get(name) ?? 0) === 1 ? modulePath(name) : '';
  return addPopulation(call, { recogniser: call.node.opType ?? '', ...identified, input, path });
}

function identify(decisions: readonly Decision[], spike: Branches, next: readonly Branches[], initial: readonly PerNeuron[]): Identified {
  const [first, second] = decisions;
  if (second !== undefined) return identifyDelayed(first, { ...second, spike, next }, initial);
  return identifyNeuron({ margin: branchAt(first.margin, 0), strict: first.strict, spike, next, initial });
}

function identifyDelayed(
  reset: Decision,
  step: Decision & { readonly spike: Branches; readonly next: readonly Branches[] },
  initial: readonly PerNeuron[],
): Identified {
  const found = resetBefore(reset, step);
  if ('reason' in found) return found;
  const { membrane, afterFirst } = found;
  const first = initial.map((value, k) => (k === membrane ? afterFirst(value) : value));
  return identifyNeuron({ ...found.step, initial: first });
}

function spikeAmong(written: readonly StepValue[]): LinearValue {
  const outputs = written.filter((output): output is LinearValue => output.kind === 'linear');
  const spike = outputs.find(isSpike);
  if (spike === undefined) throw new NotANeuron('it collects no spikes');
  if (outputs.some((output) => isSpike(output) && !sameBranches(output.branches, spike.branches)))
    throw new NotANeuron('it collects two kinds of spikes');
  return spike;
}

export function checkWidth(spike: LinearValue, width: number): void {
  if (stepShape(spike)?.reduce((x, y) => x * y, 1) !== width) throw new NotANeuron('it gives another number of spikes than it has inputs');
}

/** 0 or 1, depending on a decision. */
export function isSpike({ branches }: LinearValue): boolean {
  const binary = branches.every((form) => {
    const level = constantOf(form);
    return level !== null && all(level, (x) => x === 0 || x === 1);
  });
  return binary && (dependsOn(branches, 0) || dependsOn(branches, 1));
}

export const reshapeRows = (stream: StreamValue, steps: number, row: readonly number[]): StreamValue => ({
  ...stream,
  shape: [steps, ...row],
});

export function opaque(like: Value | null, what: string): Value {
  const shape = like?.kind === 'constant' ? like.tensor.shape : [];
  return { kind: 'opaque', type: 'float', shape, what };
}

/** Runs a recogniser; that something is no neuron becomes a diagnostic with the nodes' names. */
export function refusing<Result>(call: Call, recover: () => Result): Result {
  try {
    return recover();
  } catch (error) {
    if (!(error instanceof NotANeuron)) throw error;
    const places = [{ file: call.context.file, item: `node ${call.name} (${call.node.opType})` }];
    if (error.item !== null) places.push({ file: call.context.file, item: error.item });
    throw failure('loop-not-a-neuron', `this loop does not step a neuron: ${error.message}`, {
      places,
      notes: ['accepted here: v = a v + b + c x[t], a comparison of v with a constant, and a reset to a constant or by one'],
    });
  }
}
