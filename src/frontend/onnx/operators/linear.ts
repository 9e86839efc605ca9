import type { Normalization } from '../../../ir/network.ts';
import type { Call } from '../context.ts';
import { attendTo, scoresOf } from '../streams/attention.ts';
import { sumOverClip } from '../streams/coincidence.ts';
import { currentFrom, currentTerm, perChannel, withBase } from '../streams/current.ts';
import { convolveTime, finiteValues, linear, trainedValues } from '../streams/linear.ts';
import { settle } from '../streams/settle.ts';
import { pick } from '../tensors/arithmetic.ts';
import { transpose } from '../tensors/structure.ts';
import { KernelError, type Tensor } from '../tensors/tensor.ts';
import { type StreamValue, viewOf } from '../values.ts';
import { mismatch, type Operator, streamOperand } from './operator.ts';

const matMul: Operator = (call) => {
  const [a, b] = [call.operand(0), call.operand(1)];
  if (a.kind === 'stream' && b.kind === 'constant') return [linear(call, a, b.tensor)];
  if (a.kind === 'stream' && b.kind === 'stream') return [scoresOf(call, a, b)];
  if (a.kind === 'scores' && b.kind === 'stream') return [attendTo(call, a, b)];
  throw mismatch(call, a, b);
};

const gemm: Operator = (call) => {
  const { attributes } = call;
  const plain = attributes.float('alpha', 1) === 1 && attributes.float('beta', 1) === 1 && attributes.int('transA', 0) === 0;
  if (!plain) throw call.unsupported('alpha, beta or transA is set', ['accepted here: x W + b and x W^T + b']);
  const weights = call.constant(1);
  const product = linear(call, streamOperand(call, 0), attributes.int('transB', 0) === 0 ? weights : transposed(weights));
  const bias = call.optionalConstant(2);
  return [bias === null ? product : withBias(call, product, bias)];
};

function transposed(tensor: Tensor): Tensor {
  const { shape, index } = transpose(tensor.shape, [1, 0]);
  return { type: tensor.type, shape, data: pick(tensor.type, tensor.data, index) };
}

/** A bias of one value per channel of a fresh current. */
function withBias(call: Call, value: StreamValue, bias: Tensor): StreamValue {
  const term = currentTerm(value);
  if (term === null || bias.data.length !== term.base.size)
    throw new KernelError(`a bias [${bias.shape.join(', ')}] for [${value.shape.join(', ')}]`);
  return withBase(value, term, { ...term.base, bias: trainedValues(call, bias, 'bias') });
}

const conv: Operator = (call) => {
  const { attributes } = call;
  const x = streamOperand(call, 0);
  const kernel = call.constant(1);
  const bias = call.optionalConstant(2);
  if (x.shape.length !== 3 || kernel.shape.length !== 3 || x.shape[0] !== 1) {
    throw call.unsupported(`a convolution of [${x.shape.join(', ')}] with [${kernel.shape.join(', ')}]`, [
      'accepted here: convolutions over time, [1, channels, steps]',
    ]);
  }
  const dilation = attributes.ints('dilations')?.[0] ?? 1;
  const reach = dilation * (kernel.shape[2] - 1);
  const [before, after] = padding(call, reach);
  if ((attributes.ints('strides')?.[0] ?? 1) !== 1 || before + after !== reach) {
    throw call.unsupported('a convolution over time that changes the number of steps', [
      `accepted here: stride 1, and padding of ${reach} steps in all`,
    ]);
  }
  const result = convolveTime(call, x, kernel, { groups: attributes.int('group', 1), dilation, before });
  return [bias === null ? result : withBias(call, result, bias)];
};

function padding(call: Call, reach: number): readonly number[] {
  const rule = call.attributes.text('auto_pad', 'NOTSET');
  switch (rule) {
    case 'NOTSET':
      return call.attributes.ints('pads') ?? [0, 0];
    case 'VALID':
      return [0, 0];
    case 'SAME_UPPER':
      return [Math.floor(reach / 2), Math.ceil(reach / 2)];
    case 'SAME_LOWER':
      return [Math.ceil(reach / 2), Math.floor(reach / 2)];
  }
  throw new KernelError(`auto_pad ${rule}`);
}

/** Batch normalisation stays a normalisation of the current it reads: folding it is a pass. */
const batchNormalization: Operator = (call) => {
  if (call.attributes.int('training_mode', 0) !== 0)
    throw call.unsupported('it is in training mode', ['export the model in evaluation mode']);
  const x = streamOperand(call, 0);
  const value = currentTerm(x) === null ? oneToOneCurrent(call, x) : x;
  const term = currentTerm(value);
  if (term === null || value.shape.length < 2) throw mismatch(call, x);
  const { base } = term;
  if (base.normalization !== null || base.gate !== null) throw call.unsupported('an input current is normalised twice, or after its gate');
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((position) => call.constant(position));
  const epsilon = call.attributes.float('epsilon', Math.fround(1e-5));
  const channels = (tensor: Tensor, data: Float32Array): Float32Array => {
    if (tensor.data.length !== value.shape[1]) throw new KernelError(`${tensor.data.length} parameters for ${value.shape[1]} channels`);
    const inner = value.shape.slice(2).reduce((product, size) => product * size, 1);
    const count = value.shape.reduce((product, size) => product * size, 1);
    const perElement = Float32Array.from({ length: count }, (_, e) => data[Math.floor(e / inner) % data.length]);
    const result = perChannel(term, perElement);
    if (result === null) throw call.unsupported('its channels are not the channels of one input current');
    return result;
  };
  const normalization: Normalization = {
    mean: channels(mean, finiteValues(call, mean, 'mean')),
    variance: channels(variance, finiteValues(call, variance, 'variance')),
    scale: channels(scale, trainedValues(call, scale, 'scale')),
    shift: channels(shift, trainedValues(call, shift, 'shift')),
    epsilon,
  };
  if (!Number.isFinite(epsilon)) throw call.fail('non-finite-weight', `epsilon is ${epsilon}`);
  if (normalization.variance.some((v) => !(v + epsilon > 0))) throw call.fail('non-finite-weight', 'a variance is not positive');
  return [withBase(value, term, { ...base, normalization, nodes: [...base.nodes, call.name] })];
};

function oneToOneCurrent(call: Call, value: StreamValue): StreamValue {
  const node = settle(call, value, value.shape[0]);
  const { size } = node;
  return viewOf(currentFrom(node, { kind: 'one-to-one', sources: size, targets: size, weights: null }, []), value.shape, null);
}

const reduceSum: Operator = (call) => {
  const value = call.operand(0);
  if (value.kind !== 'product') throw mismatch(call, value);
  return [sumOverClip(call, value, call.integers(1, 'axes'), call.attributes.int('keepdims', 1) !== 0)];
};

export const LINEAR: Readonly<Record<string, Operator>> = {
  MatMul: matMul,
  Gemm: gemm,
  Conv: conv,
  BatchNormalization: batchNormalization,
  ReduceSum: reduceSum,
};
