import type { Call } from '../context.ts';
import { describeValue, type StreamValue, type Value } from '../values.ts';

/** Gives the values of a node's outputs from those of its inputs. */
export type Operator = (call: Call) => readonly Value[];

/** Operand `position` as a stream. */
export function streamOperand(call: Call, position: number): StreamValue {
  const value = call.operand(position);
  if (value.kind !== 'stream') throw call.unsupported(`operand ${position + 1} is ${describeValue(value)} and has to be a stream`);
  return value;
}

/** The complaint about a combination of operands that has no place in a spiking network. */
export function mismatch(call: Call, ...values: readonly Value[]): Error {
  return call.unsupported(`${values.map(describeValue).join(' meets ')}`, ['see docs/frontend-onnx.md for what may meet']);
}
