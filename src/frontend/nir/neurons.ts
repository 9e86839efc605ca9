import { type Neuron, type PerNeuron, stateless } from '../../ir/neuron.ts';
import type { Fields } from './fields.ts';

/** Nodes that fire, and the field that says how many neurons they are. */
export const NEURON_TYPES: ReadonlyMap<string, string> = new Map([
  ['IF', 'v_threshold'],
  ['LIF', 'v_threshold'],
  ['CubaLIF', 'v_threshold'],
  ['Threshold', 'threshold'],
]);

/**
 * The neuron of a node, fires at v > threshold (nir/ir, NIR 1.0.7):
 *   LIF        tau v' = (v_leak - v) + r x
 *   IF         v' = r x
 *   CubaLIF    tau_syn i' = -i + w_in x, tau_mem v' = (v_leak - v) + r i
 *   Threshold  no state
 * v_reset is 0 where a file leaves it out, as files before NIR 1.0.7 do.
 */
export function readNeuron(fields: Fields, size: number): Neuron {
  const type = fields.node.type;
  if (type === 'Threshold') {
    const threshold = fields.perNeuron('threshold', size);
    return { ...stateless(0, 'gt'), threshold };
  }
  const threshold = fields.perNeuron('v_threshold', size);
  const reset = fields.perNeuron('v_reset', size, 0);
  for (let n = 0; n < size; n++) {
    if (valueAt(threshold, n) > valueAt(reset, n)) continue;
    throw fields.fail('nir-invalid-graph', `neuron ${n} has threshold ${valueAt(threshold, n)} and reset ${valueAt(reset, n)}`, [
      'a threshold lies above the reset value',
    ]);
  }
  const resistance = fields.perNeuron('r', size);
  const gain = type === 'CubaLIF' ? multiply(resistance, fields.perNeuron('w_in', size, 1), size) : resistance;
  return {
    parameters: 'continuous',
    timeConstantS: type === 'IF' ? null : fields.positive(type === 'LIF' ? 'tau' : 'tau_mem', size),
    synapticTimeConstantS: type === 'CubaLIF' ? fields.positive('tau_syn', size) : null,
    resistance: gain,
    leak: type === 'IF' ? 0 : fields.perNeuron('v_leak', size),
    threshold,
    tie: 'gt',
    reset: { kind: 'to-value', value: reset },
  };
}

const valueAt = (value: PerNeuron, n: number): number => (typeof value === 'number' ? value : value[n]);

function multiply(a: PerNeuron, b: PerNeuron, size: number): PerNeuron {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  return Float64Array.from({ length: size }, (_, n) => valueAt(a, n) * valueAt(b, n));
}
