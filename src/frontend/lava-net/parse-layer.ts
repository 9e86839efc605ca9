import { NET_DELAY_MAX, NET_INPUT_WEIGHT, type NetLayer } from '../../ir/lava-net.ts';
import type { LayerFields } from './fields.ts';
import { parseNeuron } from './parse-neuron.ts';

const KINDS = ['input', 'dense', 'dense_rec', 'conv', 'pool', 'flatten', 'average'];
/** Biases count 64 units: a register of 13 bits and 7 of exponent holds no more. */
const BIAS_MAX = 2 ** 17;

/** What lava-dl writes and no network here can hold yet. */
const NOT_READ: ReadonlyMap<string, string> = new Map([
  ['dense_comp', 'its weights are complex numbers'],
  ['convT', 'it is a transposed convolution'],
  ['unpool', 'it is a transposed convolution'],
  ['concat', 'it reads several layers, and layers here stand in a row'],
]);

/** A layer of the file in the terms of the format. Throws `lava-net-malformed`, `lava-net-unsupported` and `lava-net-too-large`. */
export function parseLayer(fields: LayerFields): NetLayer {
  const type = fields.text('type');
  switch (type) {
    case 'input':
      return parseInput(fields);
    case 'flatten':
      return { kind: 'flatten' };
    case 'average':
      return { kind: 'average', outputs: fields.shape().reduce((product, length) => product * length, 1) };
    case 'dense':
    case 'dense_rec':
      return parseDense(fields, type === 'dense_rec');
    case 'conv':
      return parseConv(fields);
    case 'pool':
      return parsePool(fields);
    default:
      throw fields.unsupported(`layers of this type are not read${NOT_READ.has(type) ? `: ${NOT_READ.get(type)}` : ''}`, [
        `read here: ${KINDS.join(', ')}`,
      ]);
  }
}

function parseInput(fields: LayerFields): NetLayer {
  const shape = fields.shape();
  const neuron = parseNeuron(fields);
  if (neuron === null) return { kind: 'input', shape, neurons: null };
  const weight = fields.whole('weight', -(2 ** 15), 2 ** 15 - 1, NET_INPUT_WEIGHT);
  return { kind: 'input', shape, neurons: { neuron, weight, bias: fields.whole('bias', -BIAS_MAX, BIAS_MAX, 0) } };
}

function parseDense(fields: LayerFields, recurrent: boolean): NetLayer {
  const outFeatures = fields.shape().reduce((product, length) => product * length, 1);
  if (fields.has('weight/real') || fields.has('weight/imag')) throw fields.unsupported('its weights are complex numbers');
  const weight = fields.weights('weight');
  const inFeatures = weight.values.length / outFeatures;
  requireShape(
    fields,
    'weight',
    weight.shape,
    weight.shape.length === 1 ? [outFeatures * Math.ceil(inFeatures)] : [outFeatures, weight.shape[1] ?? 0],
  );
  requireSame(fields, 'inFeatures', inFeatures);
  requireSame(fields, 'outFeatures', outFeatures);
  const weightRec = recurrent ? fields.weights('weight_rec') : null;
  if (weightRec !== null)
    requireShape(fields, 'weight_rec', weightRec.shape, weightRec.shape.length === 1 ? [outFeatures ** 2] : [outFeatures, outFeatures]);
  const neuron = parseNeuron(fields);
  if (recurrent && neuron === null) throw fields.malformed('a recurrent layer has no neurons');
  return {
    kind: 'dense',
    inFeatures,
    outFeatures,
    weight: weight.values,
    weightRec: weightRec?.values ?? null,
    delay: denseDelay(fields, outFeatures, inFeatures),
    neuron,
    bias: biasOf(fields, outFeatures),
  };
}

