import type { Mapping } from '../../ir/mapping.ts';
import type { Network } from '../../ir/network.ts';
import type { SpinnakerChip } from '../../ir/spinnaker-chip.ts';
import type { SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import { meanMachineCounts } from '../../simulator/spinnaker/machine-trace.ts';
import type { SpinnakerRun } from '../chip-runner.ts';
import type { Prices } from '../energy-head.ts';
import { latencyParts } from '../summarize-costs.ts';
import type { ChipParts } from '../summarize-run.ts';
import { machineEnergy } from './energy.ts';
import { coreRows, targetRow } from './mapping.ts';
import { operationRows } from './operations.ts';

/** What the report of a run says about a SpiNNaker machine. */
export function spinnakerParts(
  network: Network,
  mapping: Mapping<SpinnakerProgram>,
  chip: SpinnakerChip,
  runs: readonly SpinnakerRun[],
  prices: Prices,
  arithmetic: { readonly acs: number; readonly macs: number },
): ChipParts {
  const { program } = mapping;
  const counts = runs.length === 0 ? null : meanMachineCounts(runs.map((run) => run.counts));
  const timings = runs.map(({ timing }) => timing);
  return {
    target: targetRow(program, chip),
    events: {
      mappedSynapticEvents: counts?.synapticEvents ?? 0,
      neuronUpdates: counts?.neuronUpdates ?? 0,
      packets: counts === null ? 0 : counts.packets + counts.payloads,
      hops: counts?.links ?? 0,
      ...(counts === null ? {} : { sdramWords: counts.sdramWords }),
    },
    coresOf: (population) => program.cores.filter((core) => core.kind === 'neurons' && core.population === population).length,
    operations: operationRows(network, program, runs),
    cores: coreRows(network, program, chip, runs),
    energy: machineEnergy(counts, timings, program, chip, prices, arithmetic),
    latency: latencyParts(timings, mapping, 'simple'),
    resolution: program.resolution,
  };
}
