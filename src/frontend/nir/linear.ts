import type { Fields } from './fields.ts';
import { denseMap, identityMap, type LinearMap, mapOfEntries, scaleMap } from './linear-map.ts';

/** What a linear node does to a stream of this shape: y = map(x) + bias. */
export interface LinearNode {
  readonly map: LinearMap;
  /** null: none. */
  readonly bias: Float64Array | null;
  /** Of what it gives; the product is map.targets. */
  readonly shape: readonly number[];
}

/** Synapses that one node may have. */
export const SYNAPSES_MAX = 2 ** 25;

export const LINEAR_TYPES: ReadonlySet<string> = new Set([
  ...['Affine', 'Linear', 'Scale', 'Conv1d', 'Conv2d', 'SumPool2d', 'AvgPool2d', 'Flatten', 'pass'],
]);

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** The equations are those of nir/ir (NIR 1.0.7): no batch axis, channels before space. */
export function readLinear(fields: Fields, shape: readonly number[]): LinearNode {
  const size = sizeOf(shape);
  switch (fields.node.type) {
    case 'Affine':
    case 'Linear':
      return readAffine(fields, shape);
    case 'Scale': {
      const scale = fields.perNeuron('scale', size);
      return {
        map: scaleMap(Float64Array.from({ length: size }, (_, i) => (typeof scale === 'number' ? scale : scale[i]))),
        bias: null,
        shape,
      };
    }
    case 'Conv1d':
      return convolve(fields, shape, 1);
    case 'Conv2d':
      return convolve(fields, shape, 2);
    case 'SumPool2d':
    case 'AvgPool2d':
      return pool(fields, shape);
    case 'Flatten':
      return { map: identityMap(size), bias: null, shape: flatten(fields, shape) };
  }
  return { map: identityMap(size), bias: null, shape };
}

/** Linear over the last axis; the axes before it are kept. Weights for all values mean them in a row: some exporters leave Flatten out. */
function readAffine(fields: Fields, given: readonly number[]): LinearNode {
  const weight = fields.array('weight');
  const [targets, sources] = weight.shape;
  const shape = given[given.length - 1] !== sources && sizeOf(given) === sources ? [sources] : given;
  const last = shape[shape.length - 1];
  const rows = sizeOf(shape) / last;
  if (weight.shape.length !== 2 || last !== sources) {
    const transposed = weight.shape.length === 2 && targets === last ? ['the weights look transposed: the first axis counts targets'] : [];
    throw fields.fail('nir-invalid-graph', `weights [${weight.shape.join(', ')}] meet a stream [${shape.join(', ')}]`, [
      'expected: weights [targets, sources]',
      ...transposed,
    ]);
  }
  const inner = denseMap(weight.values, targets, sources);
  const bias = fields.node.type === 'Affine' ? biasOf(fields, targets) : null;
  if (rows === 1) return { map: inner, bias, shape: [...shape.slice(0, -1), targets] };
  if (rows * targets * sources > SYNAPSES_MAX) throw tooMany(fields, rows * targets * sources);
  const entries: [number, number, number][] = [];
  for (let r = 0; r < rows; r++)
    for (let s = 0; s < sources; s++)
      for (let t = 0; t < targets; t++) entries.push([r * sources + s, r * targets + t, weight.values[t * sources + s]]);
  return {
    map: mapOfEntries(rows * sources, rows * targets, entries),
    bias: bias === null ? null : Float64Array.from({ length: rows * targets }, (_, i) => bias[i % targets]),
    shape: [...shape.slice(0, -1), targets],
  };
}

function biasOf(fields: Fields, size: number): Float64Array {
  const { values } = fields.array('bias');
  if (values.length !== size && values.length !== 1) throw fields.fail('nir-invalid-graph', `${values.length} biases for ${size} targets`);
  return values.length === size ? values : new Float64Array(size).fill(values[0]);
}

const tooMany = (fields: Fields, count: number) =>
  fields.fail('nir-too-large', `it has ${count} synapses`, [`up to ${SYNAPSES_MAX} are read`]);

/** NIR has no batch axis; exporters that count one have a 1 in front. */
const withoutBatch = (shape: readonly number[], axes: number): readonly number[] =>
  shape.length > axes && shape.slice(0, -axes).every((length) => length === 1) ? shape.slice(-axes) : shape;

interface Window {
  /** Spatial sizes before and after; one axis or two. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Before the first position, per axis. */
  readonly before: readonly number[];
}

function convolve(fields: Fields, given: readonly number[], axes: 1 | 2): LinearNode {
  const shape = withoutBatch(given, axes + 1);
  const weight = fields.array('weight');
  const from = shape.slice(-axes);
  const channels = shape[shape.length - axes - 1];
  if (weight.shape.length !== axes + 2 || shape.length !== axes + 1)
    throw fields.fail('nir-invalid-graph', `a kernel [${weight.shape.join(', ')}] meets a stream [${shape.join(', ')}]`);
  const [targets, perGroup, ...kernel] = weight.shape;
  const [groups] = fields.wholes('groups', 1, 1, 1);
  if (perGroup * groups !== channels || targets % groups !== 0)
    throw fields.fail('nir-invalid-graph', `a kernel [${weight.shape.join(', ')}] in ${groups} groups meets ${channels} channels`, [
      'expected: a kernel [targets, sources / groups, …]',
    ]);
  const window = windowOf(fields, from, kernel);
  const places = sizeOf(window.to);
  if (targets * places * perGroup * sizeOf(kernel) > SYNAPSES_MAX) throw tooMany(fields, targets * places * perGroup * sizeOf(kernel));
  const bias = fields.has('bias') ? biasOf(fields, targets) : null;
  const entries: [number, number, number][] = [];
  forEachTap(window, (source, target, tap) => {
    for (let t = 0; t < targets; t++) {
      const first = Math.floor(t / (targets / groups)) * perGroup;
      for (let k = 0; k < perGroup; k++) {
        const value = weight.values[(t * perGroup + k) * sizeOf(kernel) + tap];
        entries.push([(first + k) * sizeOf(from) + source, t * places + target, value]);
      }
    }
  });
  return {
    map: mapOfEntries(channels * sizeOf(from), targets * places, entries),
    bias: bias === null ? null : Float64Array.from({ length: targets * places }, (_, i) => bias[Math.floor(i / places)]),
    shape: [targets, ...window.to],
  };
}

