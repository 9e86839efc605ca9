import type { CompartmentGroup } from './mapping.ts';

/** Registers in which neurons of one slice may differ: each run of neighbours that are alike is a group. */
const NEURON_REGISTERS = ['currentDecay', 'voltageDecay', 'resetAmount'] as const;
export type NeuronRegisters = Pick<CompartmentGroup, (typeof NEURON_REGISTERS)[number]>;

export const areAlike = (a: NeuronRegisters, b: NeuronRegisters): boolean => NEURON_REGISTERS.every((name) => a[name] === b[name]);

/** What says where the neurons of a slice, its gates and its teachers lie on a core. */
export type SliceRegions = NeuronRegisters &
  Pick<CompartmentGroup, 'population' | 'firstNeuron' | 'first' | 'count' | 'gateFirst' | 'teachFirst'>;

/** Groups joined that are one slice, whose neurons differ in registers: neighbours in the population and on the core. In order. */
export function joinSlices<Regions extends SliceRegions>(groups: readonly Regions[]): readonly Regions[] {
  const joined: { regions: Regions; last: Regions }[] = [];
  for (const group of groups) {
    const before = joined.at(-1);
    if (before === undefined || !continues(before.last, group)) {
      joined.push({ regions: group, last: group });
      continue;
    }
    before.regions = { ...before.regions, count: before.regions.count + group.count };
    before.last = group;
  }
  return joined.map(({ regions }) => regions);
}

function continues(before: SliceRegions, next: SliceRegions): boolean {
  const follows = (a: number | null, b: number | null): boolean => (a === null ? b === null : b === a + before.count);
  return (
    before.population === next.population &&
    !areAlike(before, next) &&
    follows(before.firstNeuron, next.firstNeuron) &&
    follows(before.first, next.first) &&
    follows(before.gateFirst, next.gateFirst) &&
    follows(before.teachFirst, next.teachFirst)
  );
}