function parseConv(fields: LayerFields): NetLayer {
  const shape = fields.volume();
  const { shape: found, values } = fields.weights('weight');
  const groups = fields.whole('groups', 1, 4096, 1);
  // SLAYER's kernels have a last axis of one step.
  const [, fanIn = 0, rows = 0, columns = 0] = found;
  requireShape(fields, 'weight', found, [shape[0], fanIn, rows, columns, ...(found.length === 5 ? [1] : [])]);
  const kernelSize = fields.pair('kernelSize', 1, [rows, columns]);
  if (kernelSize[0] !== rows || kernelSize[1] !== columns)
    throw fields.malformed(`kernelSize is ${kernelSize.join(' x ')}, and weight is [${found.join(', ')}]`);
  if (shape[0] % groups !== 0) throw fields.malformed(`${groups} groups do not divide ${shape[0]} channels`);
  requireSame(fields, 'inChannels', fanIn * groups);
  requireSame(fields, 'outChannels', shape[0]);
  const window = { shape, kernelSize, ...windowOf(fields) };
  const bias = biasOf(fields, shape[0]);
  return {
    kind: 'conv',
    ...window,
    inChannels: fanIn * groups,
    groups,
    weight: values,
    delay: oneDelay(fields),
    neuron: neuronOf(fields),
    bias,
  };
}

function parsePool(fields: LayerFields): NetLayer {
  const shape = fields.volume();
  const { shape: found, values } = fields.weights('weight');
  const [, , rows = 0, columns = 0] = found;
  requireShape(fields, 'weight', found, [1, 1, rows, columns, ...(found.length === 5 ? [1] : [])]);
  const [weight] = values;
  if (values.some((value) => value !== weight))
    throw fields.unsupported('the weights of its window differ', ['read here: pooling by sums, one weight']);
  const kernelSize = fields.pair('kernelSize', 1, [rows, columns]);
  if (kernelSize[0] !== rows || kernelSize[1] !== columns)
    throw fields.malformed(`kernelSize is ${kernelSize.join(' x ')}, and weight is [${found.join(', ')}]`);
  const window = { shape, kernelSize, ...windowOf(fields, kernelSize) };
  return { kind: 'pool', ...window, weight, delay: oneDelay(fields), neuron: neuronOf(fields), bias: biasOf(fields, shape[0]) };
}

/** `stride` where the file leaves it out: 1 for convolutions, the kernel for pooling. */
const windowOf = (fields: LayerFields, stride: readonly [number, number] = [1, 1]) => ({
  stride: fields.pair('stride', 1, stride),
  padding: fields.pair('padding', 0, [0, 0]),
  dilation: fields.pair('dilation', 1, [1, 1]),
});

function neuronOf(fields: LayerFields) {
  const neuron = parseNeuron(fields);
  if (neuron === null) throw fields.unsupported('it has no neurons', ['read here: dense layers without neurons, as read-outs']);
  return neuron;
}

/** One a neuron or channel; one for all stands for as many. */
function biasOf(fields: LayerFields, count: number): Int32Array | null {
  if (!fields.has('bias')) return null;
  const { values } = fields.wholes('bias', -BIAS_MAX, BIAS_MAX);
  if (values.length !== 1 && values.length !== count)
    throw fields.malformed(`the field bias has ${values.length} values, and has to have ${count}`);
  return values.length === count ? Int32Array.from(values) : new Int32Array(count).fill(values[0]);
}

/** One a row or one a column of the weights; null: none. */
function denseDelay(fields: LayerFields, rows: number, columns: number): Int32Array | null {
  if (!fields.has('delay')) return null;
  const { values } = fields.wholes('delay', 0, NET_DELAY_MAX);
  if (values.length !== 1 && values.length !== rows && values.length !== columns)
    throw fields.malformed(
      `the field delay has ${values.length} values, and has to have 1, ${rows} (one an output) or ${columns} (one an input)`,
    );
  if (values.every((value) => value === 0)) return null;
  return values.length === 1 ? new Int32Array(rows).fill(values[0]) : Int32Array.from(values);
}

/** Delays of a layer over space: the same for all of it. */
function oneDelay(fields: LayerFields): number {
  if (!fields.has('delay')) return 0;
  const { values } = fields.wholes('delay', 0, NET_DELAY_MAX);
  if (values.some((value) => value !== values[0]))
    throw fields.unsupported('delays differ within a layer over space', [
      'read here: one delay for the layer; dense layers may have one an output or an input',
    ]);
  return values[0];
}

function requireShape(fields: LayerFields, name: string, found: readonly number[], wanted: readonly number[]): void {
  if (found.join() !== wanted.join())
    throw fields.malformed(`the field ${name} is [${found.join(', ')}], and the shape of the layer asks for [${wanted.join(', ')}]`);
}

function requireSame(fields: LayerFields, name: string, value: number): void {
  const found = fields.whole(name, 1, 2 ** 24, value);
  if (found !== value) throw fields.malformed(`${name} is ${found}, and weight has ${value}`);
}
