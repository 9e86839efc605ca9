import type { Basis, ChipModel, Figure } from '../ir/chip-model.ts';
import type { EnergyTerm } from '../ir/energy-term.ts';
import type { LoihiProgram } from '../ir/mapping.ts';
import type { Trace } from '../ir/trace.ts';
import type { CostLine } from './cost-lines.ts';
import { type EventCounts, totalCounts } from './event-counts.ts';
import { weakestBasis } from './figures.ts';
import { chipsUsed } from './floor.ts';
import { type Pace, type PaceOptions, sampleSeconds } from './pace.ts';
import type { Timing } from './timing.ts';

export type { Pace, PaceOptions } from './pace.ts';

export interface Energy {
  readonly mode: Pace;
  /** The weakest basis among the terms that have a value. */
  readonly basis: Basis;
  readonly terms: readonly EnergyTerm[];
  /** Joules by term. */
  readonly breakdown: Readonly<Record<string, number | null>>;
  /** Sums are null as soon as one of their terms is. */
  readonly joulesPerSample: number | null;
  readonly dynamicJoules: number | null;
  readonly staticJoules: number | null;
  /** Sum of the terms that are known. */
  readonly knownJoules: number;
}

/** Energy of a traced clip: event counts times the chip's costs, and static power for as long as the clip keeps the chip powered. */
export function priceTrace(
  trace: Trace,
  timing: Timing,
  program: LoihiProgram,
  chip: ChipModel,
  options: PaceOptions,
  without: readonly CostLine[] = [],
): Energy {
  return priceCounts(totalCounts(trace), sampleSeconds(timing, options), chipsUsed(program), chip, options.pace, without);
}

/**
 * The same from counts, which may be means over clips; `poweredS` is `sampleSeconds`, or its mean. Linear in both. Lines in `without` are left
 * out altogether.
 */
export function priceCounts(
  counts: EventCounts,
  poweredS: number,
  chips: number,
  chip: ChipModel,
  mode: Pace,
  without: readonly CostLine[] = [],
): Energy {
  const { energy } = chip;
  const dynamic = (name: string, count: number, per: string, figure: Figure<'J'>): EnergyTerm => price(name, 'dynamic', count, per, figure);
  const optional = (name: string, count: number, per: string, figure: Figure<'J'> | undefined): EnergyTerm[] =>
    figure === undefined ? [] : [dynamic(name, count, per, figure)];
  const all = [
    dynamic('neuronUpdatesActive', counts.neuronUpdatesActive, 'neuron update inside its window', energy.neuronUpdateActive),
    dynamic('neuronUpdatesInactive', counts.neuronUpdatesInactive, 'neuron update outside its window', energy.neuronUpdateInactive),
    ...optional('spikes', counts.spikes, 'spike fired', energy.spike),
    dynamic('synapticEvents', counts.synapticEvents, 'synaptic event', energy.synapticEvent),
    dynamic('fastWeightUpdates', counts.fastWeightUpdates, 'coincidence written', energy.fastWeightUpdate),
    ...optional('packetsSent', counts.packets, 'packet sent', energy.packetSent),
    ...optional('packetsReceived', counts.packetsReceived, 'packet received', energy.packetReceived),
    dynamic('spikesInTile', counts.spikesInTile, 'packet within a tile', energy.spikeInTile),
    dynamic('hopsHorizontal', counts.hopsHorizontal, 'hop east or west', energy.hopHorizontal),
    dynamic('hopsVertical', counts.hopsVertical, 'hop north or south', energy.hopVertical),
    ...(chips > 1 ? [dynamic('chipCrossings', counts.chipCrossings, 'chip border crossed', energy.chipCrossing ?? UNSTATED)] : []),
    dynamic('barrier', counts.chipSteps, 'barrier synchronisation', energy.barrier),
    dynamic('embeddedProcessor', counts.embeddedOperations, 'operation of the embedded processor', energy.embeddedOperation),
    dynamic('hostInput', counts.hostValues, 'value from the host', energy.inputSpike),
    price('static', 'static', poweredS * chips, 'chip second', energy.staticPowerPerChip),
  ];
  const left: readonly string[] = without;
  const terms = all.filter(({ name }) => !left.includes(name));
  return {
    mode,
    basis: weakestBasis(terms.filter((term) => term.joules !== null && term.costJ !== null).map((term) => term.basis)),
    terms,
    breakdown: Object.fromEntries(terms.map((term) => [term.name, term.joules])),
    joulesPerSample: sum(terms),
    dynamicJoules: sum(terms.filter((term) => term.kind === 'dynamic')),
    staticJoules: sum(terms.filter((term) => term.kind === 'static')),
    knownJoules: terms.reduce((total, term) => total + (term.joules ?? 0), 0),
  };
}

/** Loading a chip model asks for this figure where there can be several chips. */
const UNSTATED: Figure<'J'> = {
  value: null,
  unit: 'J',
  basis: 'assumed',
  source: 'none',
  note: 'the chip model gives no cost between chips',
};

/** Events that did not happen cost nothing, known or not. */
function price(name: string, kind: EnergyTerm['kind'], count: number, per: string, figure: Figure<'J'> | Figure<'W'>): EnergyTerm {
  const { value, basis, source } = figure;
  const joules = count === 0 ? 0 : value === null ? null : count * value;
  const reason = joules === null ? (figure.note ?? 'no figure has been published') : null;
  return { name, kind, count, per, costJ: value, joules, basis, source, reason };
}

function sum(terms: readonly EnergyTerm[]): number | null {
  let total = 0;
  for (const { joules } of terms) {
    if (joules === null) return null;
    total += joules;
  }
  return total;
}
