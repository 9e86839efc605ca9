import type { ChipResult, ClipResult } from './evaluate.ts';
import type { ChipModel } from './ir/chip-model.ts';
import type { CoreProgram, Mapping } from './ir/mapping.ts';
import type { Network, PopulationNode } from './ir/network.ts';
import { mean } from './mean.ts';
import type { CoreReport, OperationReport, PopulationReport, TargetReport } from './report/index.ts';
import type { EventCounts } from './simulator/event-counts.ts';
import { coreShares, countCore, memoryBits } from './targets/loihi/usage.ts';

const usageOf = (core: CoreProgram) => countCore(core, core.outputs.core.length);

const memoryBytes = (core: CoreProgram, chip: ChipModel): number => Math.ceil(memoryBits(usageOf(core), chip) / 8);

export function targetReport(mapping: Mapping, chip: ChipModel): TargetReport {
  const { cores } = mapping.program;
  const { coresPerChip, columns, rows, coresPerTile } = chip.geometry;
  const bytes = cores.map((core) => memoryBytes(core, chip));
  const perCore = coreShares(usageOf(cores[0]), chip).find((share) => share.resource === 'memory')?.allowed ?? 0;
  return {
    name: chip.name,
    description: chip.description,
    chips: new Set(cores.map((core) => core.chip)).size,
    cores: cores.length,
    coresPerChip,
    neuronsPerCoreMax: Math.max(...cores.map((core) => core.compartments)),
    synapticMemoryBytes: cores.reduce((sum, core) => sum + Math.ceil((core.weights.length * chip.limits.weightBits.value) / 8), 0),
    utilisation: mean(bytes) / perCore,
    geometry: { columns, rows, coresPerTile },
  };
}

export function coreReports(network: Network, mapping: Mapping, chip: ChipModel, chips: readonly ChipResult[]): readonly CoreReport[] {
  const nameOf = new Map<string, string>(network.nodes.map((node) => [node.id, node.name]));
  return mapping.program.cores.map((core, index) => ({
    core: core.core,
    chip: core.chip,
    tile: core.tile,
    slot: core.slot,
    compartments: core.compartments,
    memoryBytes: memoryBytes(core, chip),
    utilisation: Math.max(...coreShares(usageOf(core), chip).map((share) => share.used / share.allowed)),
    synapticEvents: mean(chips.map(({ coreEvents }) => coreEvents[index])),
    populations: [...new Set(core.groups.map((group) => nameOf.get(group.population) ?? group.population))],
  }));
}

/** As deployed where a chip ran, else as simulated. */
export function populationReports(network: Network, mapping: Mapping, results: readonly ClipResult[]): readonly PopulationReport[] {
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
        cores: mapping.program.cores.filter((core) => core.groups.some((group) => group.population === node.id)).length,
      };
    });
}

/** Where everything runs that is not a plain synapse or neuron. Nothing is free: each row says what it is counted under. */
export function operationReports(
  network: Network,
  mapping: Mapping,
  chip: ChipModel,
  counts: EventCounts | null,
): readonly OperationReport[] {
  const { operations } = chip;
  const rows: OperationReport[] = [];
  for (const node of network.nodes) {
    const add = (kind: string, where: string, count: number | null, note: string): void => {
      rows.push({ name: node.name, kind, where, operations: count, note });
    };
    switch (node.kind) {
      case 'input':
        if (node.role === 'features')
          add('input', 'host', counts?.hostValues ?? null, 'values handed over; sent as graded spikes by the embedded processor');
        break;
      case 'rotary':
        add('rotary', operations.rotary, null, 'exact fixed-point tables, on the buffered clip; counted with the embedded processor');
        break;
      case 'reorder':
        add('reorder', operations.reorder, null, 'a permutation of the buffered clip; counted with the embedded processor');
        break;
      case 'attention':
      case 'fast-weights':
        add(
          'fast-weights',
          operations.fastWeights,
          counts?.fastWeightUpdates ?? null,
          'written by coincidence, read by the replayed query, cleared before each clip',
        );
        break;
      case 'population':
        if (node.gate !== null)
          add('gate', operations.gate, null, 'one gate compartment a neuron; counted with synaptic events and neuron updates');
        break;
      case 'sum':
        add('sum', 'core', null, 'distributed over the projections that read it: each term a synaptic event of its own');
        break;
      case 'readout':
        add(
          'decision',
          'embedded',
          null,
          `${node.size} membrane potentials collected in each step; softmax and argmax on the embedded processor`,
        );
        break;
    }
  }
  const replayed = mapping.program.segments.flatMap((segment) => segment.injections).length;
  rows.push({
    name: 'buffers',
    kind: 'replay',
    where: 'embedded',
    operations: counts?.embeddedOperations ?? null,
    note: `${replayed} streams injected over ${mapping.program.segments.length} segments; all operations of the embedded processor`,
  });
  return rows;
}
