import type { Projection } from '../../../ir/network.ts';
import type { Synapses } from '../../../ir/synapses.ts';
import type { NirNode } from '../graph.ts';
import { SYNAPSES_MAX } from '../linear.ts';
import { Inexpressible, nirNode, parameter, weights, whole, wholes } from './fields.ts';

/** A node without its name, and what to call it if nothing else does. */
export interface LinearPart {
  readonly role: 'delay' | 'flatten' | 'weights' | 'factor';
  readonly node: Omit<NirNode, 'name'>;
}

interface Ends {
  /** Of the stream that is read. */
  readonly sourceShape: readonly number[];
  /** Added in every step; null: nothing is. */
  readonly bias: ArrayLike<number> | null;
  readonly timestepS: number | null;
  /** It acts in the step after, by itself: an edge that feeds back. */
  readonly back: boolean;
}

type Spatial = Extract<Synapses, { kind: 'convolution' | 'pooling' }>;

/** The nodes that stand for a projection, in the order that a spike meets them. Throws Inexpressible. */
export function linearParts({ synapses, delaySteps }: Projection, ends: Ends): readonly LinearPart[] {
  if (synapses.kind === 'time-convolution')
    throw new Inexpressible('is a convolution over time; NIR convolves over space, and delays whole streams');
  const steps = delaysPerSource(synapses, delaySteps, ends.back);
  return [...delayed(steps, ends), ...weighed(synapses, ends)];
}

/** Timesteps of each source; null: none. */
function delaysPerSource(synapses: Synapses, delaySteps: number, back: boolean): Float64Array | null {
  const own = new Float64Array(synapses.sources).fill(Number.NaN);
  if (synapses.kind === 'sparse' && synapses.delays !== null) {
    for (const [k, source] of synapses.sourceIndex.entries()) {
      if (own[source] !== synapses.delays[k] && !Number.isNaN(own[source]))
        throw new Inexpressible('has synapses of one neuron with different delays; Delay holds one for each element of a stream');
      own[source] = synapses.delays[k];
    }
  }
  const steps = own.map((delay) => delaySteps + (Number.isNaN(delay) ? 0 : delay));
  // The first step around a loop is the loop's own.
  return steps.every((delay) => delay === (back ? 1 : 0)) ? null : steps;
}

function delayed(steps: Float64Array | null, { sourceShape, timestepS }: Ends): readonly LinearPart[] {
  if (steps === null) return [];
  if (timestepS === null) throw new Error('the timestep is not known');
  const delay = parameter(
    steps.map((each) => each * timestepS),
    sourceShape,
  );
  return [{ role: 'delay', node: nirNode('Delay', { delay }) }];
}

function weighed(synapses: Exclude<Synapses, { kind: 'time-convolution' }>, { sourceShape, bias }: Ends): readonly LinearPart[] {
  switch (synapses.kind) {
    case 'convolution':
      return [{ role: 'weights', node: convolution(synapses, bias) }];
    case 'pooling':
      if (bias !== null) throw new Inexpressible('adds a bias to a pooling, which has none in NIR');
      return pooling(synapses);
    case 'one-to-one':
    case 'dense':
    case 'sparse':
      if (bias === null && isElementwise(synapses)) return scaled(synapses.weights, sourceShape);
      return [...flatten(sourceShape), { role: 'weights', node: affine(matrixOf(synapses), synapses, bias) }];
  }
}

type Matrix = Extract<Synapses, { kind: 'dense' | 'sparse' | 'one-to-one' }>;

/** Every target reads its own source: what Scale does, and an edge alone. */
function isElementwise(synapses: Matrix): boolean {
  if (synapses.kind !== 'sparse') return synapses.kind === 'one-to-one';
  const { sources, targets, sourceIndex, targetIndex } = synapses;
  return sources === targets && sourceIndex.length === sources && sourceIndex.every((source, k) => source === k && targetIndex[k] === k);
}

const scaled = (factors: ArrayLike<number> | null, shape: readonly number[]): readonly LinearPart[] =>
  factors === null || Array.prototype.every.call(factors, (factor: number) => factor === 1)
    ? []
    : [{ role: 'weights', node: nirNode('Scale', { scale: weights(factors, shape) }) }];

/** [targets, sources]; pairs without a synapse have weight 0. */
function matrixOf(synapses: Matrix): Float32Array {
  const { sources, targets } = synapses;
  if (sources * targets > SYNAPSES_MAX)
    throw new Inexpressible(`has ${sources} x ${targets} pairs, which Linear would all hold; up to ${SYNAPSES_MAX} are written`);
  const matrix = new Float32Array(sources * targets);
  switch (synapses.kind) {
    case 'dense':
      for (let s = 0; s < sources; s++) for (let t = 0; t < targets; t++) matrix[t * sources + s] = synapses.weights[s * targets + t];
      return matrix;
    case 'one-to-one':
      for (let i = 0; i < sources; i++) matrix[i * sources + i] = synapses.weights?.[i] ?? 1;
      return matrix;
    case 'sparse':
      for (const [k, source] of synapses.sourceIndex.entries()) matrix[synapses.targetIndex[k] * sources + source] += synapses.weights[k];
      return matrix;
  }
}

function affine(matrix: Float32Array, { sources, targets }: Synapses, bias: ArrayLike<number> | null): Omit<NirNode, 'name'> {
  const weight = weights(matrix, [targets, sources]);
  return bias === null ? nirNode('Linear', { weight }) : nirNode('Affine', { weight, bias: weights(bias, [targets]) });
}

const flatten = (shape: readonly number[]): readonly LinearPart[] =>
  shape.length === 1
    ? []
    : [{ role: 'flatten', node: nirNode('Flatten', { start_dim: whole(0), end_dim: whole(-1), input_type: wholes(shape) }) }];

function convolution(synapses: Extract<Spatial, { kind: 'convolution' }>, bias: ArrayLike<number> | null): Omit<NirNode, 'name'> {
  const { sourceShape, targetShape, kernel, stride, padding, dilation, groups } = synapses;
  const [channels, ...places] = targetShape;
  const size = places[0] * places[1];
  const perChannel = Array.from({ length: channels }, (_, c) => bias?.[c * size] ?? 0);
  if (bias !== null && Array.from(bias).some((value, n) => value !== perChannel[Math.floor(n / size)]))
    throw new Inexpressible('has biases that differ within a channel; Conv2d has one a channel');
  return nirNode('Conv2d', {
    input_shape: wholes(sourceShape.slice(1)),
    weight: weights(synapses.weights, [channels, sourceShape[0] / groups, ...kernel]),
    bias: weights(perChannel, [channels]),
    stride: wholes(stride),
    padding: wholes(padding),
    dilation: wholes(dilation),
    groups: whole(groups),
  });
}

function pooling({ kernel, stride, padding, dilation, factor, targetShape }: Extract<Spatial, { kind: 'pooling' }>): readonly LinearPart[] {
  if (dilation.some((apart) => apart !== 1)) throw new Inexpressible('pools with a dilation, which NIR does not have');
  const mean = factor === 1 / (kernel[0] * kernel[1]);
  const node = nirNode(mean ? 'AvgPool2d' : 'SumPool2d', {
    kernel_size: wholes(kernel),
    stride: wholes(stride),
    padding: wholes(padding),
  });
  const scaled: readonly LinearPart[] =
    mean || factor === 1 ? [] : [{ role: 'factor', node: nirNode('Scale', { scale: parameter(factor, targetShape) }) }];
  return [{ role: 'weights', node }, ...scaled];
}
