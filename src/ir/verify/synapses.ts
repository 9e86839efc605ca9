import { type SpatialWindow, type Synapses, synapseCount } from '../synapses.ts';
import type { Violations } from './scope.ts';
import { checkArray, checkIndices, isCount, isPositive } from './values.ts';

type Of<Kind extends Synapses['kind']> = Extract<Synapses, { kind: Kind }>;

/** Shapes agree with the weights, indices lie within, values are finite. `where` names the projection. */
export function* checkSynapses(where: string, synapses: Synapses): Violations {
  if (!isPositive(synapses.sources) || !isPositive(synapses.targets)) {
    yield `${where}: synapses from ${synapses.sources} to ${synapses.targets} neurons`;
    return;
  }
  switch (synapses.kind) {
    case 'dense':
      yield* checkArray(`${where}: weights`, synapses.weights, synapseCount(synapses));
      return;
    case 'time-convolution':
      yield* checkTime(where, synapses);
      return;
    case 'one-to-one':
      if (synapses.sources !== synapses.targets) yield `${where}: one-to-one from ${synapses.sources} to ${synapses.targets} neurons`;
      if (synapses.weights !== null) yield* checkArray(`${where}: weights`, synapses.weights, synapses.targets);
      return;
    case 'sparse':
      yield* checkSparse(where, synapses);
      return;
    case 'convolution':
      yield* checkSpace(where, synapses);
      yield* checkGroups(where, synapses.groups, synapses.sourceShape[0], synapses.targetShape[0]);
      yield* checkArray(`${where}: weights`, synapses.weights, weightsOf(synapses));
      return;
    case 'pooling':
      yield* checkSpace(where, synapses);
      if (synapses.sourceShape[0] !== synapses.targetShape[0]) {
        yield `${where}: pooling from ${synapses.sourceShape[0]} to ${synapses.targetShape[0]} channels`;
      }
      if (!Number.isFinite(synapses.factor)) yield `${where}: the factor is ${synapses.factor}`;
  }
}

function* checkTime(where: string, synapses: Of<'time-convolution'>): Violations {
  const { taps, dilation, firstOffset, groups, sources, targets } = synapses;
  if (!isPositive(taps) || !isPositive(dilation) || !Number.isSafeInteger(firstOffset)) {
    yield `${where}: ${taps} taps, dilation ${dilation}, first offset ${firstOffset}`;
  }
  yield* checkGroups(where, groups, sources, targets);
  yield* checkArray(`${where}: weights`, synapses.weights, synapseCount(synapses));
}

function* checkGroups(where: string, groups: number, sources: number, targets: number): Violations {
  if (!isPositive(groups) || sources % groups !== 0 || targets % groups !== 0) {
    yield `${where}: ${groups} groups of ${sources} source and ${targets} target channels`;
  }
}

function* checkSparse(where: string, { sources, targets, sourceIndex, targetIndex, weights, delays }: Of<'sparse'>): Violations {
  if (sourceIndex.length !== weights.length || targetIndex.length !== weights.length) {
    yield `${where}: ${weights.length} weights, ${sourceIndex.length} sources and ${targetIndex.length} targets`;
    return;
  }
  yield* checkArray(`${where}: weights`, weights, weights.length);
  yield* checkIndices(`${where}: sourceIndex`, sourceIndex, sources);
  yield* checkIndices(`${where}: targetIndex`, targetIndex, targets);
  if (delays !== null) yield* checkArray(`${where}: delays`, delays, weights.length);
  const early = delays?.findIndex((delay) => delay < 0) ?? -1;
  if (early >= 0) yield `${where}: a delay of ${delays?.[early]} at ${early}`;
  const delayOf = (k: number): number => (delays === null ? 0 : delays[k]);
  for (let k = 1; k < weights.length; k++) {
    const order = sourceIndex[k] - sourceIndex[k - 1] || targetIndex[k] - targetIndex[k - 1] || delayOf(k) - delayOf(k - 1);
    if (order < 0) {
      yield `${where}: synapse ${k} is out of order (by source, target, delay)`;
      return;
    }
  }
}

function* checkSpace(where: string, synapses: SpatialWindow): Violations {
  const { sources, targets, sourceShape, targetShape, kernel, stride, padding, dilation } = synapses;
  const positive = [...sourceShape, ...targetShape, ...kernel, ...stride, ...dilation].every(isPositive);
  if (!positive || !padding.every(isCount)) {
    yield `${where}: a shape, kernel, stride, dilation or padding is out of range`;
    return;
  }
  if (volume(sourceShape) !== sources) yield `${where}: source shape ${sourceShape.join('x')} for ${sources} neurons`;
  if (volume(targetShape) !== targets) yield `${where}: target shape ${targetShape.join('x')} for ${targets} neurons`;
  for (const axis of [0, 1] as const) {
    const reach = dilation[axis] * (kernel[axis] - 1) + 1;
    const wanted = Math.floor((sourceShape[axis + 1] + 2 * padding[axis] - reach) / stride[axis]) + 1;
    if (targetShape[axis + 1] !== wanted) {
      yield `${where}: ${targetShape[axis + 1]} target ${axis === 0 ? 'rows' : 'columns'}, the window gives ${wanted}`;
    }
  }
}

const volume = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

const weightsOf = ({ sourceShape, targetShape, kernel, groups }: Of<'convolution'>): number =>
  (targetShape[0] * sourceShape[0] * volume(kernel)) / groups;
