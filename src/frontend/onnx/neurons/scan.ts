import type { Call } from '../context.ts';
import type { Operator } from '../operators/operator.ts';
import { axisOf, elementCount, KernelError } from '../tensors/tensor.ts';
import { describeValue, type StreamValue, type Value } from '../values.ts';
import { scanned } from './loop.ts';
import { type Carried, firstValue, runBody } from './loop-body.ts';
import { opaque, recoverRows, refusing } from './recover.ts';
import { StepMachine } from './step-machine.ts';
import { NotANeuron, type StepValue } from './step-value.ts';

/** A Scan that steps neurons through time: the body gets the states and the step's row of one input, and gives the states and its spikes. */
export const scanOperator =
  (operators: Readonly<Record<string, Operator>>): Operator =>
  (call) =>
    refusing(call, () => recoverScan(call, operators));

function recoverScan(call: Call, operators: Readonly<Record<string, Operator>>): readonly Value[] {
  const body = call.attributes.graph('body');
  if (body === null) throw new KernelError('its body is missing');
  const rows = call.attributes.int('num_scan_inputs', 1);
  const count = call.node.inputs.length - rows;
  if (rows !== 1) throw new NotANeuron(`it walks ${rows} inputs`);
  if (count < 1 || body.inputs.length !== count + 1 || body.outputs.length < count + 1)
    throw new KernelError('its body does not carry what the scan gives it');
  const input = scannedInput(call, count);
  const [steps, ...row] = input.shape;
  const machine = new StepMachine(count, steps, operators);
  const carried = body.inputs.slice(0, count).map((info, k): Carried => ({ name: info.name ?? '', first: call.operand(k), state: k }));
  const given = new Map<string, StepValue>(carried.map((entry, k) => [entry.name, firstValue(entry, k, count)]));
  given.set(body.inputs[count].name ?? '', machine.takeInput(input, row));
  const values = runBody(call, body, machine, given);
  const results = body.outputs.map(({ name = '' }): StepValue => {
    const value = values(name);
    if (value === undefined) throw new KernelError(`its body does not give ${name}`);
    return value;
  });
  const states = carried.map((entry, k) => ({ ...entry, next: results[k] }));
  const scans = results.slice(count);
  const recovered = recoverRows(call, { machine, states, written: scans, name: call.node.inputs[0] ?? '' });
  for (const direction of call.attributes.ints('scan_output_directions') ?? [])
    if (direction !== 0) throw new NotANeuron('it writes its steps backwards');
  const axes = call.attributes.ints('scan_output_axes') ?? [];
  return [
    ...carried.map(({ first }) => opaque(first, 'the last state of a scan')),
    ...scans.map((scan, k) => alongAxis(scanned(scan, recovered, steps), axes[k] ?? 0)),
  ];
}

/** The input as [steps, ...]. */
function scannedInput(call: Call, position: number): StreamValue {
  const input = call.operand(position);
  if (input.kind !== 'stream') throw new NotANeuron(`it walks ${describeValue(input)}`);
  if ((call.attributes.ints('scan_input_directions') ?? []).some((direction) => direction !== 0))
    throw new NotANeuron('it walks its input backwards');
  const axis = axisOf(call.attributes.ints('scan_input_axes')?.[0] ?? 0, input.shape.length);
  if (input.shape.slice(0, axis).some((size) => size !== 1)) throw new NotANeuron(`it walks axis ${axis} of [${input.shape.join(', ')}]`);
  const shape = [input.shape[axis], ...input.shape.filter((_, k) => k !== axis)];
  if (elementCount(shape) === 0) throw new NotANeuron('it walks nothing');
  return { ...input, shape };
}

/** Steps first in memory, written along another axis: the same order where every axis before it has size 1. */
function alongAxis(value: Value, given: number): Value {
  if (value.kind !== 'stream') return value;
  const axis = axisOf(given, value.shape.length);
  const [steps, ...row] = value.shape;
  if (row.slice(0, axis).some((size) => size !== 1)) throw new NotANeuron(`it writes its steps along axis ${axis}`);
  return { ...value, shape: [...row.slice(0, axis), steps, ...row.slice(axis)] };
}
