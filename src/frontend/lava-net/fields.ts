import { type DiagnosticCode, type DiagnosticError, failure, printable } from '../../diagnostics/index.ts';
import { LAVA_NET_LIMITS, type RawLayer } from './read-layers.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

const WEIGHT_MAX = 2 ** 15 - 1;

/** Fields of a layer, each checked as it is asked for. Throws `lava-net-malformed` for one that is missing or wrong. */
export class LayerFields {
  readonly index: number;
  private readonly raw: RawLayer;
  private readonly file: string;

  constructor(raw: RawLayer, index: number, file: string) {
    this.raw = raw;
    this.index = index;
    this.file = file;
  }

  /** Of a dataset, or of a group that has some. */
  has(name: string): boolean {
    return this.raw.has(name) || [...this.raw.keys()].some((path) => path.startsWith(`${name}/`));
  }

  text(name: string): string {
    const text = this.raw.get(name)?.text ?? null;
    if (text === null) throw this.malformed(`the field ${name} is ${this.raw.has(name) ? 'no text' : 'missing'}`);
    return text;
  }

  /** At least one number, all of them whole, from `least` to `most`. */
  wholes(name: string, least: number, most: number): Numbers {
    const dataset = this.raw.get(name);
    if (dataset === undefined) throw this.malformed(`the field ${name} is missing`);
    if (dataset.numbers === null) throw this.malformed(`the field ${name} does not hold numbers`);
    if (dataset.numbers.length === 0) throw this.malformed(`the field ${name} is empty: its shape is [${dataset.shape.join(', ')}]`);
    const wrong = dataset.numbers.findIndex((value) => !Number.isInteger(value) || value < least || value > most);
    if (wrong >= 0)
      throw this.malformed(`value ${wrong} of ${name} is ${dataset.numbers[wrong]}`, [`read here: whole numbers from ${least} to ${most}`]);
    return { shape: dataset.shape, values: dataset.numbers };
  }

  whole(name: string, least: number, most: number, fallback?: number): number {
    if (fallback !== undefined && !this.has(name)) return fallback;
    const { values } = this.wholes(name, least, most);
    if (values.length !== 1) throw this.malformed(`the field ${name} has ${values.length} values, and has to have one`);
    return values[0];
  }

  /** (rows, columns); the file may have one for both. */
  pair(name: string, least: number, fallback: readonly [number, number]): readonly [number, number] {
    if (!this.has(name)) return fallback;
    const { values } = this.wholes(name, least, 4096);
    if (values.length > 2) throw this.malformed(`the field ${name} has ${values.length} values, and has to have one or two`);
    return [values[0], values[values.length - 1]];
  }

  /** One to three lengths; at most as many neurons as the ceilings allow. */
  shape(): readonly number[] {
    const { values, shape } = this.wholes('shape', 1, LAVA_NET_LIMITS.neurons);
    if (shape.length !== 1 || values.length > 3)
      throw this.malformed(`the field shape is [${shape.join(', ')}], and has to have one to three lengths`);
    const size = values.reduce((product, length) => product * length, 1);
    if (size > LAVA_NET_LIMITS.neurons)
      throw this.fail('lava-net-too-large', `declares ${values.join(' x ')} neurons`, [`accepted here: up to ${LAVA_NET_LIMITS.neurons}`]);
    return Array.from(values);
  }

  /** (channels, rows, columns). */
  volume(): readonly [number, number, number] {
    const shape = this.shape();
    if (shape.length !== 3) throw this.malformed(`the field shape is (${shape.join(', ')}), and has to be (channels, rows, columns)`);
    return [shape[0], shape[1], shape[2]];
  }

  weights(name: string): { readonly shape: readonly number[]; readonly values: Int16Array } {
    const { shape, values } = this.wholes(name, -WEIGHT_MAX, WEIGHT_MAX);
    return { shape, values: Int16Array.from(values) };
  }

  malformed(message: string, notes: readonly string[] = []): DiagnosticError {
    return this.fail('lava-net-malformed', message, notes);
  }

  unsupported(message: string, notes: readonly string[] = []): DiagnosticError {
    return this.fail('lava-net-unsupported', message, notes);
  }

  private fail(code: DiagnosticCode, message: string, notes: readonly string[]): DiagnosticError {
    const type = printable(this.raw.get('type')?.text ?? 'no type', 40);
    return failure(code, `layer ${this.index} (${type}): ${message}`, {
      places: [{ file: this.file, item: `layer/${this.index}` }],
      notes,
    });
  }
}
