import type { StepResult } from '../../simulator/sana-fe/emulate.ts';
import type { JsonValue } from '../json.ts';
import { differs } from './tolerance.ts';

/** What a step is compared by: what happened, and its length by both models, barriers included. */
export interface TimedStep extends StepResult {
  readonly simpleS: number;
  readonly detailedS: number;
  /** Messages that had to wait for room on their route. */
  readonly blocked: number;
}

/** A recorded figure: of each step in `results.per_timestep`, and their sum in `results.totals`; null: not recorded there. */
interface Figure {
  readonly perStep: string | null;
  readonly total: string | null;
  /** Counts are equal; joules and seconds are equal to the digits that were printed. */
  readonly kind: 'count' | 'real';
  readonly optional?: true;
  readonly of: (step: TimedStep) => number;
  /** Was computed from this figure as printed, and has its rounding. */
  readonly roundedAs?: (step: TimedStep) => number;
}

const networkJ = ({ energyJ }: StepResult): number => energyJ.axonOut + energyJ.axonIn + energyJ.hops;
const totalJ = (step: StepResult): number => step.energyJ.synapse + step.energyJ.dendrite + step.energyJ.soma + networkJ(step);

const FIGURES: readonly Figure[] = [
  { perStep: 'fired', total: 'neurons_fired', kind: 'count', of: ({ counts }) => counts.fired },
  { perStep: 'updated', total: 'neurons_updated', kind: 'count', of: ({ counts }) => counts.updated },
  { perStep: 'packets', total: 'packets', kind: 'count', of: ({ counts }) => counts.packets },
  { perStep: 'hops', total: 'hops', kind: 'count', of: ({ counts }) => counts.hops },
  { perStep: 'sops', total: 'sops', kind: 'count', of: ({ counts }) => counts.sops },
  { perStep: 'synapse_energy', total: 'energy_J.synapse', kind: 'real', of: ({ energyJ }) => energyJ.synapse },
  { perStep: 'dendrite_energy', total: 'energy_J.dendrite', kind: 'real', optional: true, of: ({ energyJ }) => energyJ.dendrite },
  { perStep: 'soma_energy', total: 'energy_J.soma', kind: 'real', of: ({ energyJ }) => energyJ.soma },
  { perStep: 'network_energy', total: 'energy_J.network', kind: 'real', of: networkJ },
  { perStep: 'total_energy', total: null, kind: 'real', optional: true, of: totalJ },
  { perStep: null, total: 'energy_J.total', kind: 'real', of: totalJ },
  { perStep: null, total: 'energy_J.derived_axon_out', kind: 'real', optional: true, of: (s) => s.energyJ.axonOut, roundedAs: networkJ },
  { perStep: null, total: 'energy_J.derived_axon_in', kind: 'real', optional: true, of: (s) => s.energyJ.axonIn, roundedAs: networkJ },
  { perStep: null, total: 'energy_J.derived_hops', kind: 'real', optional: true, of: (s) => s.energyJ.hops, roundedAs: networkJ },
  { perStep: 'latency_simple', total: 'latency_s.simple', kind: 'real', of: ({ simpleS }) => simpleS },
  { perStep: 'latency_detailed', total: 'latency_s.detailed', kind: 'real', of: ({ detailedS }) => detailedS },
];

interface Recorded {
  readonly figure: Figure;
  /** By step. */
  readonly values: readonly number[] | null;
  readonly total: number | null;
  sum: number;
  sumRoundedAs: number;
}

/** Recorded figures; compares step after step, then what they add up to. */
export class Expected {
  readonly #recorded: readonly Recorded[];
  readonly #blocked: number | null;
  #blockedSum = 0;

  constructor(results: JsonValue, steps: number) {
    const totals = results.get('totals');
    totals.optional('timesteps')?.integer(steps, steps);
    this.#recorded = FIGURES.map((figure) => ({
      figure,
      values: readRow(find(results.get('per_timestep'), figure.perStep, figure.optional), figure, steps),
      total: readTotal(find(totals, figure.total, figure.optional), figure),
      sum: 0,
      sumRoundedAs: 0,
    }));
    this.#blocked = results.optional('blocked_messages')?.integer(0, Number.MAX_SAFE_INTEGER) ?? null;
  }

  /** The first recorded figure of this step that is another; null: none is. */
  compare(step: TimedStep): string | null {
    this.#blockedSum += step.blocked;
    for (const recorded of this.#recorded) {
      const { of, roundedAs = of } = recorded.figure;
      recorded.sum += of(step);
      recorded.sumRoundedAs += roundedAs(step);
    }
    for (const { figure, values } of this.#recorded) {
      if (values === null) continue;
      const difference = differs(figure.of(step), values[step.step - 1], figure.kind === 'real' ? values[step.step - 1] : 0);
      if (difference !== null) return `step ${step.step}: ${figure.perStep} ${difference}`;
    }
    return null;
  }

  compareTotals(): string | null {
    for (const { figure, total, sum, sumRoundedAs } of this.#recorded) {
      const difference = total === null ? null : differs(sum, total, figure.kind === 'real' ? sumRoundedAs : 0);
      if (difference !== null) return `totals.${figure.total} ${difference}`;
    }
    const difference = this.#blocked === null ? null : differs(this.#blockedSum, this.#blocked, 0);
    return difference === null ? null : `blocked_messages ${difference}`;
  }
}

function find(json: JsonValue, path: string | null, optional = false): JsonValue | null {
  return (path?.split('.') ?? []).reduce<JsonValue | null>(
    (at, key) => (optional ? (at?.optional(key) ?? null) : (at?.get(key) ?? null)),
    path === null ? null : json,
  );
}

const readTotal = (json: JsonValue | null, { kind }: Figure): number | null =>
  json === null ? null : kind === 'count' ? json.integer(0, Number.MAX_SAFE_INTEGER) : json.number(0, Number.MAX_VALUE);

const readRow = (json: JsonValue | null, { kind }: Figure, steps: number): readonly number[] | null =>
  json === null ? null : kind === 'count' ? json.integers(steps, 0, Number.MAX_SAFE_INTEGER) : json.numbers(steps, 0, Number.MAX_VALUE);
