import { type Diagnostic, diagnostic } from '../../../diagnostics/index.ts';
import type { SpinnakerChip } from '../../../ir/spinnaker-chip.ts';
import type { SpinnakerMachine } from '../../../ir/spinnaker-machine.ts';
import type { Share } from '../../mapping/partition.ts';
import type { Slice } from '../../mapping/slices.ts';
import { fourChipBoard, smallestMachine } from '../machine/boards.ts';
import { cutPopulation } from '../partition/cut-population.ts';
import { cyclesAllowed, type SliceDemand, type SliceResource, sliceShares, stepCycles, timeScaleFor } from '../partition/slice-shares.ts';
import type { Connections } from './connect.ts';
import { demandOf, longestDelay, softwareCycles } from './demand.ts';
import type { SoftwarePlan } from './software.ts';

/** Slices of all populations, one core each, on a machine, at a pace that every core can keep whatever the data. */
export interface CorePlan {
  /** By owner. */
  readonly slices: readonly (readonly Slice[])[];
  readonly machine: SpinnakerMachine;
  readonly timeScale: number;
  /** Most cycles of a step over the mean of all cores. */
  readonly criticalLoad: number;
}

export type CorePlanning =
  | { readonly kind: 'plan'; readonly plan: CorePlan }
  | { readonly kind: 'problems'; readonly problems: readonly Diagnostic[] };

/** Slower than this is not tried: a step of a second. */
const TIME_SCALE_MAX = 1000;

/**
 * The smallest machine that holds the coarsest cut, and on it the finest cut there is room for: the fewer synapses a core has, the shorter a step
 * can be. Idle boards take most of the energy, so that a larger machine would have to be that much faster.
 */
export function planCores(connections: Connections, software: readonly SoftwarePlan[], chip: SpinnakerChip): CorePlanning {
  const demands = connections.owners.map((owner) => demandOf(owner, connections));
  const coarse = cut(connections, demands, chip, Number.POSITIVE_INFINITY);
  const problems = [...delayProblems(connections, chip), ...coarse.problems, ...memoryProblems(software, chip)];
  if (problems.length > 0) return { kind: 'problems', problems };
  const machine = machineFor(count(coarse.slices) + software.length);
  const boards = Math.ceil(machine.chips.length / CHIPS_PER_BOARD);
  if (boards > chip.chip.boards.value) return { kind: 'problems', problems: [tooManyBoards(boards, chip)] };
  const room = machine.chips.reduce((sum, { cores }) => sum + cores.length, 0) - software.length;
  const fixed = Math.max(0, ...software.map((plan) => softwareCycles(plan, chip)));
  const timestep = chip.chip.timestep.value;
  for (let timeScale = timeScaleFor(fixed, timestep, chip.core); timeScale <= TIME_SCALE_MAX; timeScale++) {
    const fine = cut(connections, demands, chip, cyclesAllowed(timestep, timeScale, chip.core));
    if (fine.problems.length > 0 || count(fine.slices) > room) continue;
    const loads = fine.slices.flatMap((slices, owner) => slices.map((slice) => stepCycles(demands[owner](slice.count), chip.core)));
    const all = [...loads, ...software.map((plan) => softwareCycles(plan, chip))];
    const mean = all.reduce((sum, load) => sum + load, 0) / all.length;
    return { kind: 'plan', plan: { slices: fine.slices, machine, timeScale, criticalLoad: Math.max(...all) / mean } };
  }
  return { kind: 'problems', problems: [tooSlow(chip)] };
}

const CHIPS_PER_BOARD = 48;

function machineFor(cores: number): SpinnakerMachine {
  const small = fourChipBoard();
  return cores <= small.chips.reduce((sum, chip) => sum + chip.cores.length, 0) ? small : smallestMachine(cores);
}

const count = (slices: readonly (readonly Slice[])[]): number => slices.reduce((sum, parts) => sum + parts.length, 0);

/** Every population in the fewest slices that keep the limits of a core, so many cycles among them. */
function cut(
  connections: Connections,
  demands: readonly ((neurons: number) => SliceDemand)[],
  chip: SpinnakerChip,
  cycles: number,
): { readonly slices: readonly (readonly Slice[])[]; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const slices = connections.owners.map(({ node }, owner) => {
    const result = cutPopulation(owner, node.size, (neurons) => sliceShares(demands[owner](neurons), chip.core, cycles));
    if (result.kind === 'slices') return result.slices;
    problems.push(misfit(node.name, node.origin.file, result.share));
    return [];
  });
  return { slices, problems };
}

const misfit = (name: string, file: string, { resource, used, allowed }: Share<SliceResource>): Diagnostic =>
  diagnostic('does-not-fit', `a single neuron of ${name} needs ${used} of ${resource}, and a core has ${allowed}`, {
    places: [{ file, item: name }],
    notes: [`allowed: ${allowed} of ${resource}`],
  });

function delayProblems({ owners }: Connections, { chip }: SpinnakerChip): readonly Diagnostic[] {
  const allowed = chip.delaySteps.value;
  return owners
    .filter((owner) => longestDelay(owner) > allowed)
    .map((owner) =>
      diagnostic('delay-too-long', `${owner.node.name} waits ${longestDelay(owner)} steps for what it reads`, {
        places: [{ file: owner.node.origin.file, item: owner.node.name }],
        notes: [`allowed: 1 .. ${allowed} steps; spikes that wait longer are repeated by relays, integers cannot be`],
      }),
    );
}

function memoryProblems(software: readonly SoftwarePlan[], { chip }: SpinnakerChip): readonly Diagnostic[] {
  const allowed = Math.floor(chip.sdramBytes.value / chip.coresPerChip.value);
  return software
    .filter(({ memoryBytes }) => memoryBytes > allowed)
    .map(({ stream, memoryBytes }) =>
      diagnostic('does-not-fit', `the software that makes ${stream} keeps ${memoryBytes} bytes`, {
        places: [{ item: stream }],
        notes: [`allowed: ${allowed} bytes, a core’s share of its chip’s memory`],
      }),
    );
}

const tooManyBoards = (boards: number, { name, chip }: SpinnakerChip): Diagnostic =>
  diagnostic('does-not-fit', `the network needs ${boards} boards`, {
    places: [{ item: 'boards' }],
    notes: [`allowed: ${chip.boards.value} boards of ${name}`],
  });

const tooSlow = ({ name }: SpinnakerChip): Diagnostic =>
  diagnostic('does-not-fit', `no time-scale factor up to ${TIME_SCALE_MAX} gives the cores of ${name} enough cycles for a step`, {
    places: [{ item: 'time scale' }],
    notes: [`allowed: steps of up to ${TIME_SCALE_MAX} model milliseconds`],
  });
