import type { Normalization, PopulationNode, TargetNode } from '../network.ts';
import { type AccumNeuron, type IntegerNeuron, isIntegerNeuron, type Membrane, type PerNeuron, type Reset, valuesOf } from '../neuron.ts';
import type { Scope, Violations } from './scope.ts';
import { checkArray } from './values.ts';

/** Bias and normalization: one finite value per neuron, in the numbers of the network. */
export function* checkAccumulation(scope: Scope, node: TargetNode): Violations {
  if (node.bias !== null) {
    yield* checkArray(`${node.name}: bias`, node.bias, node.size);
    if (node.bias instanceof Int32Array !== scope.integer)
      yield `${node.name}: the bias of ${described(scope)} is ${node.bias.constructor.name}`;
  }
  if (node.normalization === null) return;
  yield* checkNormalization(node.name, node.normalization, node.size);
  if (scope.integer) yield `${node.name}: a normalization in an integer network`;
}

const described = (scope: Scope): string => (scope.integer ? 'an integer network' : 'a real-valued network');

function* checkNormalization(name: string, { mean, variance, scale, shift, epsilon }: Normalization, size: number): Violations {
  for (const [what, values] of Object.entries({ mean, variance, scale, shift })) yield* checkArray(`${name}: ${what}`, values, size);
  const at = variance.findIndex((value) => !(value + epsilon > 0));
  if (!Number.isFinite(epsilon)) yield `${name}: epsilon is ${epsilon}`;
  else if (at >= 0) yield `${name}: variance + epsilon is ${variance[at] + epsilon} at ${at}`;
}

export function* checkNeuron(scope: Scope, { name, neuron, size }: PopulationNode): Violations {
  if (scope.integer && !isIntegerNeuron(neuron)) yield `${name}: ${neuron.parameters} neurons in an integer network`;
  switch (neuron.parameters) {
    case 'continuous':
    case 'discrete':
      yield* checkMembrane(name, neuron, size);
      yield* checkParameters(name, { threshold: neuron.threshold, ...resetValue(neuron.reset) }, size);
      return;
    case 'integer':
      yield* checkInteger(name, neuron, size);
      return;
    case 'accum':
      yield* checkAccum(name, neuron, size);
  }
}

export function* checkMembrane(name: string, membrane: Membrane, size: number): Violations {
  if (membrane.parameters === 'discrete') {
    const { decay, leak, inputGain, currentDecay, initial } = membrane;
    yield* checkParameters(name, { decay, leak, inputGain, currentDecay, initial }, size);
    return;
  }
  const { timeConstantS, synapticTimeConstantS, resistance, leak } = membrane;
  yield* checkParameters(name, { timeConstantS, synapticTimeConstantS, resistance, leak }, size);
  for (const [what, value] of Object.entries({ timeConstantS, synapticTimeConstantS })) {
    const positive = value === null || (typeof value === 'number' ? value > 0 : value.every((one) => one > 0));
    if (!positive) yield `${name}: ${what} is not positive`;
  }
}

function* checkInteger(name: string, neuron: IntegerNeuron, size: number): Violations {
  const { currentDecay, voltageDecay, thresholdMantissa, resetAmount = 1 } = neuron;
  yield* checkParameters(name, { currentDecay, voltageDecay, resetAmount }, size);
  const registers = [
    ['currentDecay', currentDecay, 0, 4095],
    ['voltageDecay', voltageDecay, 0, 4096],
    ['thresholdMantissa', thresholdMantissa, 0, 2 ** 17 - 1],
    ['resetAmount', resetAmount, 1, 2 ** 23 - 1],
  ] as const;
  for (const [what, value, minimum, maximum] of registers) {
    const wrong = valuesOf(value).find((each) => !Number.isInteger(each) || each < minimum || each > maximum);
    if (wrong !== undefined) yield `${name}: ${what} is ${wrong}, not an integer in ${minimum}..${maximum}`;
  }
  if (!(Number.isFinite(neuron.unit) && neuron.unit > 0)) yield `${name}: the unit is ${neuron.unit}`;
}

function* checkAccum(name: string, neuron: AccumNeuron, size: number): Violations {
  const { timeConstant, capacitance, synapticTimeConstant = 1, threshold, unit } = neuron;
  const parameters = { timeConstant, capacitance, synapticTimeConstant, threshold };
  yield* checkParameters(name, parameters, size);
  for (const [what, value] of Object.entries(parameters)) {
    const wrong = valuesOf(value).find((each) => !(Number.isInteger(each) && each >= 1 && each < 2 ** 31));
    if (wrong !== undefined) yield `${name}: ${what} is ${wrong}, not an integer in 1..${2 ** 31 - 1}`;
  }
  if (!(Number.isFinite(unit) && unit > 0)) yield `${name}: the unit is ${unit}`;
}

function resetValue(reset: Reset): { readonly reset?: PerNeuron } {
  const value = reset.kind === 'to-value' ? reset.value : reset.amount;
  return value === undefined ? {} : { reset: value };
}

function* checkParameters(name: string, parameters: Readonly<Record<string, PerNeuron | null>>, size: number): Violations {
  for (const [what, value] of Object.entries(parameters)) {
    if (value instanceof Float64Array) yield* checkArray(`${name}: ${what}`, value, size);
    else if (value !== null && !Number.isFinite(value)) yield `${name}: ${what} is ${value}`;
  }
}
