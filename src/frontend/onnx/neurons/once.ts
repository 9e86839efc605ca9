import { stateless } from '../../../ir/neuron.ts';
import type { Call } from '../context.ts';
import { modulePath } from '../names.ts';
import { uniformValue } from '../streams/combine.ts';
import { type StreamValue, soleTerm, type Value } from '../values.ts';
import { addPopulation } from './populate.ts';

/**
 * Neurons that decide once a clip: a comparison of a whole-clip sum with a threshold. A time loop over one step leaves no more of them when
 * it is unrolled: no state to leak, none to reset. null: the comparison is of something else.
 */
export function decideOnce(call: Call, a: Value, b: Value): StreamValue | null {
  const [value, other] = a.kind === 'stream' ? [a, b] : [b, a];
  const threshold = other.kind === 'constant' ? uniformValue(other.tensor) : null;
  const operator = call.node.opType ?? '';
  if (value.kind !== 'stream' || threshold === null || !/^(Greater|Less)(OrEqual)?$/.test(operator)) return null;
  const fires = operator.startsWith('Greater') === (value === a);
  const sum = { ...value, offset: 0 };
  if (!fires || soleTerm(sum)?.base.steps !== 1) return null;
  const spikes = addPopulation(call, {
    recogniser: 'comparison',
    neuron: stateless(threshold - value.offset, operator.endsWith('OrEqual') ? 'ge' : 'gt'),
    input: { ...sum, shape: [1, ...value.shape] },
    path: modulePath(call.name),
  });
  return { ...spikes, shape: value.shape, type: 'bool' };
}
