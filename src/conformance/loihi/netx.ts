import type { EmulatedBlock, EmulatedGroup, SynapseTable } from '../../simulator/loihi/emulator.ts';
import type { JsonValue } from '../json.ts';
import { type Convolution, outputShape, type Pair, type Shape, unrollConvolution } from './convolution.ts';
import { readExpected } from './expected.ts';
import { type Input, readInputs, VOLTAGE_MAX } from './groups.ts';
import { type NetLayer, readNetFile } from './net-file.ts';
import { SynapseBuilder } from './synapses.ts';
import { type Adapt, LIMITS, type ReadSibling, readDialect, type Vector } from './vector.ts';

/** bias_exp of every layer (lava-dl, netx/hdf5.py, get_neuron_params). */
const BIAS_EXPONENT = 6;
const DELAY_MAX = 62;

/** What a layer reads: the stream's name and its shape [x, y, channel] or [neurons]. */
interface Stream {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * `loihi-golden-1-netx`: a lava-dl network file beside the vector, mapped as lava.lib.dl.netx does (du = iDecay - 1, dv = vDecay,
 * bias << 6, kernels flipped twice), driven by the bias of its input layer (`input_bias_mant`) or by `inputs`.
 * Layers: input, dense, dense_rec, conv, flatten; and pool, which lava-dl writes and does not read, as a convolution channel by channel.
 */
export async function readNetx(file: JsonValue, readSibling: ReadSibling, adapt: Adapt): Promise<Vector> {
  const dialect = readDialect(file, adapt);
  // lava-dl's importer rounds, shifts and flips for Lava's models; no other emulator reads these files.
  if (dialect.name !== 'lava') file.get('semantics').fail(`is of dialect ${dialect.name}; networks of lava-dl run in lava`);
  const steps = file.get('T').integer(1, LIMITS.steps);
  const net = file.get('source').get('net');
  const name = net.text().split(/[\\/]/).at(-1) ?? '';
  const bytes = await readSibling(name);
  if (bytes === null) return net.fail(`names ${JSON.stringify(name)}, which is not beside the vector`);
  const layers = await readNetFile(bytes);
  const inputs = file.optional('inputs') === null ? [] : readInputs(file.get('inputs'), steps, dialect.registers);
  const mapper = new Mapper(file, inputs);
  for (const [index, layer] of layers.entries()) mapper.add(layer, index, layers.length);
  const { groups, blocks } = mapper;
  return { dialect, net: { steps, inputs, groups, blocks }, expected: readExpected(file.get('expected'), groups, steps), difference: null };
}

class Mapper {
  readonly groups: EmulatedGroup[] = [];
  readonly blocks: EmulatedBlock[] = [];
  readonly #file: JsonValue;
  readonly #described: readonly JsonValue[];
  #description: JsonValue | null = null;
  /** What the next layer reads; null: nothing feeds it. */
  #stream: Stream | null;
  #flatten = false;

  constructor(file: JsonValue, inputs: readonly Input[]) {
    this.#file = file;
    this.#described = file.get('layers').items();
    const [input] = inputs;
    this.#stream = input === undefined ? null : { name: input.name, shape: [input.size] };
  }

  add(layer: NetLayer, index: number, count: number): void {
    // A vector describes all layers of the file, or only those with neurons.
    this.#description = this.#described[this.#described.length === count ? index : this.groups.length] ?? null;
    const type = layer.text('type');
    switch (type) {
      case 'flatten':
        this.#flatten = true;
        return;
      case 'input':
        this.#addInput(layer);
        return;
      case 'conv':
      case 'pool':
        this.#addConvolution(layer, type === 'pool');
        return;
      case 'dense':
        this.#addDense(layer, null);
        return;
      case 'dense_rec':
        // With delays lava-dl loses the exponent of both matrices, so that what it computes is not what was trained.
        if (layer.has('delay')) layer.fail('has delays, which are not run here in a recurrent layer');
        this.#addDense(layer, layer.integers('weight_rec').values);
        return;
      default:
        layer.fail(`type ${type} is not run here; layers: input, dense, dense_rec, conv, pool, flatten`);
    }
  }

