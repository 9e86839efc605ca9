import type { Registers } from '../../simulator/loihi/dialects/index.ts';
import type { EmulatedGroup, InputSpike } from '../../simulator/loihi/emulator.ts';
import type { JsonValue } from '../json.ts';
import { LIMITS } from './vector.ts';

/** Where a dialect gives no choice, and where the file makes none: the largest range that 24 bits hold on both sides. */
export const VOLTAGE_MAX = 2 ** 23 - 1;
const THRESHOLD_MAX = 2 ** 24;
const BIAS_MAX = 2 ** 15;
const BIAS_EXPONENT_MAX = 15;
const REFRACT_MAX = 64;

/** Registers of a group: each is a number for all neurons or a list with one for each. What the dialect has no register for is refused. */
export function readGroup(json: JsonValue, name: string, size: number, registers: Registers): EmulatedGroup {
  const read = (key: string, absent: number | null, least: number, most: number): Float64Array =>
    readPerNeuron(json, key, absent, size, least, most);
  const { bias, voltageLimits, refractory, currentDecayMax } = registers;
  const hasBias = bias !== 'none';
  return {
    name,
    size,
    currentDecay: read('du', null, 0, currentDecayMax),
    voltageDecay: read('dv', null, 0, 4096),
    thresholdMantissa: read('vth_mant', null, 0, THRESHOLD_MAX),
    biasMantissa: read('bias_mant', 0, hasBias ? -BIAS_MAX : 0, hasBias ? BIAS_MAX : 0),
    biasExponent: read('bias_exp', 0, bias === 'any-exponent' ? -BIAS_EXPONENT_MAX : 0, BIAS_EXPONENT_MAX),
    refractDelay: read('refract_delay', 1, 0, refractory ? REFRACT_MAX : 1),
    vMin: read('vmin', -VOLTAGE_MAX, voltageLimits ? -(2 ** 31) : -VOLTAGE_MAX, voltageLimits ? VOLTAGE_MAX : -VOLTAGE_MAX),
    vMax: read('vmax', VOLTAGE_MAX, voltageLimits ? -VOLTAGE_MAX : VOLTAGE_MAX, voltageLimits ? 2 ** 31 : VOLTAGE_MAX),
  };
}

/** `absent`: value where the file has none; null: it must have one. */
function readPerNeuron(json: JsonValue, key: string, absent: number | null, size: number, least: number, most: number): Float64Array {
  const value = absent === null ? json.get(key) : json.optional(key);
  if (value === null) return new Float64Array(size).fill(absent ?? 0);
  return value.isList() ? Float64Array.from(value.integers(size, least, most)) : new Float64Array(size).fill(value.integer(least, most));
}

export interface Input {
  readonly name: string;
  readonly size: number;
  readonly spikes: readonly InputSpike[];
}

/** Spike sources: events [t, i], or [t, i, payload] where the dialect has graded spikes. A later event of one t and i replaces an earlier. */
export function readInputs(inputs: JsonValue, steps: number, registers: Registers): Input[] {
  return inputs.items().map((input) => {
    const size = input.get('n').integer(1, LIMITS.neurons);
    const spikes = new Map<string, InputSpike>();
    for (const event of input.get('events').items()) {
      const fields = event.items();
      if (fields.length < 2 || fields.length > 3) event.fail('is not [t, i] or [t, i, payload]');
      const step = fields[0].integer(0, steps - 1);
      const neuron = fields[1].integer(0, size - 1);
      const payload = fields.length === 2 ? 1 : fields[2].integer(...(registers.gradedSpikes ? PAYLOADS : BINARY));
      if (payload === 0) spikes.delete(`${step} ${neuron}`);
      else spikes.set(`${step} ${neuron}`, { step, neuron, payload });
    }
    return { name: input.get('name').text(), size, spikes: [...spikes.values()] };
  });
}

const PAYLOADS = [-LIMITS.payload, LIMITS.payload] as const;
const BINARY = [0, 1] as const;