function pool(fields: Fields, given: readonly number[]): LinearNode {
  const shape = withoutBatch(given, 3);
  if (shape.length !== 3)
    throw fields.fail('nir-invalid-graph', `a stream [${shape.join(', ')}] is pooled; [channels, rows, columns] is read`);
  const [channels, ...from] = shape;
  const window = windowOf(fields, from, fields.wholes('kernel_size', 2, 1));
  const factor = fields.node.type === 'SumPool2d' ? 1 : 1 / sizeOf(window.kernel);
  const places = sizeOf(window.to);
  if (channels * places * sizeOf(window.kernel) > SYNAPSES_MAX) throw tooMany(fields, channels * places * sizeOf(window.kernel));
  const entries: [number, number, number][] = [];
  forEachTap(window, (source, target) => {
    for (let c = 0; c < channels; c++) entries.push([c * sizeOf(from) + source, c * places + target, factor]);
  });
  return { map: mapOfEntries(channels * sizeOf(from), channels * places, entries), bias: null, shape: [channels, ...window.to] };
}

function windowOf(fields: Fields, from: readonly number[], kernel: readonly number[]): Window {
  const axes = from.length;
  const stride = fields.wholes('stride', axes, 1, 1);
  const dilation = fields.wholes('dilation', axes, 1, 1);
  const span = kernel.map((length, axis) => dilation[axis] * (length - 1) + 1);
  const text = fields.node.texts.get('padding');
  if (text !== undefined && text !== 'same' && text !== 'valid')
    throw fields.fail('nir-invalid-graph', `padding is ${JSON.stringify(text)}`, ['allowed: same, valid, or whole numbers']);
  if (text === 'same' && stride.some((step) => step !== 1)) throw fields.fail('nir-invalid-graph', 'padding `same` needs a stride of 1');
  const padding = text === undefined ? fields.wholes('padding', axes, 0, 0) : null;
  const all = span.map((length, axis) => (text === 'same' ? length - 1 : 2 * (padding?.[axis] ?? 0)));
  const to = from.map((length, axis) => Math.floor((length + all[axis] - span[axis]) / stride[axis]) + 1);
  if (to.some((length) => length < 1))
    throw fields.fail('nir-invalid-graph', `its window [${span.join(', ')}] is larger than [${from.join(', ')}]`);
  // Where `same` adds an odd number of places, PyTorch puts the larger half behind.
  return { from, to, kernel, stride, dilation, before: all.map((places) => Math.floor(places / 2)) };
}

/** Every pair of positions that a window joins; `tap` counts the kernel in row-major order. One axis is a single row. */
function forEachTap(window: Window, visit: (source: number, target: number, tap: number) => void): void {
  const wide = (sizes: readonly number[], one: number): readonly [number, number] =>
    sizes.length === 1 ? [one, sizes[0]] : [sizes[0], sizes[1]];
  const [rows, columns] = wide(window.from, 1);
  const [toRows, toColumns] = wide(window.to, 1);
  const [kernelRows, kernelColumns] = wide(window.kernel, 1);
  const [stepRows, stepColumns] = wide(window.stride, 1);
  const [apartRows, apartColumns] = wide(window.dilation, 1);
  const [beforeRows, beforeColumns] = wide(window.before, 0);
  for (let r = 0; r < toRows; r++) {
    for (let c = 0; c < toColumns; c++) {
      for (let i = 0; i < kernelRows; i++) {
        for (let j = 0; j < kernelColumns; j++) {
          const row = r * stepRows + i * apartRows - beforeRows;
          const column = c * stepColumns + j * apartColumns - beforeColumns;
          if (row >= 0 && row < rows && column >= 0 && column < columns)
            visit(row * columns + column, r * toColumns + c, i * kernelColumns + j);
        }
      }
    }
  }
}

/** Axes start_dim .. end_dim become one; NIR has no batch axis, so exporters that count one write 1, others 0. */
function flatten(fields: Fields, shape: readonly number[]): readonly number[] {
  const axis = (name: string, fallback: number): number => {
    const value = fields.has(name) ? fields.array(name).values[0] : fallback;
    const from = value < 0 ? value + shape.length : value;
    if (!Number.isInteger(from) || from < 0 || from >= shape.length)
      throw fields.fail('nir-invalid-graph', `${name} is ${value} for [${shape.join(', ')}]`);
    return from;
  };
  const first = axis('start_dim', shape.length > 1 ? 1 : 0);
  const last = axis('end_dim', -1);
  if (last < first) return shape;
  return [...shape.slice(0, first), sizeOf(shape.slice(first, last + 1)), ...shape.slice(last + 1)];
}
