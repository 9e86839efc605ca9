import type { LoihiProgram } from '../../ir/mapping.ts';

/** A population as its slices on the cores make it up. */
export interface PopulationFacts {
  readonly name: string;
  readonly neurons: number;
  /** Steps of its window: the population's own timesteps. */
  readonly steps: number;
  readonly segment: number;
  readonly role: 'spiking' | 'readout';
  /** The embedded processor keeps its spikes. */
  readonly buffered: boolean;
}

/** Populations in order of first appearance; every slice of one has the same window, as the program check makes sure. */
export function describePopulations(program: LoihiProgram): PopulationFacts[] {
  const populations = new Map<string, PopulationFacts>();
  for (const core of program.cores) {
    for (const group of core.groups) {
      const before = populations.get(group.population);
      populations.set(group.population, {
        name: group.population,
        neurons: (before?.neurons ?? 0) + group.count,
        steps: group.steps,
        segment: group.segment,
        role: group.role,
        buffered: group.buffered,
      });
    }
  }
  return [...populations.values()];
}
