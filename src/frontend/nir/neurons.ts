import { type ContinuousMembrane, type Neuron, type PerNeuron, stateless } from '../../ir/neuron.ts';
import type { Fields } from './fields.ts';

/** A spike sets the potential to v_reset, or takes away what lies between v_threshold and it, at once. */
export const RESET_RULES = ['zero', 'subtract'] as const;
export type ResetRule = (typeof RESET_RULES)[number];

/** Nodes that fire, and the fields that say how many neurons they are. */
export const NEURON_TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['IF', ['v_threshold', 'r']],
  ['LIF', ['v_threshold', 'tau', 'r', 'v_leak']],
  ['CubaLIF', ['v_threshold', 'tau_mem', 'tau_syn', 'r', 'v_leak']],
  ['Threshold', ['threshold']],
]);

/** Nodes that integrate and never fire: what is read from them is their membrane potential. */
export const INTEGRATOR_TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['I', ['r']],
  ['LI', ['tau', 'r', 'v_leak']],
  ['CubaLI', ['tau_mem', 'tau_syn', 'r', 'v_leak']],
]);

/**
 * The membrane of a node (nir/ir, NIR 1.0.7):
 *   I, IF            v' = r x
 *   LI, LIF          tau v' = (v_leak - v) + r x
 *   CubaLI, CubaLIF  tau_syn i' = -i + w_in x, tau_mem v' = (v_leak - v) + r i
 */
export function readMembrane(fields: Fields, size: number): ContinuousMembrane {
  const { type } = fields.node;
  const current = type.startsWith('Cuba');
  const leaks = current || type.startsWith('LI');
  const resistance = fields.perNeuron('r', size);
  return {
    parameters: 'continuous',
    timeConstantS: leaks ? fields.positive(current ? 'tau_mem' : 'tau', size) : null,
    synapticTimeConstantS: current ? fields.positive('tau_syn', size) : null,
    resistance: current ? multiply(resistance, fields.perNeuron('w_in', size, 1), size) : resistance,
    leak: leaks ? fields.perNeuron('v_leak', size) : 0,
  };
}

/**
 * The neuron of a node: its membrane, and it fires at v > threshold. Threshold has no state. v_reset is 0 where a file leaves it out, as files
 * before NIR 1.0.7 do.
 */
export function readNeuron(fields: Fields, size: number, rule: ResetRule): Neuron {
  if (fields.node.type === 'Threshold') {
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
  const amount = Float64Array.from({ length: size }, (_, n) => valueAt(threshold, n) - valueAt(reset, n));
  return {
    ...readMembrane(fields, size),
    threshold,
    tie: 'gt',
    reset: rule === 'zero' ? { kind: 'to-value', value: reset } : { kind: 'by-subtraction', amount },
  };
}

const valueAt = (value: PerNeuron, n: number): number => (typeof value === 'number' ? value : value[n]);

function multiply(a: PerNeuron, b: PerNeuron, size: number): PerNeuron {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  return Float64Array.from({ length: size }, (_, n) => valueAt(a, n) * valueAt(b, n));
}
