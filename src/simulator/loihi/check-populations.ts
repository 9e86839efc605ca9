import type { CompartmentGroup, LoihiProgram } from '../../ir/mapping.ts';
import type { Violation } from './violations.ts';

/** The slices of each population make it up without gap or overlap, share one window, and the read-out is among them. */
export function checkPopulations(program: LoihiProgram, violation: Violation): void {
  const slices = new Map<string, CompartmentGroup[]>();
  for (const group of program.cores.flatMap((core) => core.groups)) {
    slices.set(group.population, [...(slices.get(group.population) ?? []), group]);
  }
  for (const [name, groups] of slices) {
    const item = `population ${name}`;
    let neurons = 0;
    for (const group of groups.toSorted((a, b) => a.firstNeuron - b.firstNeuron)) {
      if (group.firstNeuron !== neurons) violation(item, `has a slice from neuron ${group.firstNeuron}`, `a slice from neuron ${neurons}`);
      neurons = group.firstNeuron + group.count;
      const same = (['segment', 'start', 'steps', 'role', 'buffered'] as const).every((field) => group[field] === groups[0][field]);
      if (!same) violation(item, 'has slices that differ in segment, window, role or buffering', 'one window for all slices');
    }
    const isReadout = name === program.readout.population;
    if ((groups[0].role === 'readout') !== isReadout)
      violation(item, `has the role ${groups[0].role}`, `one read-out, ${program.readout.population}`);
    if (isReadout && neurons !== program.readout.classes)
      violation(item, `has ${neurons} neurons`, `one per class: ${program.readout.classes}`);
  }
  if (!slices.has(program.readout.population))
    violation('readout.population', `is ${program.readout.population}, which is on no core`, 'a population');
}
