import type { GraphSource, NirNumbers, NirSource } from './nir-file.ts';

/** Values of a step, row-major. */
interface Value {
  readonly shape: readonly number[];
  readonly x: readonly number[];
}

/**
 * NIR by definition, node by node and step by step in float64, without anything of src: forward Euler, each element of each node on its own.
 * Nodes run in the order that they are listed in; what is listed later gives its value of the step before.
 */
export class Interpreter {
  private readonly graph: GraphSource;
  private readonly dt: number;
  private readonly memory = new Map<string, { v: number[]; i: number[] }>();
  private readonly past = new Map<string, Value[]>();
  private before = new Map<string, Value>();
  private now = new Map<string, Value>();

  constructor(graph: GraphSource, dt: number) {
    this.graph = graph;
    this.dt = dt;
  }

  /** One step: what goes into each Input, and what every node makes of it. */
  step(inputs: Readonly<Record<string, readonly number[]>>): ReadonlyMap<string, Value> {
    this.before = this.now;
    this.now = new Map();
    for (const [name, node] of Object.entries(this.graph.nodes))
      if (node.type === 'Input') this.now.set(name, { shape: listOf(node.shape), x: inputs[name] });
    for (const [name, node] of Object.entries(this.graph.nodes)) {
      if (node.type === 'Input') continue;
      const from = this.graph.edges.filter(([, to]) => to === name).map(([source]) => source);
      // Before the first step, nothing comes around a loop.
      const arriving = from.flatMap((source) => this.now.get(source) ?? this.before.get(source) ?? []);
      if (arriving.length === 0) continue;
      const x = arriving[0].x.map((_, k) => arriving.reduce((sum, value) => sum + value.x[k], 0));
      this.now.set(name, this.apply(name, node, { shape: arriving[0].shape, x }));
    }
    return this.now;
  }

  private apply(name: string, node: NirSource, input: Value): Value {
    const each = (field: string, k: number, absent = 0): number => {
      const values = node[field] === undefined ? [absent] : listOf(node[field]);
      return values[values.length === 1 ? 0 : k];
    };
    const state = this.memory.get(name) ?? { v: input.x.map(() => 0), i: input.x.map(() => 0) };
    this.memory.set(name, state);
    const membrane = (k: number): number => {
      const { dt } = this;
      let current = input.x[k];
      if (node.type.startsWith('Cuba')) {
        state.i[k] += (dt / each('tau_syn', k)) * (each('w_in', k, 1) * current - state.i[k]);
        current = state.i[k];
      }
      const tau = node.type.startsWith('Cuba') ? each('tau_mem', k) : each('tau', k, 1);
      if (node.type === 'I' || node.type === 'IF') state.v[k] += dt * each('r', k) * current;
      else state.v[k] += (dt / tau) * (each('v_leak', k) - state.v[k] + each('r', k) * current);
      return state.v[k];
    };
    switch (node.type) {
      case 'I':
      case 'LI':
      case 'CubaLI':
        return { ...input, x: input.x.map((_, k) => membrane(k)) };
      case 'IF':
      case 'LIF':
      case 'CubaLIF':
        return {
          ...input,
          x: input.x.map((_, k) => {
            if (membrane(k) <= each('v_threshold', k)) return 0;
            state.v[k] = each('v_reset', k);
            return 1;
          }),
        };
      case 'Threshold':
        return { ...input, x: input.x.map((x, k) => (x > each('threshold', k) ? 1 : 0)) };
      case 'Scale':
        return { ...input, x: input.x.map((x, k) => x * each('scale', k)) };
      case 'Delay': {
        const rows = [...(this.past.get(name) ?? []), input];
        this.past.set(name, rows);
        return { ...input, x: input.x.map((_, k) => rows.at(-1 - Math.round(each('delay', k) / this.dt))?.x[k] ?? 0) };
      }
      case 'Affine':
      case 'Linear': {
        const { shape, values } = node.weight as NirNumbers;
        const rows = input.x.length / shape[1];
        const x = Array.from({ length: rows * shape[0] }, (_, k) => {
          const [r, o] = [Math.floor(k / shape[0]), k % shape[0]];
          let sum = node.type === 'Affine' ? each('bias', o) : 0;
          for (let i = 0; i < shape[1]; i++) sum += values[o * shape[1] + i] * input.x[r * shape[1] + i];
          return sum;
        });
        return { shape: [...input.shape.slice(0, -1), shape[0]], x };
      }
      case 'Conv1d':
      case 'Conv2d':
        return convolve(node, input);
      case 'SumPool2d':
      case 'AvgPool2d':
        return pool(node, input);
      case 'Flatten': {
        const axis = (value: unknown, absent: number): number => {
          const at = typeof value === 'number' ? value : absent;
          return at < 0 ? at + input.shape.length : at;
        };
        const [first, last] = [axis(node.start_dim, 1), axis(node.end_dim, -1)];
        const merged = product(input.shape.slice(first, last + 1));
        return { ...input, shape: [...input.shape.slice(0, first), merged, ...input.shape.slice(last + 1)] };
      }
      case 'Output':
        return input;
    }
    throw new Error(node.type);
  }
}

