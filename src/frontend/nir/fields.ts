import { type DiagnosticCode, type DiagnosticError, failure } from '../../diagnostics/index.ts';
import type { PerNeuron } from '../../ir/neuron.ts';
import type { NirArray, NirNode } from './graph.ts';

/** Fields of a node, each checked as it is asked for. */
export class Fields {
  readonly node: NirNode;
  private readonly file: string;

  constructor(node: NirNode, file: string) {
    this.node = node;
    this.file = file;
  }

  has(name: string): boolean {
    return this.node.numbers.has(name);
  }

  array(name: string): NirArray {
    const array = this.node.numbers.get(name);
    if (array === undefined) throw this.fail('nir-invalid-graph', `the field ${name} is missing`);
    const wrong = array.values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw this.fail('non-finite-weight', `value ${wrong} of ${name} is ${array.values[wrong]}`);
    if (array.values.length === 0) throw this.fail('nir-invalid-graph', `the field ${name} is empty`);
    return array;
  }

  /** One number for all neurons, or one each; `fallback` where the field is left out. */
  perNeuron(name: string, size: number, fallback?: number): PerNeuron {
    if (fallback !== undefined && !this.has(name)) return fallback;
    const { values } = this.array(name);
    if (values.length !== 1 && values.length !== size)
      throw this.fail('nir-invalid-graph', `the field ${name} has ${values.length} values for ${size} neurons`);
    return values.every((value) => value === values[0]) ? values[0] : values;
  }

  /** The same, above 0. */
  positive(name: string, size: number): PerNeuron {
    const value = this.perNeuron(name, size);
    const wrong = (typeof value === 'number' ? [value] : Array.from(value)).find((each) => !(each > 0));
    if (wrong !== undefined) throw this.fail('nir-invalid-graph', `the field ${name} is ${wrong}, and has to be positive`);
    return value;
  }

  /** `count` whole numbers from `least` on, where the file may have one for all. */
  wholes(name: string, count: number, least: number, fallback?: number): readonly number[] {
    if (fallback !== undefined && !this.has(name)) return new Array<number>(count).fill(fallback);
    const values = Array.from(this.array(name).values);
    const all = values.length === 1 ? new Array<number>(count).fill(values[0]) : values;
    if (all.length !== count || all.some((value) => !Number.isSafeInteger(value) || value < least || value > 2 ** 20))
      throw this.fail(
        'nir-invalid-graph',
        `the field ${name} is [${values.slice(0, 8).join(', ')}]; ${count} whole numbers from ${least} on are read`,
      );
    return all;
  }

  fail(code: DiagnosticCode, message: string, notes: readonly string[] = []): DiagnosticError {
    return failure(code, `${this.node.type}: ${message}`, {
      places: [{ file: this.file, item: `node ${this.node.name} (${this.node.type})` }],
      notes,
    });
  }
}
