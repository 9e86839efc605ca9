import type { ChipModel } from '../ir/chip-model.ts';
import { type CoreProgram, type Mapping, synapsesOfAxons } from '../ir/mapping.ts';
import type { Network, PopulationNode } from '../ir/network.ts';
import type { CoreReport, PopulationReport, TargetReport } from '../report/index.ts';
import { describeFormat } from '../targets/loihi/resources/synapse-memory.ts';
import { WORD_BITS } from '../targets/loihi/resources/synapse-words.ts';
import { coreShares, countCore, memoryBits } from '../targets/loihi/usage.ts';
import type { LoihiRun } from './chip-runner.ts';
import type { ClipResult } from './evaluate.ts';
import { mean } from './mean.ts';

export const usageOf = (core: CoreProgram, chip: ChipModel) => countCore(core, core.outputs.core.length, chip);

export const memoryBytes = (core: CoreProgram, chip: ChipModel): number => Math.ceil(memoryBits(usageOf(core, chip), chip) / 8);

/** Words of the synapse memory where a core has one, else the weights alone. */
function synapticBytes(core: CoreProgram, chip: ChipModel): number {
  if (chip.tables !== undefined) return memoryBytes(core, chip);
  return Math.ceil((core.weights.length * chip.limits.weightBits.value) / 8);
}

/** With a list of its own for every input axon. */
function unsharedBytes(core: CoreProgram, chip: ChipModel): number {
  const { tables } = usageOf(core, chip);
  if (tables !== null) return (tables.unsharedWords * WORD_BITS) / 8;
  const synapses = synapsesOfAxons(core).reduce((sum, count) => sum + count, -core.fastWeightCells);
  return Math.ceil((synapses * chip.limits.weightBits.value) / 8);
}

export function targetReport(mapping: Mapping, chip: ChipModel): TargetReport {
  const { cores } = mapping.program;
  const { coresPerChip, columns, rows, coresPerTile } = chip.geometry;
  const bytes = cores.map((core) => memoryBytes(core, chip));
  const perCore = coreShares(usageOf(cores[0], chip), chip).find((share) => share.resource === 'memory')?.allowed ?? 0;
  return {
    name: chip.name,
    description: chip.description,
    chips: new Set(cores.map((core) => core.chip)).size,
    cores: cores.length,
    coresPerChip,
    neuronsPerCoreMax: Math.max(...cores.map((core) => core.compartments)),
    synapticMemoryBytes: cores.reduce((sum, core) => sum + synapticBytes(core, chip), 0),
    ...(chip.sharedLists === undefined ? {} : { unsharedSynapticBytes: cores.reduce((sum, core) => sum + unsharedBytes(core, chip), 0) }),
    utilisation: mean(bytes) / perCore,
    geometry: { columns, rows, coresPerTile },
  };
}

export function coreReports(network: Network, mapping: Mapping, chip: ChipModel, chips: readonly LoihiRun[]): readonly CoreReport[] {
  const nameOf = new Map<string, string>(network.nodes.map((node) => [node.id, node.name]));
  return mapping.program.cores.map((core, index) => ({
    core: core.core,
    chip: core.chip,
    tile: core.tile,
    slot: core.slot,
    compartments: core.compartments,
    memoryBytes: memoryBytes(core, chip),
    utilisation: Math.max(...coreShares(usageOf(core, chip), chip).map((share) => share.used / share.allowed)),
    synapticEvents: mean(chips.map(({ coreEvents }) => coreEvents[index])),
    populations: [...new Set(core.groups.map((group) => nameOf.get(group.population) ?? group.population))],
    synapseFormats: [...(usageOf(core, chip).tables?.formats ?? [])].map(describeFormat),
  }));
}

/** As deployed where a chip ran, else as simulated. */
export function populationReports(
  network: Network,
  coresOf: (population: string) => number,
  results: readonly ClipResult[],
): readonly PopulationReport[] {
  const steps = new Map(network.timelines.map((timeline) => [timeline.id, timeline.steps]));
  return network.nodes
    .filter((node): node is PopulationNode => node.kind === 'population')
    .map((node) => {
      const spikes = mean(
        results.map((r) => r.chip?.populations.get(node.id)?.spikes ?? (r.quantizedSpikes ?? r.floatSpikes)?.get(node.id) ?? 0),
      );
      return {
        name: node.name,
        origin: node.origin,
        neurons: node.size,
        spikes,
        firingRate: spikes / (node.size * (steps.get(node.timeline) ?? 1)),
        synapticEvents: mean(results.map((r) => r.chip?.populations.get(node.id)?.synapticEvents ?? r.events?.perTarget.get(node.id) ?? 0)),
        cores: coresOf(node.id),
      };
    });
}