  #addInput(layer: NetLayer): void {
    const shape = [...layer.integers('shape').values].reverse();
    if (!layer.has('neuron')) {
      const size = shape.reduce((product, length) => product * length, 1);
      if (this.#stream === null) layer.fail('has no neurons, and the vector has no inputs');
      else if (this.#stream.shape[0] !== size) layer.fail(`has ${size} values, the input of the vector ${this.#stream.shape[0]}`);
      else this.#stream = { name: this.#stream.name, shape };
      return;
    }
    if (this.#stream !== null) layer.fail('has neurons, which inputs of the vector cannot drive');
    const bias = this.#file.get('input_bias_mant').integers(null, -(2 ** 24), 2 ** 24);
    this.#addGroup(layer, shape, Float64Array.from(bias));
  }

  #addConvolution(layer: NetLayer, pooling: boolean): void {
    const source = this.#source(layer);
    const { shape } = source;
    if (shape.length !== 3) layer.fail('reads a layer without width and height');
    const inputShape: Shape = [shape[0], shape[1], shape[2]];
    const weight = layer.integers('weight');
    const [kernels, channels, ky, kx] = weight.shape;
    if (weight.values.length !== kernels * channels * ky * kx) layer.fail(`weight has shape ${weight.shape.join(' x ')}`);
    // Pooling has one kernel, for each channel by itself.
    const filters = pooling ? inputShape[2] : kernels;
    const groups = pooling ? inputShape[2] : layer.has('groups') ? layer.integer('groups', 1, 4096) : 1;
    if (pooling && kernels !== 1) layer.fail(`has ${kernels} kernels, and pooling has one`);
    if (channels * groups !== inputShape[2]) layer.fail(`reads ${channels * groups} channels of a layer that has ${inputShape[2]}`);
    const convolution: Convolution = {
      inputShape,
      outputChannels: filters,
      kernel: [kx, ky],
      stride: pairOf(layer, 'stride', 1),
      padding: pairOf(layer, 'padding', 0),
      dilation: pairOf(layer, 'dilation', 1),
      groups,
      // Stored [filter][channel][y][x]; flipped on import, because the convolution flips it back.
      weight: (f, x, y, c) => weight.values[(((pooling ? 0 : f) * channels + c) * ky + (ky - 1 - y)) * kx + (kx - 1 - x)],
    };
    const target = this.#addGroup(layer, outputShape(convolution), null);
    this.blocks.push({
      source: source.name,
      target: target.name,
      synapses: unrollConvolution(convolution),
      exponent: 0,
      messageBits: this.#messageBits(source.name),
      convolution: true,
    });
  }

  /** `recurrent`: weights between the layer's own neurons, which share the format of the others. */
  #addDense(layer: NetLayer, recurrent: Float64Array | null): void {
    const source = this.#source(layer);
    const columns = source.shape.reduce((product, length) => product * length, 1);
    const rows = layer.integers('shape').values.reduce((product, length) => product * length, 1);
    const { values } = layer.integers('weight');
    if (values.length !== rows * columns) layer.fail(`has ${values.length} weights for ${rows} x ${columns}`);
    if (recurrent !== null && recurrent.length !== rows * rows) layer.fail(`has ${recurrent.length} recurrent weights for ${rows} neurons`);
    const order = this.#flatten ? flattenOrder(source.shape) : null;
    this.#flatten = false;
    const delays = delaysOf(layer, rows, columns);
    const store = fitToSynapse([...values, ...(recurrent ?? [])]);
    const target = this.#addGroup(layer, [rows], null);
    const connect = (from: string, synapses: SynapseTable): void => {
      this.blocks.push({
        source: from,
        target: target.name,
        synapses,
        exponent: 0,
        messageBits: this.#messageBits(from),
        convolution: false,
      });
    };
    connect(
      source.name,
      tableOf(values, rows, columns, store, (i) => (order === null ? i : order[i]), delays),
    );
    if (recurrent !== null) {
      connect(
        target.name,
        tableOf(
          recurrent,
          rows,
          rows,
          store,
          (i) => i,
          () => 0,
        ),
      );
    }
  }

  #source(layer: NetLayer): Stream {
    return this.#stream ?? layer.fail('has nothing to read: neither an input layer nor inputs of the vector');
  }

  /** Spikes of neurons are binary; so are inputs, unless the vector says how many bits they have. */
  #messageBits(source: string): number | null {
    return this.groups.some(({ name }) => name === source) ? 0 : (this.#file.optional('input_message_bits')?.integer(0, 32) ?? null);
  }

  #addGroup(layer: NetLayer, shape: readonly number[], bias: Float64Array | null): EmulatedGroup {
    const described = this.#description ?? layer.fail('is not among the `layers` of the vector');
    const stated = described.get('shape').integers(null, 1, LIMITS.neurons);
    const size = shape.reduce((product, length) => product * length, 1);
    if (size > LIMITS.neurons) layer.fail(`has ${size} neurons`);
    if (stated.reduce((product, length) => product * length, 1) !== size) described.get('shape').fail(`is not [${shape.join(', ')}]`);
    const group = neuronsOf(layer, described.get('name').text(), size, bias ?? biasOf(layer, size, shape[shape.length - 1]));
    if (group.biasMantissa.length !== size) layer.fail(`has ${group.biasMantissa.length} biases for ${size} neurons`);
    this.groups.push(group);
    this.#stream = { name: group.name, shape };
    return group;
  }
}

