import type { ChipModel } from '../../ir/chip-model.ts';
import { featuresEntry, type Injection, type LoihiProgram, type SegmentProgram } from '../../ir/mapping.ts';
import { costRoutes, crossingsBetween, hopsBetween, layFloor, type RouteCosts } from '../floor.ts';
import { buildCore, type CoreState, type GroupState, RUN_FIELDS, RunField } from './core-state.ts';
import { describePopulations, type PopulationFacts } from './populations.ts';

/** A program made ready to run: states, and all that can be known before a clip comes. */
export interface Machine {
  readonly program: LoihiProgram;
  readonly populations: readonly PopulationFacts[];
  readonly cores: readonly CoreState[];
  readonly outputCosts: readonly RouteCosts[];
  /** Hops of a packet from each core to its embedded processor. */
  readonly homeHops: readonly (readonly [number, number])[];
  readonly homeCrossings: readonly number[];
  readonly segments: readonly SegmentPlan[];
  readonly readoutSteps: number;
  /** Where the clip's features first enter, and how many there are a step. */
  readonly features: { readonly injection: Injection; readonly size: number };
  readonly fastWeightMax: number;
  /** Room for the spikes of one group in one step. */
  readonly fired: Int32Array;
}

export interface SegmentPlan {
  readonly segment: SegmentProgram;
  readonly injections: readonly { readonly injection: Injection; readonly costs: RouteCosts }[];
  /** Groups of each core that run in this segment. */
  readonly groups: readonly (readonly GroupState[])[];
  /** Teaching compartments of each core that are written in this segment. */
  readonly teachers: Int32Array;
  /** Registers that the embedded processor writes for the windows of this segment. */
  readonly windowWrites: number;
}

/** A compartment's window, opened: state cleared, bias and thresholds set; closed: bias off, threshold out of reach. */
const WINDOW_WRITES = 3;

export function buildMachine(program: LoihiProgram, chip: ChipModel): Machine {
  const populations = describePopulations(program);
  const indexOf = new Map(populations.map((population, index) => [population.name, index]));
  const cores = program.cores.map((core) => buildCore(core, indexOf));
  const floor = layFloor(program, chip);
  const features = featuresEntry(program);
  if (features === undefined) throw new Error('the features are not injected; the program was checked for this');
  return {
    program,
    populations,
    cores,
    outputCosts: program.cores.map((core, index) => costRoutes(core.outputs, floor, index)),
    homeHops: program.cores.map((_, index) => hopsBetween(floor, null, index)),
    homeCrossings: program.cores.map((_, index) => crossingsBetween(floor, null, index)),
    segments: program.segments.map((segment) => ({
      segment,
      injections: segment.injections.map((injection) => ({ injection, costs: costRoutes(injection.routes, floor, null) })),
      groups: cores.map((core) => core.groups.filter((group) => segment.kind === 'run' && group.segment === segment.index)),
      teachers: teachersOf(segment, cores),
      windowWrites: chip.operations.windows === 'embedded' ? WINDOW_WRITES * compartmentsIn(segment, cores) : 0,
    })),
    readoutSteps: populations[indexOf.get(program.readout.population) ?? 0].steps,
    features,
    fastWeightMax: chip.limits.fastWeightMax.value,
    fired: new Int32Array(Math.max(0, ...cores.map((core) => core.compartments))),
  };
}

/** Groups whose fast weights the injected keys of a write segment reach; their teaching compartments are at work in it. */
function teachersOf(segment: SegmentProgram, cores: readonly CoreState[]): Int32Array {
  const teachers = new Int32Array(cores.length);
  if (segment.kind === 'run') return teachers;
  const taught = cores.map(() => new Set<number>());
  for (const { routes } of segment.injections) {
    for (let r = 0; r < routes.core.length; r++) {
      const core = cores[routes.core[r]];
      const list = core.axonList[routes.axon[r]];
      for (let run = core.listFirst[list]; run < core.listFirst[list + 1]; run++) {
        if (core.runs[run * RUN_FIELDS + RunField.cell] >= core.fastFirst) taught[routes.core[r]].add(core.groupOfRun[run]);
      }
    }
  }
  taught.forEach((groups, core) => {
    for (const group of groups) teachers[core] += cores[core].groups[group].count;
  });
  return teachers;
}

/** Compartments with a window in this segment: neurons, their gates and teachers. */
function compartmentsIn(segment: SegmentProgram, cores: readonly CoreState[]): number {
  let compartments = 0;
  for (const group of cores.flatMap((core) => core.groups)) {
    if (group.segment !== segment.index) continue;
    compartments += group.count * (1 + (group.gateFirst >= 0 ? 1 : 0) + (group.teachFirst >= 0 ? 1 : 0));
  }
  return compartments;
}
