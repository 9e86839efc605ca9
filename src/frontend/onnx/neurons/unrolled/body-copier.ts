import { nameOf } from '../../context.ts';
import { AttributeType, DataType, type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../../proto/index.ts';
import type { LoopOutput, NetworkLoop } from './network-loop.ts';
import { axis } from './stack-layers.ts';

/** The copies of a loop's body, one a step, and what the loop gives: what one copy carries is what the next finds. */
export class BodyCopier {
  /** Names of the values that a step makes, step by step. */
  readonly named: ((name: string) => string)[] = [];
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[];
  private readonly local: ReadonlySet<string>;
  private readonly node: OnnxNode;
  private readonly body: OnnxGraph;
  private readonly prefix: string;
  private readonly loop: NetworkLoop;
  /** Names that are the same in every step. */
  private readonly shared: ReadonlyMap<string, string>;

  constructor(node: OnnxNode, body: OnnxGraph, prefix: string, loop: NetworkLoop, opset: number) {
    this.node = node;
    this.body = body;
    this.prefix = prefix;
    this.loop = loop;
    this.local = new Set(body.nodes.flatMap(({ outputs }) => outputs));
    this.initializers = body.initializers.map((tensor) => ({ ...tensor, name: `${prefix}${tensor.name ?? ''}` }));
    const shared = new Map(body.initializers.map(({ name = '' }) => [name, `${prefix}${name}`]));
    if (loop.condition !== null) {
      this.initializers.push(scalar(`${prefix}condition`, DataType.bool, 1));
      shared.set(loop.condition.name, `${prefix}condition`);
    }
    this.shared = shared;
    for (let step = 0; step < loop.steps; step++) this.copy(step);
    loop.outputs.forEach((output, k) => {
      const name = node.outputs[k] ?? '';
      if (name !== '') this.give(output, name, opset);
    });
  }

  private copy(step: number): void {
    const { prefix, loop, body, local, shared } = this;
    const names = new Map<string, string>();
    const own = `${prefix}${step}.`;
    if (loop.counter !== null) {
      names.set(loop.counter, `${own}step`);
      this.initializers.push(scalar(`${own}step`, DataType.int64, step));
    }
    const before = this.named[step - 1];
    const collects = new Set(loop.outputs.flatMap((output) => (output.kind === 'rows' ? [output.carried] : [])));
    loop.carried.forEach(({ name, first, next }, k) => {
      names.set(name, before === undefined || collects.has(k) ? first : before(next));
    });
    for (const { name, from, axis: along } of loop.scanned) {
      this.nodes.push(this.made('Gather', [from, `${own}row`], `${own}row.${name}`, [axis(along)]));
      names.set(name, `${own}row.${name}`);
    }
    if (loop.scanned.length > 0) this.initializers.push(scalar(`${own}row`, DataType.int64, step));
    const named = (name: string): string => names.get(name) ?? shared.get(name) ?? (local.has(name) ? `${own}${name}` : name);
    this.named.push(named);
    for (const node of body.nodes) {
      const outputs = node.outputs.map((name) => (name === '' ? '' : named(name)));
      this.nodes.push({
        ...node,
        inputs: node.inputs.map((name) => (name === '' ? '' : named(name))),
        outputs,
      });
    }
  }

  /** What the loop gives, under its name in the graph. */
  private give(output: LoopOutput, name: string, opset: number): void {
    switch (output.kind) {
      case 'last':
        this.nodes.push(this.made('Identity', [this.named[this.loop.steps - 1](this.loop.carried[output.carried].next)], name, []));
        break;
      case 'sequence':
        this.nodes.push(this.made('SequenceConstruct', this.allOf(output.value), name, []));
        break;
      case 'rows':
        this.nodes.push(this.made('Concat', this.allOf(output.value), name, [axis(0)]));
        break;
      case 'scan':
        this.nodes.push(this.made('Concat', this.unsqueezed(output, name, opset), name, [axis(output.axis)]));
        break;
    }
  }

  private allOf(value: string): readonly string[] {
    return this.named.map((named) => named(value));
  }

  private unsqueezed(
    { value, axis: along }: { readonly value: string; readonly axis: number },
    output: string,
    opset: number,
  ): readonly string[] {
    const axes = `${this.prefix}axes.${output}`;
    if (opset >= 13) this.initializers.push({ ...scalar(axes, DataType.int64, along), dims: [1] });
    return this.allOf(value).map((name, step) => {
      const result = `${this.prefix}${step}.result.${output}`;
      this.nodes.push(
        opset >= 13
          ? this.made('Unsqueeze', [name, axes], result, [])
          : this.made('Unsqueeze', [name], result, [{ ...none, name: 'axes', type: AttributeType.ints, ints: [along] }]),
      );
      return result;
    });
  }

  private made(opType: string, inputs: readonly string[], output: string, attributes: readonly OnnxAttribute[]): OnnxNode {
    return { name: nameOf(this.node), opType, inputs, outputs: [output], attributes };
  }
}

const none = { floats: [], ints: [], strings: [], tensors: [], graphs: [] };

const scalar = (name: string, dataType: number, value: number): OnnxTensor => ({
  name,
  dims: [],
  dataType,
  floatData: [],
  int32Data: dataType === DataType.bool ? [value] : [],
  int64Data: dataType === DataType.int64 ? [value] : [],
  doubleData: [],
  stringData: [],
});
