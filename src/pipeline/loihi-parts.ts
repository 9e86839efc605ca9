import type { ChipModel } from '../ir/chip-model.ts';
import type { Mapping } from '../ir/mapping.ts';
import type { Network } from '../ir/network.ts';
import { meanCounts } from '../simulator/event-counts.ts';
import type { LoihiRun } from './chip-runner.ts';
import type { Prices } from './energy-head.ts';
import { energyParts, latencyParts } from './summarize-costs.ts';
import { coreReports, targetReport } from './summarize-mapping.ts';
import { operationReports } from './summarize-operations.ts';
import type { ChipParts } from './summarize-run.ts';

/** What the report of a run says about a Loihi chip. */
export function loihiParts(
  network: Network,
  mapping: Mapping,
  chip: ChipModel,
  runs: readonly LoihiRun[],
  prices: Prices,
  arithmetic: { readonly acs: number; readonly macs: number },
): ChipParts {
  const counts = runs.length === 0 ? null : meanCounts(runs.map((run) => run.counts));
  const timings = runs.map(({ timing }) => timing);
  return {
    target: targetReport(mapping, chip),
    events: {
      mappedSynapticEvents: counts?.synapticEvents ?? 0,
      neuronUpdates: counts === null ? 0 : counts.neuronUpdatesActive + counts.neuronUpdatesInactive,
      packets: counts?.packets ?? 0,
      hops: counts === null ? 0 : counts.hopsHorizontal + counts.hopsVertical,
    },
    coresOf: (population) => mapping.program.cores.filter((core) => core.groups.some((group) => group.population === population)).length,
    operations: operationReports(network, mapping, chip, runs),
    cores: coreReports(network, mapping, chip, runs),
    energy: energyParts(counts, timings, mapping, chip, prices, arithmetic),
    latency: latencyParts(timings, mapping, prices.costs.timing),
    resolution: [],
  };
}
