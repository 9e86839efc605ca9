import type { StepResult } from '../../simulator/sana-fe/emulate.ts';
import { firstNeurons, type Group } from '../../simulator/sana-fe/net.ts';
import type { JsonValue } from '../json.ts';

/** Recorded spikes of one group; null: not recorded. */
interface Recording {
  readonly name: string;
  readonly first: number;
  readonly end: number;
  readonly counts: readonly number[] | null;
  /** Ascending, by step; null: not recorded. */
  readonly events: ReadonlyMap<number, readonly number[]> | null;
}

/** `results.spikes`: how many neurons of a group fired in each step, and which. */
export function readSpikes(json: JsonValue | null, groups: readonly Group[], steps: number): readonly Recording[] {
  if (json === null) return [];
  const first = firstNeurons(groups);
  return json.keys().map((name): Recording => {
    const recorded = json.get(name);
    const g = groups.findIndex((group) => group.name === name);
    if (g < 0) recorded.fail('is not a group');
    const events = recorded.optional('events_step_neurons');
    return {
      name,
      first: first[g],
      end: first[g + 1],
      counts: recorded.optional('counts_per_step')?.integers(steps, 0, groups[g].size) ?? null,
      events: events === null ? null : readEvents(events, steps, groups[g].size),
    };
  });
}

function readEvents(json: JsonValue, steps: number, size: number): ReadonlyMap<number, readonly number[]> {
  const events = new Map<number, readonly number[]>();
  for (const entry of json.items()) {
    const [step, neurons] = entry.items(2);
    const t = step.integer(1, steps);
    if (events.has(t)) entry.fail(`gives step ${t} again`);
    events.set(
      t,
      neurons.integers(null, 0, size - 1).toSorted((a, b) => a - b),
    );
  }
  return events;
}

/** The first group that did not fire as recorded; null: all did. */
export function compareSpikes(recordings: readonly Recording[], { step, firedNeurons }: StepResult): string | null {
  for (const { name, first, end, counts, events } of recordings) {
    const fired = firedNeurons.filter((n) => n >= first && n < end).map((n) => n - first);
    fired.sort((a, b) => a - b);
    if (counts !== null && counts[step - 1] !== fired.length)
      return `step ${step}: ${fired.length} of ${name} fired, recorded ${counts[step - 1]}`;
    const recorded = events?.get(step) ?? [];
    if (events !== null && (recorded.length !== fired.length || recorded.some((n, k) => n !== fired[k]))) {
      return `step ${step}: ${list(fired)} of ${name} fired, recorded ${list(recorded)}`;
    }
  }
  return null;
}

const list = (neurons: readonly number[]): string =>
  neurons.length > 12 ? `[${neurons.slice(0, 12).join(', ')}, … ${neurons.length} in all]` : `[${neurons.join(', ')}]`;