/** weights[row][column] stored as synapses of source(column); a weight of 0 is none. */
function tableOf(
  weights: Float64Array,
  rows: number,
  columns: number,
  store: (weight: number) => number,
  source: (column: number) => number,
  delay: (row: number, column: number) => number,
): SynapseTable {
  const builder = new SynapseBuilder(columns);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const weight = store(weights[j * columns + i]);
      if (weight !== 0) builder.add(source(i), j, weight, delay(j, i));
    }
  }
  return builder.finish();
}

function neuronsOf(layer: NetLayer, name: string, size: number, bias: Float64Array): EmulatedGroup {
  const known = layer.has('neuron');
  const type = known ? layer.text('neuron/type') : 'CUBA';
  if (type !== 'CUBA' && type !== 'LOIHI') layer.fail(`neurons of type ${type} are not run here; types: CUBA, LOIHI`);
  const fill = (value: number): Float64Array => new Float64Array(size).fill(value);
  return {
    name,
    size,
    // A decay of 0 becomes -1, with which nothing decays; a layer without neurons integrates for one step and hardly ever fires.
    currentDecay: fill((known ? layer.integer('neuron/iDecay', 0, 4096) : 0) - 1),
    voltageDecay: fill(known ? layer.integer('neuron/vDecay', 0, 4096) : 4096),
    thresholdMantissa: fill(known ? layer.integer('neuron/vThMant', 0, 2 ** 24) : 2 ** 17),
    biasMantissa: bias,
    biasExponent: fill(BIAS_EXPONENT),
    // refDelay is not mapped by lava-dl.
    refractDelay: fill(1),
    vMin: fill(-VOLTAGE_MAX),
    vMax: fill(VOLTAGE_MAX),
  };
}

/** One bias a neuron or one a channel, the last axis. */
function biasOf(layer: NetLayer, size: number, channels: number): Float64Array {
  if (!layer.has('bias')) return new Float64Array(size);
  const { values } = layer.integers('bias');
  if (values.length !== size && values.length !== channels) layer.fail(`has ${values.length} biases for ${size} neurons`);
  return Float64Array.from({ length: size }, (_, i) => values[values.length === size ? i : i % channels]);
}

/** Files hold (y, x). */
function pairOf(layer: NetLayer, key: string, least: number): Pair {
  const values = layer.has(key) ? layer.integers(key).values : Float64Array.of(least);
  if (values.some((value) => value < least || value > 4096) || values.length < 1 || values.length > 2)
    layer.fail(`${key} is [${values.join(', ')}]`);
  return values.length === 1 ? [values[0], values[0]] : [values[1], values[0]];
}

/** Entry i of the flattened (channel, y, x) is this entry of (x, y, channel). */
function flattenOrder(shape: readonly number[]): Int32Array {
  const [width, height, channels] = [shape[0], shape[1] ?? 1, shape[2] ?? 1];
  return Int32Array.from({ length: width * height * channels }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    return (x * height + y) * channels + c;
  });
}

/**
 * optimize_weight_bits shifts weights to the top of their field and takes the shift back in the exponent, so that nothing is lost but what
 * lies outside the field.
 */
function fitToSynapse(weights: readonly number[]): (weight: number) => number {
  // To lava-dl a matrix of negative weights and zeros is mixed; Lava itself finds it inhibitory.
  const one = weights.every((weight) => weight < 0) || weights.every((weight) => weight >= 0);
  const [least, most] = one ? [-255, 255] : [-256, 254];
  return (weight) => Math.max(least, Math.min(most, weight));
}

/** Delays by (row, column): one for all, one a row (the output neurons), or one a column. */
function delaysOf(layer: NetLayer, rows: number, columns: number): (row: number, column: number) => number {
  if (!layer.has('delay')) return () => 0;
  const values = layer.integers('delay').values.map((delay) => Math.max(0, Math.min(DELAY_MAX, delay)));
  if (values.length === 1) return () => values[0];
  if (values.length === rows) return (row) => values[row];
  if (values.length === columns) return (_, column) => values[column];
  return layer.fail(`has ${values.length} delays for ${rows} x ${columns}`);
}
