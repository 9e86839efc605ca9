import type { ChipModel } from '../ir/chip-model.ts';
import type { ChipProgram, Mapping } from '../ir/mapping.ts';
import type { ReportParts, SourceReport } from '../report/index.ts';
import { priceCounts } from '../simulator/energy.ts';
import type { EventCounts } from '../simulator/event-counts.ts';
import { chipsUsed } from '../simulator/floor.ts';
import { type Pace, sampleSeconds } from '../simulator/pace.ts';
import type { Timing, TimingModel } from '../simulator/timing.ts';
import { energyHead, HOROWITZ, NOT_SIMULATED, type Prices, pacesOf, unsimulated } from './energy-head.ts';
import { mean } from './mean.ts';

/** As docs/energy-model.md has it. */
const NOT_MODELLED = [
  'leakage by temperature and voltage',
  'memory that is not used, and power-down of idle cores',
  'start-up and configuration',
  'input and output beyond the edge of the chip',
  'the microcode of a neuron where neurons are programs',
];

/** Energy per clip: prices are linear in counts, so means are priced. */
export function energyParts(
  counts: EventCounts | null,
  timings: readonly Timing[],
  mapping: Mapping,
  chip: ChipModel,
  prices: Prices,
  arithmetic: { readonly acs: number; readonly macs: number },
): ReportParts['energy'] {
  const { pace, costs } = prices;
  const head = energyHead(chip.name, prices, arithmetic);
  if (counts === null) return { ...head, ...unsimulated('chip') };
  const priceAt = (mode: Pace) => {
    const poweredSeconds = mean(timings.map((timing) => sampleSeconds(timing, { ...pace, pace: mode })));
    return { poweredSeconds, ...priceCounts(counts, poweredSeconds, chipsUsed(mapping.program), chip, mode, costs.without) };
  };
  const energy = priceAt(pace.pace);
  const paces = pacesOf(pace)
    .map(priceAt)
    .map(({ mode, poweredSeconds, staticJoules, joulesPerSample, knownJoules }) => {
      return { mode, poweredSeconds, staticJoules, joulesPerSample, knownJoules };
    });
  // A time may rest on several.
  const used = new Set([...energy.terms, ...timings[0].terms].flatMap((term) => term.source.split(', ')));
  const sources = Object.entries(chip.sources)
    .filter(([key]) => used.has(key))
    .map(([key, source]): SourceReport => ({ key, ...source }));
  return { ...head, basis: energy.basis, terms: energy.terms, paces, sources: [...sources, HOROWITZ], notModelled: NOT_MODELLED };
}

/** Latency per clip: means of the clips' own times. */
export function latencyParts(timings: readonly Timing[], mapping: Mapping<ChipProgram>, model: TimingModel): ReportParts['latency'] {
  const { program } = mapping;
  const timesteps = program.segments.reduce((sum, segment) => sum + segment.steps, 0);
  const common = { model, timesteps, addedLatencySteps: timesteps - mapping.model.timesteps };
  const segments = program.segments.map(({ index, kind, steps }) => ({
    index,
    kind,
    steps,
    seconds: timings.length === 0 ? null : mean(timings.map((timing) => timing.segments[index].seconds)),
  }));
  if (timings.length === 0) {
    const term = { name: 'chip', seconds: null, basis: 'assumed', source: 'none', reason: NOT_SIMULATED } as const;
    return { ...common, basis: 'assumed', terms: [term], secondsAfterLastFrame: null, criticalCore: null, segments };
  }
  const terms = timings[0].terms.map((term, i) => ({ ...term, seconds: mean(timings.map((timing) => timing.terms[i].seconds)) }));
  const busy = program.cores.map((_, core) => mean(timings.map((timing) => timing.busySeconds[core])));
  return {
    ...common,
    basis: timings[0].basis,
    terms,
    secondsAfterLastFrame: mean(timings.map((timing) => timing.secondsAfterLastFrame)),
    criticalCore: busy.indexOf(Math.max(...busy)),
    segments,
  };
}
