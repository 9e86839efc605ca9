import { type DiagnosticCode, type DiagnosticError, failure, type Report } from '../../diagnostics/index.ts';
import type { NodeId } from '../../ir/ids.ts';
import { Attributes } from './attributes.ts';
import type { NetworkBuilder } from './builder.ts';
import type { OnnxNode } from './proto/index.ts';
import { elementCount, KernelError, type Tensor } from './tensors/tensor.ts';
import { describeValue, type Passage, type StreamValue, shapeOf, type Value } from './values.ts';

/** Elements of all intermediate tensors of one import together. */
const WORK_LIMIT = 2 ** 27;

/** What the operators of one import share. */
export interface Context {
  readonly file: string;
  readonly report: Report;
  readonly builder: NetworkBuilder;
  /** Trained tensors met so far, by identity: shared weights count once. */
  readonly trained: Set<Tensor>;
  /** Nodes of the grid that a stream was brought to, so that a second reader finds it again. */
  readonly settled: WeakMap<StreamValue, NodeId>;
  /** How many nodes read each tensor of the graph, bodies included. */
  readonly readers: ReadonlyMap<string, number>;
  work: number;
}

/** One node being evaluated: its operands' values, and how to complain about it. */
export class Call {
  readonly context: Context;
  readonly node: OnnxNode;
  readonly attributes: Attributes;
  readonly opset: number;
  /** The value of any tensor that is visible here; bodies of loops read the graph around them. */
  readonly lookUp: (name: string) => Value | undefined;

  constructor(context: Context, node: OnnxNode, opset: number, lookUp: (name: string) => Value | undefined) {
    this.context = context;
    this.node = node;
    this.attributes = new Attributes(node);
    this.opset = opset;
    this.lookUp = lookUp;
  }

  /** The same node where names mean something else. */
  within(lookUp: (name: string) => Value | undefined): Call {
    return new Call(this.context, this.node, this.opset, lookUp);
  }

  /** The node's name, or that of its first output. */
  get name(): string {
    return nameOf(this.node);
  }

  /** This node as a step on the way of a stream. */
  get passage(): Passage {
    return { name: this.name, operator: this.node.opType ?? '' };
  }

  /** Operand `position`; undefined where it was left out. */
  optional(position: number): Value | undefined {
    const name = this.node.inputs[position];
    if (name === undefined || name === '') return undefined;
    const value = this.lookUp(name);
    if (value === undefined) throw this.fail('onnx-invalid-graph', `it reads \`${name}\`, which nothing gives`);
    return value;
  }

  operand(position: number): Value {
    const value = this.optional(position);
    if (value === undefined) throw this.fail('onnx-invalid-graph', `operand ${position + 1} is missing`);
    return value;
  }

  /** Operand `position` as a constant. */
  constant(position: number): Tensor {
    const value = this.operand(position);
    if (value.kind !== 'constant') throw this.unsupported(`operand ${position + 1} is ${describeValue(value)} and has to be a constant`);
    return value.tensor;
  }

  optionalConstant(position: number): Tensor | null {
    return this.optional(position) === undefined ? null : this.constant(position);
  }

  /** The numbers of a constant operand, or of the attribute that older opsets have in its place. */
  integers(position: number, attribute: string): readonly number[] | null {
    const tensor = this.optionalConstant(position);
    return tensor === null ? this.attributes.ints(attribute) : Array.from(tensor.data);
  }

  shape(position: number): readonly number[] {
    const shape = shapeOf(this.operand(position));
    if (shape === null) throw this.unsupported(`operand ${position + 1} is a sequence`);
    return shape;
  }

  /** Counts the elements of a result, so that a small file cannot ask for endless work. */
  spend(shape: readonly number[]): void {
    this.context.work += elementCount(shape);
    if (this.context.work > WORK_LIMIT) throw this.fail('onnx-too-large', `the tensors up to here have more than ${WORK_LIMIT} elements`);
  }

  fail(code: DiagnosticCode, message: string, notes: readonly string[] = []): DiagnosticError {
    return failure(code, `${this.node.opType ?? 'node'}: ${message}`, {
      places: [{ file: this.context.file, item: `node ${this.name} (${this.node.opType})` }],
      notes,
    });
  }

  unsupported(message: string, notes: readonly string[] = []): DiagnosticError {
    return this.fail('unsupported-pattern', message, notes);
  }
}

export const nameOf = (node: OnnxNode): string => (node.name === undefined || node.name === '' ? (node.outputs[0] ?? '') : node.name);

/** Runs a node's operator; a kernel's complaint gets the node's place. */
export function guarded<Result>(call: Call, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof KernelError) throw call.fail('onnx-invalid-graph', error.message);
    throw error;
  }
}
