import type { EmulatedGroup, GroupState } from '../../simulator/loihi/emulator.ts';
import type { JsonValue } from '../json.ts';

/** What was recorded of one group. */
interface Recording {
  readonly group: string;
  readonly probes: readonly Probe[];
  /** Ascending neurons by step; null: spikes were not recorded. */
  readonly spikes: ReadonlyMap<number, readonly number[]> | null;
}

interface Probe {
  readonly register: 'u' | 'v';
  readonly neurons: readonly number[];
  /** By step. */
  readonly values: readonly (readonly number[])[];
}

export type Expected = readonly Recording[];

const RECORDED_MAX = 2 ** 53;

/** Reads `expected`: spikes as [t, i], u and v as { neurons, values: one row a step }. */
export function readExpected(expected: JsonValue, groups: readonly EmulatedGroup[], steps: number): Expected {
  for (const kind of ['spikes', 'u', 'v']) {
    const names = expected.optional(kind);
    for (const name of names?.keys() ?? []) {
      if (!groups.some((group) => group.name === name)) names?.get(name).fail('is of a group that the net does not have');
    }
  }
  const recordings = groups.map((group): Recording => {
    const spikes = expected.optional('spikes')?.optional(group.name) ?? null;
    const probes = (['u', 'v'] as const).flatMap((register) => {
      const probe = expected.optional(register)?.optional(group.name) ?? null;
      return probe === null ? [] : [readProbe(probe, register, group.size, steps)];
    });
    return { group: group.name, probes, spikes: spikes === null ? null : readSpikes(spikes, group.size, steps) };
  });
  if (recordings.every(({ probes, spikes }) => probes.length === 0 && spikes === null)) expected.fail('records nothing');
  return recordings;
}

function readProbe(probe: JsonValue, register: 'u' | 'v', size: number, steps: number): Probe {
  const neurons = probe.get('neurons').integers(null, 0, size - 1);
  const rows = probe.get('values').items(steps);
  return { register, neurons, values: rows.map((row) => row.integers(neurons.length, -RECORDED_MAX, RECORDED_MAX)) };
}

function readSpikes(events: JsonValue, size: number, steps: number): ReadonlyMap<number, readonly number[]> {
  const byStep = new Map<number, number[]>();
  for (const event of events.items()) {
    const [step, neuron] = event.items(2);
    const t = step.integer(0, steps - 1);
    const row = byStep.get(t) ?? [];
    byStep.set(t, row);
    row.push(neuron.integer(0, size - 1));
  }
  for (const row of byStep.values()) row.sort((a, b) => a - b);
  return byStep;
}

/** The first recorded number of this step that the emulation does not have; null: all agree. */
export function compareStep(expected: Expected, step: number, states: readonly GroupState[]): string | null {
  for (const { group, probes, spikes } of expected) {
    const state = states.find((candidate) => candidate.group.name === group);
    if (state === undefined) throw new Error(`no state of ${group}`);
    for (const { register, neurons, values } of probes) {
      const computed = register === 'u' ? state.u : state.reading;
      const wrong = neurons.findIndex((neuron, k) => computed[neuron] !== values[step][k]);
      if (wrong >= 0) {
        const neuron = neurons[wrong];
        return `step ${step}, ${group}[${neuron}]: ${register} is ${computed[neuron] + 0}, recorded ${values[step][wrong]}`;
      }
    }
    if (spikes === null) continue;
    const recorded = spikes.get(step) ?? [];
    if (state.fired.length !== recorded.length || state.fired.some((neuron, k) => neuron !== recorded[k])) {
      return `step ${step}, ${group}: fired ${list(state.fired)}, recorded ${list(recorded)}`;
    }
  }
  return null;
}

const list = (neurons: readonly number[]): string =>
  neurons.length > 12 ? `[${neurons.slice(0, 12).join(', ')}, … ${neurons.length} in all]` : `[${neurons.join(', ')}]`;
