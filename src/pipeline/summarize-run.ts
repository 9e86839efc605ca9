import type { Diagnostic } from '../diagnostics/index.ts';
import type { Network } from '../ir/network.ts';
import {
  buildReport,
  type DataReport,
  type EventReport,
  type Prediction,
  type ReportParts,
  type RunReport,
  type SettingsReport,
  type TimeCourseReport,
} from '../report/index.ts';
import type { Decision } from '../simulator/decision.ts';
import type { PaceOptions } from '../simulator/pace.ts';
import { meanTimeCourse } from '../simulator/time-course.ts';
import { accountRun } from './accounting/index.ts';
import type { CostOptions } from './costs.ts';
import type { Deployment } from './deployment.ts';
import type { ChipResult, ClipResult } from './evaluate.ts';
import { loihiParts } from './loihi-parts.ts';
import { mean } from './mean.ts';
import { spinnakerParts } from './spinnaker/parts.ts';
import { populationReports } from './summarize-mapping.ts';

/** Everything a report is made from. */
export interface RunParts {
  readonly network: Network;
  /** Its chip at the prices of the run. */
  readonly deployment: Deployment;
  readonly costs: CostOptions;
  readonly results: readonly ClipResult[];
  readonly pace: PaceOptions;
  readonly data: DataReport;
  readonly diagnostics: readonly Diagnostic[];
  readonly settings: SettingsReport;
}

/** Means over the clips, totals and tables: the report of a run. Where no chip was simulated its counts are 0 and its costs null. */
export function summarizeRun(parts: RunParts): RunReport {
  const { network, deployment, results } = parts;
  const { mapping } = deployment;
  const chips = results.flatMap((result) => (result.chip === null ? [] : [result.chip]));
  const macs = mean(results.map(({ events }) => events?.macs ?? 0));
  const acs = mean(results.map(({ events }) => events?.acs ?? 0));
  const chip = chipParts(parts, chips, { acs, macs });
  return buildReport({
    ...chip,
    model: mapping.model,
    mapping: { ...mapping.placement, scaleRule: mapping.scaleRule },
    data: parts.data,
    predictions: results.map(predictionOf),
    events: {
      synapticEvents: mean(results.map(({ events }) => events?.synapticEvents ?? 0)),
      spikes: chips.length === 0 ? mean(results.map(logicalSpikes)) : networkSpikes(network, chips),
      floatSpikes: mean(results.map((result) => total(result.floatSpikes))),
      acs,
      macs,
      ...chip.events,
    },
    timeCourse: chips.length === 0 ? null : timeCourseReport(chips),
    perPopulation: populationReports(network, chip.coresOf, results),
    accounting: accountRun(
      network,
      results.flatMap(({ tally }) => (tally === null ? [] : [tally])),
      {
        simulated: chips.length > 0,
        energy: chip.energy,
        rounded: mapping.program.readout.quantized ?? [],
        mappedSynapticEvents: chip.events.mappedSynapticEvents,
        timesteps: mapping.model.timesteps,
        synapses: mapping.model.synapses,
      },
    ),
    diagnostics: parts.diagnostics,
    settings: parts.settings,
  });
}

function timeCourseReport(chips: readonly ChipResult[]): TimeCourseReport {
  const { stepsPerBin, spikes, synapticEvents, packets } = meanTimeCourse(chips.map(({ timeCourse }) => timeCourse));
  return { stepsPerBin, spikes: [...spikes], synapticEvents: [...synapticEvents], packets: [...packets] };
}

/** What a family of chips says for itself. */
export interface ChipParts extends Pick<ReportParts, 'target' | 'operations' | 'cores' | 'energy' | 'latency' | 'resolution'> {
  readonly events: Pick<EventReport, 'mappedSynapticEvents' | 'neuronUpdates' | 'packets' | 'hops' | 'sdramWords'>;
  /** How many cores hold a slice of a population. */
  readonly coresOf: (population: string) => number;
}

function chipParts(
  { network, deployment, pace, costs }: RunParts,
  chips: readonly ChipResult[],
  arithmetic: { readonly acs: number; readonly macs: number },
): ChipParts {
  switch (deployment.kind) {
    case 'loihi': {
      const runs = chips.filter((run) => run.kind === 'loihi');
      return loihiParts(network, deployment.mapping, deployment.chip, runs, { pace, costs }, arithmetic);
    }
    case 'spinnaker': {
      const runs = chips.filter((run) => run.kind === 'spinnaker');
      return spinnakerParts(network, deployment.mapping, deployment.chip, runs, { pace, costs }, arithmetic);
    }
  }
}

const predictionOf = (result: ClipResult): Prediction => ({
  label: result.label,
  reference: winner(result.reference),
  float: winner(result.float),
  deployed: winner(result.chip?.decision ?? result.quantized),
});

const winner = (decision: Decision | null): number | null => decision?.winner ?? null;

const logicalSpikes = (result: ClipResult): number => total(result.quantizedSpikes ?? result.floatSpikes);

const total = (spikes: ReadonlyMap<unknown, number> | null): number => [...(spikes?.values() ?? [])].reduce((a, b) => a + b, 0);

/** Spikes of the network's own populations, relays that the mapping added left out. */
function networkSpikes(network: Network, chips: readonly ChipResult[]): number {
  const own = new Set<string>(network.nodes.filter((node) => node.kind === 'population').map((node) => node.id));
  return mean(
    chips.map(({ populations }) => [...populations].reduce((sum, [name, counts]) => sum + (own.has(name) ? counts.spikes : 0), 0)),
  );
}
