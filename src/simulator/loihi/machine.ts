import type { ChipModel } from '../../ir/chip-model.ts';
import type { Injection, LoihiProgram, SegmentProgram } from '../../ir/mapping.ts';
import { costRoutes, hopsBetween, layFloor, type RouteCosts } from '../floor.ts';
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
  readonly segments: readonly SegmentPlan[];
  readonly readoutSteps: number;
  /** Where the clip's features first enter. */
  readonly featuresInjection: Injection;
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
}

export function buildMachine(program: LoihiProgram, chip: ChipModel): Machine {
  const populations = describePopulations(program);
  const indexOf = new Map(populations.map((population, index) => [population.name, index]));
  const cores = program.cores.map((core) => buildCore(core, indexOf));
  const floor = layFloor(program, chip);
  const injections = program.segments.flatMap((segment) => segment.injections);
  const featuresInjection = injections.find((injection) => injection.stream === program.readout.featuresStream);
  if (featuresInjection === undefined) throw new Error('the features are not injected; the program was checked for this');
  return {
    program,
    populations,
    cores,
    outputCosts: program.cores.map((core, index) => costRoutes(core.outputs, floor, index)),
    homeHops: program.cores.map((_, index) => hopsBetween(floor, null, index)),
    segments: program.segments.map((segment) => ({
      segment,
      injections: segment.injections.map((injection) => ({ injection, costs: costRoutes(injection.routes, floor, null) })),
      groups: cores.map((core) => core.groups.filter((group) => segment.kind === 'run' && group.segment === segment.index)),
      teachers: teachersOf(segment, cores),
    })),
    readoutSteps: populations[indexOf.get(program.readout.population) ?? 0].steps,
    featuresInjection,
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
      for (let run = core.axonFirst[routes.axon[r]]; run < core.axonFirst[routes.axon[r] + 1]; run++) {
        if (core.runs[run * RUN_FIELDS + RunField.cell] >= core.fastFirst) taught[routes.core[r]].add(core.groupOfRun[run]);
      }
    }
  }
  taught.forEach((groups, core) => {
    for (const group of groups) teachers[core] += cores[core].groups[group].count;
  });
  return teachers;
}
