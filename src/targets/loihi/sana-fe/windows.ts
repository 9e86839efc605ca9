import { DiagnosticError, diagnostic } from '../../../diagnostics/index.ts';
import type { SanaFeEdge, SanaFeInput, SanaFeLif } from './net.ts';

/** Neurons that keep a population still outside its window; they stand beside its own. */
export interface Keepers {
  readonly inputs: SanaFeInput;
  readonly edge: SanaFeEdge;
}

/** A population's window in chip steps, counted from 0, and those of the whole clip. */
export interface Window {
  readonly start: number;
  readonly end: number;
  readonly steps: number;
}

/** Below what any input lifts over a threshold, in units of 64. */
const STILL = -(2 ** 30);

/**
 * On the chip a population is held clear outside its window; SANA-FE's neurons always take their bias. Before the window, `hold` takes the
 * bias away again, and `first` what it left of step 1, which nothing can reach in time; after it, `stop` keeps the potential far below the
 * threshold. Chip step c is step c + 1 here, and what is sent in a step arrives in the next. null: the window needs none.
 */
export function keepersOf(group: SanaFeLif, { start, end, steps }: Window): Keepers | null {
  const biased = [...group.bias.keys()].filter((i) => group.bias[i] !== 0);
  const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  const early = start > 0 ? biased : [];
  const late = end < steps;
  if (early.length === 0 && !late) return null;
  refuseEarlySpikes(group, early);
  const rest = (i: number): number => Math.trunc(64 * group.leak[i] * group.bias[i]) / 64;
  const synapses: readonly (readonly [source: number, target: number, weight: number])[] = [
    ...early.filter((i) => rest(i) !== 0).map((i) => [0, i, -rest(i)] as const),
    ...(start > 1 ? early.map((i) => [1, i, -group.bias[i]] as const) : []),
    ...(late ? range(0, group.size).map((i) => [2, i, STILL] as const) : []),
  ];
  const name = `keep_${group.name}`;
  return {
    inputs: {
      kind: 'input',
      name,
      size: 3,
      spikes: [early.length > 0 ? [1] : [], early.length > 0 ? range(1, start) : [], late ? range(end, steps) : []],
    },
    edge: {
      source: name,
      target: group.name,
      pairs: synapses.map(([source, target]) => [source, target]),
      weights: synapses.map(([, , weight]) => weight),
    },
  };
}

function refuseEarlySpikes({ name, bias, threshold }: SanaFeLif, early: readonly number[]): void {
  const neuron = early.find((i) => bias[i] > threshold[i]);
  if (neuron === undefined) return;
  throw new DiagnosticError([
    diagnostic('sana-fe-unsupported', `neuron ${neuron} of ${name} fires by its bias alone`, {
      places: [{ item: name }],
      notes: ["it would fire in SANA-FE's first step, before its window"],
    }),
  ]);
}
