import { AttributeType, type OnnxAttribute, type OnnxGraph, type OnnxNode } from './proto/index.ts';
import { readTensor } from './tensors/read-tensor.ts';
import { KernelError, type Tensor } from './tensors/tensor.ts';

/** Attributes of a node by name, each read as the type that is asked for; KernelError where the file has another. */
export class Attributes {
  private readonly byName: ReadonlyMap<string, OnnxAttribute>;

  constructor(node: OnnxNode) {
    this.byName = new Map(node.attributes.map((attribute) => [attribute.name ?? '', attribute]));
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** An integer; `fallback` where it is left out. */
  int(name: string, fallback: number): number {
    return this.find(name, AttributeType.int)?.i ?? (this.has(name) ? 0 : fallback);
  }

  float(name: string, fallback: number): number {
    return this.find(name, AttributeType.float)?.f ?? (this.has(name) ? 0 : fallback);
  }

  text(name: string, fallback: string): string {
    const bytes = this.find(name, AttributeType.string)?.s;
    return bytes === undefined ? fallback : new TextDecoder().decode(bytes);
  }

  ints(name: string): readonly number[] | null {
    return this.find(name, AttributeType.ints)?.ints ?? null;
  }

  floats(name: string): readonly number[] | null {
    return this.find(name, AttributeType.floats)?.floats ?? null;
  }

  tensor(name: string): Tensor | null {
    const tensor = this.find(name, AttributeType.tensor)?.t;
    return tensor === undefined ? null : readTensor(tensor);
  }

  graph(name: string): OnnxGraph | null {
    return this.find(name, AttributeType.graph)?.g ?? null;
  }

  private find(name: string, type: number): OnnxAttribute | undefined {
    const attribute = this.byName.get(name);
    if (attribute !== undefined && attribute.type !== undefined && attribute.type !== type) {
      throw new KernelError(`attribute ${name} has type ${attribute.type} instead of ${type}`);
    }
    return attribute;
  }
}