const listOf = (field: NirSource[string]): readonly number[] =>
  typeof field === 'number' ? [field] : typeof field === 'object' && 'values' in field ? field.values : [];
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const pair = (field: NirSource[string] | undefined, absent: number): readonly [number, number] => {
  const values = field === undefined ? [absent] : listOf(field);
  return [values[0], values[values.length - 1]];
};

/** As torch.nn.functional.conv1d and conv2d: a cross-correlation. One axis is a picture of one row. */
function convolve(node: NirSource, { shape, x }: Value): Value {
  const weight = node.weight as NirNumbers;
  const flat = node.type === 'Conv1d';
  const [targets, perGroup, ...kernel] = weight.shape;
  const [kr, kc] = flat ? [1, kernel[0]] : kernel;
  const [rows, columns] = flat ? [1, shape[1]] : [shape[1], shape[2]];
  const two = (field: string, absent: number): readonly [number, number] => {
    const [a, b] = pair(node[field], absent);
    return flat ? [absent, b] : [a, b];
  };
  const [stride, dilation] = [two('stride', 1), two('dilation', 1)];
  const [groups] = pair(node.groups, 1);
  const spans = [dilation[0] * (kr - 1), dilation[1] * (kc - 1)];
  const same = node.padding === 'same';
  const padding = same ? [spans[0] >> 1, spans[1] >> 1] : node.padding === 'valid' ? [0, 0] : two('padding', 0);
  const whole = same ? spans : padding.map((p) => 2 * p);
  const outRows = Math.floor((rows + whole[0] - spans[0] - 1) / stride[0]) + 1;
  const outColumns = Math.floor((columns + whole[1] - spans[1] - 1) / stride[1]) + 1;
  const out: number[] = [];
  for (let o = 0; o < targets; o++)
    for (let r = 0; r < outRows; r++)
      for (let c = 0; c < outColumns; c++) {
        let sum = node.bias === undefined ? 0 : listOf(node.bias)[o];
        for (let k = 0; k < perGroup; k++)
          for (let i = 0; i < kr; i++)
            for (let j = 0; j < kc; j++) {
              const [row, column] = [r * stride[0] + i * dilation[0] - padding[0], c * stride[1] + j * dilation[1] - padding[1]];
              if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
              const channel = Math.floor(o / (targets / groups)) * perGroup + k;
              sum += weight.values[((o * perGroup + k) * kr + i) * kc + j] * x[(channel * rows + row) * columns + column];
            }
        out.push(sum);
      }
  return { shape: flat ? [targets, outColumns] : [targets, outRows, outColumns], x: out };
}

function pool(node: NirSource, { shape, x }: Value): Value {
  const [channels, rows, columns] = shape;
  const [kernel, stride, padding] = [pair(node.kernel_size, 1), pair(node.stride, 1), pair(node.padding, 0)];
  const size = (length: number, axis: 0 | 1): number => Math.floor((length + 2 * padding[axis] - kernel[axis]) / stride[axis]) + 1;
  const out: number[] = [];
  for (let n = 0; n < channels; n++)
    for (let r = 0; r < size(rows, 0); r++)
      for (let c = 0; c < size(columns, 1); c++) {
        let sum = 0;
        for (let i = 0; i < kernel[0]; i++)
          for (let j = 0; j < kernel[1]; j++) {
            const [row, column] = [r * stride[0] + i - padding[0], c * stride[1] + j - padding[1]];
            if (row >= 0 && row < rows && column >= 0 && column < columns) sum += x[(n * rows + row) * columns + column];
          }
        out.push(node.type === 'SumPool2d' ? sum : sum / (kernel[0] * kernel[1]));
      }
  return { shape: [channels, size(rows, 0), size(columns, 1)], x: out };
}
