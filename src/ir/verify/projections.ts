import { isTarget, type Projection } from '../network.ts';
import { leastDelay } from '../synapses.ts';
import type { Scope, Violations } from './scope.ts';
import { isCount } from './values.ts';

/** A projection joins two nodes of one timeline, ends in neurons, and arrives late enough. Its synapses are checked on their own. */
export function* checkProjection(scope: Scope, projection: Projection): Violations {
  const where = `projection ${projection.id}`;
  const { synapses, delaySteps, weightExponent } = projection;
  const source = scope.node(projection.source);
  const target = scope.node(projection.target);
  yield* checkNumbers(scope, projection, where);
  if (!isCount(delaySteps)) yield `${where}: a delay of ${delaySteps} steps`;
  if (!Number.isSafeInteger(weightExponent)) yield `${where}: weight exponent ${weightExponent}`;
  if (source === undefined) yield `${where}: its source ${projection.source} is not in the network`;
  if (target === undefined) yield `${where}: its target ${projection.target} is not in the network`;
  if (source === undefined || target === undefined) return;
  if (!isTarget(target)) yield `${where}: ends in the ${target.kind} ${target.name}`;
  if (source.kind === 'readout') yield `${where}: begins in the read-out ${source.name}`;
  if (source.timeline !== target.timeline) yield `${where}: from timeline ${source.timeline} to ${target.timeline}`;
  if (synapses.sources !== source.size) yield `${where}: ${synapses.sources} sources, ${source.name} has ${source.size}`;
  if (synapses.targets !== target.size) yield `${where}: ${synapses.targets} targets, ${target.name} has ${target.size}`;
  const recurrent = scope.position(source.id) >= scope.position(target.id);
  if (recurrent && leastDelay(synapses) + delaySteps < 1) yield `${where}: recurrent, and without a delay of a step`;
}

function* checkNumbers(scope: Scope, { synapses, weightExponent }: Projection, where: string): Violations {
  if (synapses.kind === 'pooling') {
    if (scope.integer && !Number.isInteger(synapses.factor)) yield `${where}: pooling has a real factor, in an integer network`;
  } else if (synapses.weights !== null && synapses.weights instanceof Float32Array === scope.integer) {
    yield `${where}: ${synapses.weights.constructor.name} weights in ${scope.integer ? 'an integer' : 'a real-valued'} network`;
  }
  if (!scope.integer && weightExponent !== 0) yield `${where}: weight exponent ${weightExponent} in a real-valued network`;
}
