import type { DiscreteNeuron } from '../../../ir/neuron.ts';
import type { Call } from '../context.ts';
import { type Operator, streamOperand } from '../operators/operator.ts';
import { addPopulation } from './populate.ts';

/** Attributes that say nothing about the function, and those that do. */
const KNOWN = new Set([
  'tau',
  'w',
  'v_threshold',
  'v_reset',
  'decay_input',
  'step_mode',
  'module',
  'detach_reset',
  'surrogate_function',
  'backend',
  'store_v_seq',
]);

/**
 * A neuron exported as one node of its own, with the parameters of SpikingJelly's modules:
 *   h = v - (v - v_reset) / tau + x      (decay_input: v + (x - (v - v_reset)) / tau);  spike if h >= v_threshold;  v = v_reset
 * and, without v_reset, the leak goes to 0 and a spike takes the threshold away.
 */
const neuronNode =
  (leakOf: (call: Call) => number | null): Operator =>
  (call) => {
    const { attributes, node } = call;
    const unknown = node.attributes.map((attribute) => attribute.name ?? '').filter((name) => !KNOWN.has(name));
    if (unknown.length > 0)
      throw call.unsupported(`attributes ${unknown.join(', ')} are not known`, [`known are ${[...KNOWN].join(', ')}`]);
    const mode = attributes.text('step_mode', 'm');
    if (mode !== 'm') throw call.unsupported(`step_mode is "${mode}"`, ['accepted here: "m", the whole clip in one call']);
    const input = streamOperand(call, 0);
    if (input.shape.length < 2) throw call.unsupported(`its input has shape [${input.shape.join(', ')}]`, ['accepted here: [steps, ...]']);
    const neuron = neuronOf(call, leakOf(call));
    return [addPopulation(call, { recogniser: node.opType ?? '', neuron, input, path: attributes.text('module', '') })];
  };

/** `leak` is 1 / tau; null: the neuron does not leak. */
function neuronOf(call: Call, leak: number | null): DiscreteNeuron {
  const { attributes } = call;
  const threshold = finite(call, 'v_threshold', attributes.float('v_threshold', 1));
  const given = attributes.float('v_reset', Number.NaN);
  const soft = Number.isNaN(given);
  const resetValue = soft ? 0 : finite(call, 'v_reset', given);
  if (leak !== null && !attributes.has('decay_input'))
    throw call.unsupported('attribute decay_input is missing', ['1: the input is divided by tau too; 0: it is not']);
  return {
    parameters: 'discrete',
    decay: 1 - (leak ?? 0),
    leak: resetValue * (leak ?? 0),
    inputGain: leak !== null && attributes.int('decay_input', 0) !== 0 ? leak : 1,
    currentDecay: null,
    threshold,
    tie: 'ge',
    reset: soft ? { kind: 'by-subtraction' } : { kind: 'to-value', value: resetValue },
    initial: resetValue,
  };
}

function finite(call: Call, name: string, value: number): number {
  if (!Number.isFinite(value)) throw call.unsupported(`attribute ${name} is ${value}`);
  return value;
}

function inverseTau(call: Call): number {
  if (!call.attributes.has('tau')) throw call.unsupported('attribute tau is missing');
  const tau = finite(call, 'tau', call.attributes.float('tau', 0));
  if (tau < 1) throw call.unsupported(`tau is ${tau}`, ['accepted here: tau >= 1, the time constant in steps']);
  return 1 / tau;
}

/** 1 / tau = sigmoid(w), one trained number a layer. */
function learnedLeak(call: Call): number {
  const given =
    call.optional(1) !== undefined ? call.constant(1).data[0] : call.attributes.has('w') ? call.attributes.float('w', 0) : Number.NaN;
  const w = finite(call, 'w', given);
  call.context.trained.add({ type: 'float', shape: [], data: Float32Array.of(w) });
  return 1 / (1 + Math.exp(-w));
}

/** Neuron operators by name, in whatever domain of their own they stand. */
export const CUSTOM_NEURONS: Readonly<Record<string, Operator>> = {
  LIFNode: neuronNode(inverseTau),
  IFNode: neuronNode(() => null),
  ParametricLIFNode: neuronNode(learnedLeak),
};
