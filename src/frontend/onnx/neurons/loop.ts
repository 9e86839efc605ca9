import { failure } from '../../../diagnostics/index.ts';
import type { Call } from '../context.ts';
import { modulePath } from '../names.ts';
import type { Operator } from '../operators/operator.ts';
import { elementCount, KernelError } from '../tensors/tensor.ts';
import type { StreamValue, Value } from '../values.ts';
import { type Branches, constantOf, equalForms } from './form.ts';
import { identifyNeuron } from './identify.ts';
import { type Carried, checkCondition, classify, runBody, tripCount } from './loop-body.ts';
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
