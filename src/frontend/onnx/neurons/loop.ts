import type { Call } from '../context.ts';
import type { Operator } from '../operators/operator.ts';
import { KernelError } from '../tensors/tensor.ts';
import type { Value } from '../values.ts';
import { type Carried, checkCondition, classify, loopInputs, runBody, tripCount } from './loop-body.ts';
import { opaque, recoverRows, refusing, reshapeRows, type StepRows } from './recover.ts';
import { StepMachine } from './step-machine.ts';
import type { CollectedValue, StepValue } from './step-value.ts';

/**
 * A Loop that steps neurons through time: carries their state, reads row t of one input and collects one row of spikes a step, in a
 * tensor (ScatterND), a sequence (SequenceInsert) or a scan output. The neuron is recovered from what the body computes.
 */
export const loopOperator =
  (operators: Readonly<Record<string, Operator>>): Operator =>
  (call) =>
    refusing(call, () => recoverLoop(call, operators));

function recoverLoop(call: Call, operators: Readonly<Record<string, Operator>>): readonly Value[] {
  const body = call.attributes.graph('body');
  if (body === null) throw new KernelError('its body is missing');
  const steps = tripCount(call);
  const carried = classify(call, body);
  const machine = new StepMachine(carried.filter((value) => value.state !== null).length, steps, operators);
  const values = runBody(call, body, machine, loopInputs(body, machine, carried));
  const read = (position: number): StepValue => {
    const name = body.outputs[position]?.name ?? '';
    const value = values(name);
    if (value === undefined) throw new KernelError(`its body does not give ${name}`);
    return value;
  };
  checkCondition(read(0), values(body.inputs[1]?.name ?? ''));
  const results = carried.map((entry, k) => ({ entry, result: read(k + 1) }));
  const scans = body.outputs.slice(carried.length + 1).map((_, k) => read(carried.length + 1 + k));
  const written = [...results.flatMap(({ result }) => (result.kind === 'collected' ? [result.result] : [])), ...scans];
  const states = results.filter(({ entry }) => entry.state !== null).map(({ entry, result }) => ({ ...entry, next: result }));
  const recovered = recoverRows(call, { machine, states, written, name: call.node.inputs[2] ?? '' });
  return [
    ...results.map(
      ({ entry, result }): Value =>
        result.kind === 'collected' ? collectedValue(entry, result, recovered, steps) : opaque(entry.first, 'the last state of a loop'),
    ),
    ...scans.map((scan) => scanned(scan, recovered, steps)),
  ];
}

/** What a scan output of a body gives in all steps together. */
export function scanned(scan: StepValue, { rows, holds }: StepRows, steps: number): Value {
  return scan.kind === 'linear' && holds(scan) ? reshapeRows(rows, steps, scan.shape) : opaque(null, 'what a loop collects besides spikes');
}

function collectedValue(entry: Carried, { result }: CollectedValue, { rows, holds }: StepRows, steps: number): Value {
  if (!holds(result)) return opaque(entry.first, 'what a loop collects besides spikes');
  if (entry.first.kind === 'sequence') return { kind: 'sequence', steps: reshapeRows(rows, steps, result.shape) };
  return entry.first.kind === 'constant' ? { ...rows, shape: entry.first.tensor.shape } : rows;
}
