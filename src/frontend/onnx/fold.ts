import { DiagnosticError } from '../../diagnostics/index.ts';
import { Call, type Context, guarded } from './context.ts';
import { operatorOf } from './operators/index.ts';
import type { OnnxNode } from './proto/index.ts';
import type { Tensor } from './tensors/tensor.ts';
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
    const results = guarded(call, () => operatorOf(node)?.(call) ?? []);
    node.outputs.forEach((name, k) => {
      if (name !== '' && results[k] !== undefined) this.values.set(name, results[k]);
    });
  }
}
