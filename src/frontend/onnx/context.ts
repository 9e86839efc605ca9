import { type DiagnosticCode, type DiagnosticError, failure, type Report } from '../../diagnostics/index.ts';
import type { NodeId } from '../../ir/ids.ts';
import { Attributes } from './attributes.ts';
import type { NetworkBuilder } from './builder.ts';
import type { OnnxNode } from './proto/index.ts';
import { elementCount, KernelError, type Tensor } from './tensors/tensor.ts';
import { describeValue, type Passage, type StreamValue, shapeOf, type Value } from './values.ts';

/** Elements of all intermediate tensors of one import together. */
const WORK_LIMIT = 2 ** 27;
/** A folded constant stays in memory, with eight bytes an element and some hundred for itself: it counts for more. */
const KEPT = { factor: 4, tensor: 16 } as const;
/** Numbers that say where and how much: axes, sizes, positions of cuts. */
const INTEGERS_MAX = 2 ** 16;

/** What the operators of one import share. */
export interface Context {
  readonly file: string;
  readonly report: Report;
  /** Reports a warning of whose code there was none yet. */
  readonly warnOnce: Report;
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
  private readonly passed = new Map<readonly Passage[], readonly Passage[]>();

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
    const data = this.optionalConstant(position)?.data ?? this.attributes.ints(attribute);
    if (data === null) return null;
    if (data.length > INTEGERS_MAX) throw this.fail('onnx-too-large', `operand ${position + 1} has ${data.length} numbers`);
    return Array.from(data);
  }

  shape(position: number): readonly number[] {
    const shape = shapeOf(this.operand(position));
    if (shape === null) throw this.unsupported(`operand ${position + 1} is a sequence`);
    return shape;
  }

  /** Counts the elements of a result, so that a small file cannot ask for endless work. */
  spend(shape: readonly number[]): void {
    this.count(elementCount(shape));
  }

  /** The same for the terms of a stream, each of which has an array of its own. */
  spendTerms(shape: readonly number[], terms: number): void {
    this.count(terms * (elementCount(shape) + KEPT.factor * KEPT.tensor));
  }

  /** The same for a constant, which is kept until the end. */
  keep(tensor: Tensor): void {
    this.count(KEPT.factor * (tensor.data.length + KEPT.tensor));
  }

  /**
   * The way of a stream up to and through this node. Every value keeps its own: a chain of n nodes has n^2 / 2 entries. Parts of one value
   * share theirs.
   */
  through(via: readonly Passage[]): readonly Passage[] {
    const known = this.passed.get(via);
    if (known !== undefined) return known;
    this.count(KEPT.factor * via.length);
    const through = [...via, this.passage];
    this.passed.set(via, through);
    return through;
  }

  private count(elements: number): void {
    this.context.work += elements;
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
