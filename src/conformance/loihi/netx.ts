import { readLavaNet } from '../../frontend/lava-net/index.ts';
import { NET_BIAS_EXPONENT, type NetLayer, type NetNeuron } from '../../ir/lava-net.ts';
import type { EmulatedBlock, EmulatedGroup, SynapseTable } from '../../simulator/loihi/emulator.ts';
import { type JsonValue, MalformedVector } from '../json.ts';
import { type Convolution, outputShape, type Shape, unrollConvolution } from './convolution.ts';
import { readExpected } from './expected.ts';
import { type Input, readInputs, VOLTAGE_MAX } from './groups.ts';
import { SynapseBuilder } from './synapses.ts';
import { type Adapt, LIMITS, type ReadSibling, readDialect, type Vector } from './vector.ts';

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
  const layers = await layersIn(bytes);
  const inputs = file.optional('inputs') === null ? [] : readInputs(file.get('inputs'), steps, dialect.registers);
  const mapper = new Mapper(file, inputs);
  for (const [index, layer] of layers.entries()) mapper.add(layer, index, layers.length);
  const { groups, blocks } = mapper;
  return { dialect, net: { steps, inputs, groups, blocks }, expected: readExpected(file.get('expected'), groups, steps), difference: null };
}

async function layersIn(bytes: Uint8Array): Promise<readonly NetLayer[]> {
  try {
    return (await readLavaNet(bytes, 'the network')).layers;
  } catch (error) {
    throw new MalformedVector(`the network cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type LayerOf<Kind extends NetLayer['kind']> = Extract<NetLayer, { kind: Kind }>;

class Mapper {
  readonly groups: EmulatedGroup[] = [];
  readonly blocks: EmulatedBlock[] = [];
  readonly #file: JsonValue;
  readonly #described: readonly JsonValue[];
  #description: JsonValue | null = null;
  /** What the next layer reads; null: nothing feeds it. */
  #stream: Stream | null;
  #flatten = false;
  /** Index of the layer that is being added. */
  #layer = 0;

  constructor(file: JsonValue, inputs: readonly Input[]) {
    this.#file = file;
    this.#described = file.get('layers').items();
    const [input] = inputs;
    this.#stream = input === undefined ? null : { name: input.name, shape: [input.size] };
  }

  add(layer: NetLayer, index: number, count: number): void {
    this.#layer = index;
    // A vector describes all layers of the file, or only those with neurons.
    this.#description = this.#described[this.#described.length === count ? index : this.groups.length] ?? null;
    switch (layer.kind) {
      case 'flatten':
        this.#flatten = true;
        return;
      case 'input':
        this.#addInput(layer);
        return;
      case 'conv':
      case 'pool':
        this.#addConvolution(layer);
        return;
      case 'dense':
        this.#addDense(layer);
        return;
      case 'average':
        this.#fail('is an average, which lava-dl does not read');
    }
  }

  #addInput({ shape: stored, neurons }: LayerOf<'input'>): void {
    const shape = [...stored].reverse();
    if (neurons === null) {
      const size = product(shape);
      if (this.#stream === null) this.#fail('has no neurons, and the vector has no inputs');
      else if (this.#stream.shape[0] !== size) this.#fail(`has ${size} values, the input of the vector ${this.#stream.shape[0]}`);
      else this.#stream = { name: this.#stream.name, shape };
      return;
    }
    if (this.#stream !== null) this.#fail('has neurons, which inputs of the vector cannot drive');
    const bias = this.#file.get('input_bias_mant').integers(null, -(2 ** 24), 2 ** 24);
    this.#addGroup(neurons.neuron, shape, Float64Array.from(bias));
  }

  #addConvolution(layer: LayerOf<'conv' | 'pool'>): void {
    const source = this.#source();
    const { shape } = source;
    if (layer.delay !== 0) this.#fail('has a delay, which lava-dl does not read over space');
    if (shape.length !== 3) this.#fail('reads a layer without width and height');
    const inputShape: Shape = [shape[0], shape[1], shape[2]];
    const [ky, kx] = layer.kernelSize;
    // Pooling has one kernel, for each channel by itself.
    const groups = layer.kind === 'pool' ? inputShape[2] : layer.groups;
    const channels = layer.kind === 'pool' ? 1 : layer.inChannels / groups;
    if (channels * groups !== inputShape[2]) this.#fail(`reads ${channels * groups} channels of a layer that has ${inputShape[2]}`);
    const convolution: Convolution = {
      inputShape,
      outputChannels: layer.kind === 'pool' ? inputShape[2] : layer.shape[0],
      kernel: [kx, ky],
      // Files hold (y, x).
      stride: [layer.stride[1], layer.stride[0]],
      padding: [layer.padding[1], layer.padding[0]],
      dilation: [layer.dilation[1], layer.dilation[0]],
      groups,
      // Stored [filter][channel][y][x]; flipped on import, because the convolution flips it back.
      weight: (f, x, y, c) =>
        layer.kind === 'pool' ? layer.weight : layer.weight[((f * channels + c) * ky + (ky - 1 - y)) * kx + (kx - 1 - x)],
    };
    const target = this.#addGroup(layer.neuron, outputShape(convolution), Float64Array.from(layer.bias ?? []));
    this.blocks.push({
      source: source.name,
      target: target.name,
      synapses: unrollConvolution(convolution),
      exponent: 0,
      messageBits: this.#messageBits(source.name),
      convolution: true,
    });
  }

  /** Weights between the neurons of a recurrent layer share the format of the others. */
  #addDense({ inFeatures: columns, outFeatures: rows, weight, weightRec, delay, neuron, bias }: LayerOf<'dense'>): void {
    const source = this.#source();
    if (product(source.shape) !== columns) this.#fail(`has ${weight.length} weights for ${rows} x ${product(source.shape)}`);
    // With delays lava-dl loses the exponent of both matrices, so that what it computes is not what was trained.
    if (weightRec !== null && delay !== null) this.#fail('has delays, which are not run here in a recurrent layer');
    const order = this.#flatten ? flattenOrder(source.shape) : null;
    this.#flatten = false;
    const delayOf = (row: number, column: number): number => (delay === null ? 0 : delay[delay.length === rows ? row : column]);
    const store = fitToSynapse([...weight, ...(weightRec ?? [])]);
    const target = this.#addGroup(neuron, [rows], Float64Array.from(bias ?? []));
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
      tableOf(weight, rows, columns, store, (i) => (order === null ? i : order[i]), delayOf),
    );
    if (weightRec !== null) {
      connect(
        target.name,
        tableOf(
          weightRec,
          rows,
          rows,
          store,
          (i) => i,
          () => 0,
        ),
      );
    }
  }

  #source(): Stream {
    return this.#stream ?? this.#fail('has nothing to read: neither an input layer nor inputs of the vector');
  }

  /** Spikes of neurons are binary; so are inputs, unless the vector says how many bits they have. */
  #messageBits(source: string): number | null {
    return this.groups.some(({ name }) => name === source) ? 0 : (this.#file.optional('input_message_bits')?.integer(0, 32) ?? null);
  }

  /** `bias`: one a neuron or one a channel, the last axis; none where it is empty. */
  #addGroup(neuron: NetNeuron | null, shape: readonly number[], bias: Float64Array): EmulatedGroup {
    const described = this.#description ?? this.#fail('is not among the `layers` of the vector');
    const stated = described.get('shape').integers(null, 1, LIMITS.neurons);
    const size = product(shape);
    if (size > LIMITS.neurons) this.#fail(`has ${size} neurons`);
    if (product([...stated]) !== size) described.get('shape').fail(`is not [${shape.join(', ')}]`);
    const channels = shape[shape.length - 1];
    if (bias.length > 0 && bias.length !== size && bias.length !== channels) this.#fail(`has ${bias.length} biases for ${size} neurons`);
    const each = Float64Array.from({ length: size }, (_, i) => bias[bias.length === size ? i : i % channels] ?? 0);
    const group = neuronsOf(neuron, described.get('name').text(), size, each);
    this.groups.push(group);
    this.#stream = { name: group.name, shape };
    return group;
  }

  #fail(what: string): never {
    throw new MalformedVector(`the network, layer ${this.#layer}: ${what}`);
  }
}

const product = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum * length, 1);

/** weights[row][column] stored as synapses of source(column); a weight of 0 is none. */
function tableOf(
  weights: Int16Array,
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

/** A layer without neurons integrates for one step and hardly ever fires: its current's decay of 0 becomes -1, with which nothing decays. */
function neuronsOf(neuron: NetNeuron | null, name: string, size: number, bias: Float64Array): EmulatedGroup {
  const { iDecay, vDecay, vThMant } = neuron ?? { iDecay: 0, vDecay: 4096, vThMant: 2 ** 17 };
  const fill = (value: number): Float64Array => new Float64Array(size).fill(value);
  return {
    name,
    size,
    currentDecay: fill(iDecay - 1),
    voltageDecay: fill(vDecay),
    thresholdMantissa: fill(vThMant),
    biasMantissa: bias,
    biasExponent: fill(NET_BIAS_EXPONENT),
    // refDelay is not mapped by lava-dl.
    refractDelay: fill(1),
    vMin: fill(-VOLTAGE_MAX),
    vMax: fill(VOLTAGE_MAX),
  };
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
