import type { Diagnostic } from '../diagnostics/index.ts';
import type { ChipModel } from '../ir/chip-model.ts';
import type { Mapping } from '../ir/mapping.ts';
import type { Network } from '../ir/network.ts';
import { buildReport, type DataReport, type Prediction, type RunReport, type SettingsReport } from '../report/index.ts';
import type { Decision } from '../simulator/decision.ts';
import { meanCounts } from '../simulator/event-counts.ts';
import type { PaceOptions } from '../simulator/pace.ts';
import type { CostOptions } from './costs.ts';
import type { ChipResult, ClipResult } from './evaluate.ts';
import { mean } from './mean.ts';
import { energyParts, latencyParts } from './summarize-costs.ts';
import { coreReports, populationReports, targetReport } from './summarize-mapping.ts';
import { operationReports } from './summarize-operations.ts';

/** Everything a report is made from. */
export interface RunParts {
  readonly network: Network;
  readonly mapping: Mapping;
  /** At the prices of the run. */
  readonly chip: ChipModel;
  readonly costs: CostOptions;
  readonly results: readonly ClipResult[];
  readonly pace: PaceOptions;
  readonly data: DataReport;
  readonly diagnostics: readonly Diagnostic[];
  readonly settings: SettingsReport;
}

/** Means over the clips, totals and tables: the report of a run. Where no chip was simulated its counts are 0 and its costs null. */
export function summarizeRun(parts: RunParts): RunReport {
  const { network, mapping, chip, results } = parts;
  const chips = results.flatMap((result) => (result.chip === null ? [] : [result.chip]));
  const counts = chips.length === 0 ? null : meanCounts(chips.map((run) => run.counts));
  const timings = chips.map(({ timing }) => timing);
  const macs = mean(results.map(({ events }) => events?.macs ?? 0));
  const acs = mean(results.map(({ events }) => events?.acs ?? 0));
  return buildReport({
    model: mapping.model,
    target: targetReport(mapping, chip),
    mapping: { ...mapping.placement, scaleRule: mapping.scaleRule },
    data: parts.data,
    predictions: results.map(predictionOf),
    events: {
      synapticEvents: mean(results.map(({ events }) => events?.synapticEvents ?? 0)),
      mappedSynapticEvents: counts?.synapticEvents ?? 0,
      spikes: counts === null ? mean(results.map(logicalSpikes)) : networkSpikes(network, chips),
      floatSpikes: mean(results.map((result) => total(result.floatSpikes))),
      acs,
      macs,
      neuronUpdates: counts === null ? 0 : counts.neuronUpdatesActive + counts.neuronUpdatesInactive,
      packets: counts?.packets ?? 0,
      hops: counts === null ? 0 : counts.hopsHorizontal + counts.hopsVertical,
    },
    perPopulation: populationReports(network, mapping, results),
    operations: operationReports(network, mapping, chip, counts),
    cores: coreReports(network, mapping, chip, chips),
    energy: energyParts(counts, timings, mapping, chip, parts, { acs, macs }),
    latency: latencyParts(timings, mapping, parts.costs.timing),
    diagnostics: parts.diagnostics,
    settings: parts.settings,
  });
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
