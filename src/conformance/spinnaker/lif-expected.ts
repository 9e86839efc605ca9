import { type SpinnakerModel, SYNAPSE_TYPES } from '../../ir/spinnaker-neuron.ts';
import type { EmulatedNet, NeuronState } from '../../simulator/spinnaker/emulator.ts';
import type { LifConstants } from '../../simulator/spinnaker/lif-constants.ts';
import type { JsonValue } from '../json.ts';

const INT32 = [-(2 ** 31), 2 ** 31 - 1] as const;
const DERIVED = ['R', 'exp_TC', 'T_refract', 'exc decay', 'exc init', 'inh decay', 'inh init'] as const;
const FIELDS = [
  'derived',
  'spikes',
  'n_spikes',
  'ring_buffer_saturations',
  'V_first_neurons',
  'syn_after_step_neuron0',
  'V_final_all',
  'exc_final_all',
  'inh_final_all',
] as const;

/** What was recorded of a run. null: that was not. */
export interface LifExpected {
  readonly derived: readonly (readonly number[])[] | null;
  readonly spikes: readonly (readonly number[])[] | null;
  readonly spikeCount: number | null;
  readonly saturations: number | null;
  readonly potentials: { readonly neurons: readonly number[]; readonly afterStep: readonly (readonly number[])[] } | null;
  /** [exc, inh] of neuron 0 by step. */
  readonly synapses: readonly (readonly number[])[] | null;
  readonly finalPotentials: readonly number[] | null;
  /** By synapse type. */
  readonly finalSynapses: readonly (readonly number[] | null)[];
}

/** Reads `expected`. A number or list that this does not know is refused: nothing recorded goes unchecked. */
export function readLifExpected(expected: JsonValue, { neurons, steps }: EmulatedNet): LifExpected {
  const unknown = expected.keys().find((key) => !FIELDS.some((field) => field === key) && typeof expected.get(key).json !== 'string');
  if (unknown !== undefined) expected.get(unknown).fail('is not a field that this format has');
  if (!FIELDS.some((field) => expected.optional(field) !== null)) expected.fail('records nothing');
  const row = (key: string): number[] | null => expected.optional(key)?.integers(neurons, ...INT32) ?? null;
  const rows = (key: string, items: number, width: number | null, least: number, most: number): number[][] | null =>
    expected
      .optional(key)
      ?.items(items)
      .map((item) => item.integers(width, least, most)) ?? null;
  const probe = expected.optional('V_first_neurons');
  const probed = probe?.get('neurons').integers(null, 0, neurons - 1) ?? [];
  return {
    derived: rows('derived', neurons, DERIVED.length, INT32[0], 2 ** 32 - 1),
    spikes: rows('spikes', steps, null, 0, neurons - 1)?.map((fired) => [...fired].sort((a, b) => a - b)) ?? null,
    spikeCount: expected.optional('n_spikes')?.integer(0, neurons * steps) ?? null,
    saturations: expected.optional('ring_buffer_saturations')?.integer(0, 2 ** 53 - 1) ?? null,
    potentials:
      probe === null
        ? null
        : {
            neurons: probed,
            afterStep: probe
              .get('V_after_step')
              .items(steps)
              .map((item) => item.integers(probed.length, ...INT32)),
          },
    synapses: rows('syn_after_step_neuron0', steps, SYNAPSE_TYPES, ...INT32),
    finalPotentials: row('V_final_all'),
    finalSynapses: [row('exc_final_all'), row('inh_final_all')],
  };
}

const difference = (what: string, computed: ArrayLike<number>, recorded: readonly number[]): string | null => {
  const wrong = recorded.findIndex((value, k) => value !== computed[k]);
  return wrong < 0 ? null : `${what}[${wrong}] is ${computed[wrong]}, recorded ${recorded[wrong]}`;
};

/** The first constant that a core computes otherwise. */
export function compareDerived(expected: LifExpected, constants: LifConstants, model: SpinnakerModel): string | null {
  for (const [n, recorded] of expected.derived?.entries() ?? []) {
    const { resistance, keep, refractorySteps, decay, init } = constants;
    const computed = [resistance[n], keep[n], refractorySteps[n], decay[0][n], init[0][n], decay[1][n], init[1][n]];
    const wrong = recorded.findIndex((value, k) => value !== computed[k]);
    if (wrong >= 0) return `${model} neuron ${n}: ${DERIVED[wrong]} is ${computed[wrong]}, recorded ${recorded[wrong]}`;
  }
  return null;
}

/** The first recorded number of this step that the emulation does not have. */
export function compareStep(expected: LifExpected, step: number, { v, synapses, fired }: NeuronState): string | null {
  const { potentials } = expected;
  for (const [k, neuron] of potentials?.neurons.entries() ?? []) {
    const recorded = potentials?.afterStep[step][k];
    if (v[neuron] !== recorded) return `step ${step}: V of neuron ${neuron} is ${v[neuron]}, recorded ${recorded}`;
  }
  if (expected.synapses !== null) {
    const found = difference('input by receptor', [synapses[0][0], synapses[1][0]], expected.synapses[step]);
    if (found !== null) return `step ${step}, neuron 0: ${found}`;
  }
  const spikes = expected.spikes?.[step] ?? null;
  if (spikes === null || (spikes.length === fired.length && spikes.every((neuron, k) => neuron === fired[k]))) return null;
  return `step ${step}: fired ${list(fired)}, recorded ${list(spikes)}`;
}

/** The first number recorded at the end that differs. `spikeCount`: of all steps. */
export function compareEnd(expected: LifExpected, { v, synapses, saturations }: NeuronState, spikeCount: number): string | null {
  if (expected.spikeCount !== null && expected.spikeCount !== spikeCount) return `${spikeCount} spikes, recorded ${expected.spikeCount}`;
  if (expected.saturations !== null && expected.saturations !== saturations) {
    return `${saturations} saturations of the ring buffer, recorded ${expected.saturations}`;
  }
  return (
    difference('V_final_all', v, expected.finalPotentials ?? []) ??
    difference('exc_final_all', synapses[0], expected.finalSynapses[0] ?? []) ??
    difference('inh_final_all', synapses[1], expected.finalSynapses[1] ?? [])
  );
}

const list = (neurons: readonly number[]): string =>
  neurons.length > 12 ? `[${neurons.slice(0, 12).join(', ')}, … ${neurons.length} in all]` : `[${neurons.join(', ')}]`;
