import { DiagnosticError } from '../../diagnostics/index.ts';
import { Call, type Context, guarded } from './context.ts';
import { operatorOf } from './operators/index.ts';
import type { OnnxNode } from './proto/index.ts';
import { broadcastShape } from './tensors/structure.ts';
import { KernelError, type Tensor } from './tensors/tensor.ts';
import type { Value } from './values.ts';

/** Nodes that one constant may follow from. */
const ANCESTORS_MAX = 2 ** 12;

/** Finds out constants before the walk over the graph, where its form depends on them. What it evaluates on the way goes into a scratch network. */
export class Folder {
  private readonly makers: ReadonlyMap<string, OnnxNode>;
  private readonly values: Map<string, Value>;
  private readonly context: Context;
  private readonly opset: number;

  /** `values`: what no node gives. */
  constructor(nodes: readonly OnnxNode[], values: ReadonlyMap<string, Value>, context: Context, opset: number) {
    this.makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
    this.values = new Map(values);
    this.context = context;
    this.opset = opset;
  }

  /** The tensor, whatever the clip; null where it depends on the clip, or on what cannot be evaluated. */
  constantOf(name: string): Tensor | null {
    try {
      const value = this.valueOf(name);
      return value?.kind === 'constant' ? value.tensor : null;
    } catch (error) {
      if (error instanceof DiagnosticError) return null;
      throw error;
    }
  }

  private valueOf(name: string): Value | undefined {
    const open = [name];
    let evaluated = 0;
    while (open.length > 0 && open.length <= ANCESTORS_MAX && evaluated <= ANCESTORS_MAX) {
      const next = open[open.length - 1];
      const maker = this.makers.get(next);
      const missing = (maker?.inputs ?? []).filter((input) => input !== '' && !this.values.has(input));
      if (this.values.has(next)) open.pop();
      else if (maker === undefined) return undefined;
      else if (missing.length > 0) open.push(...missing);
      else {
        this.evaluate(maker);
        evaluated++;
        if (!this.values.has(next)) return undefined;
      }
    }
    return this.values.get(name);
  }

  private evaluate(node: OnnxNode): void {
    const call = new Call(this.context, node, this.opset, (name) => this.values.get(name));
    const shape = guarded(call, () => shapeOfResult(call));
    const results = shape === null ? guarded(call, () => operatorOf(node)?.(call) ?? []) : [unknownOf(shape)];
    node.outputs.forEach((name, k) => {
      if (name !== '' && results[k] !== undefined) this.values.set(name, results[k]);
    });
  }
}

/** Operators whose result has the shape that their operands broadcast to. */
const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Not', 'Where', 'Cast', 'Identity'],
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'],
]);

const unknownOf = (shape: readonly number[]): Value => ({ kind: 'opaque', type: 'float', shape, what: 'a row of a layer' });

/** Of layers, and of what computes with the clip, the shape is all that a constant may follow from; null: the operator says what it gives. */
function shapeOfResult(call: Call): readonly number[] | null {
  const { opType = '', inputs } = call.node;
  if (opType === 'Gemm' || opType === 'MatMul') {
    const [left, right] = [call.shape(0), call.shape(1)];
    if (left.length < 2 || right.length !== 2) throw new KernelError('it multiplies no matrices');
    return [...left.slice(0, -1), right[opType === 'Gemm' && call.attributes.int('transB', 0) !== 0 ? 0 : 1]];
  }
  if (!ELEMENTWISE.has(opType) || inputs.every((_, k) => call.operand(k).kind === 'constant')) return null;
  return inputs.map((_, k) => call.shape(k)).reduce(broadcastShape);
}
