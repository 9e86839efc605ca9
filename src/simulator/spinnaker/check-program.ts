import { type Diagnostic, DiagnosticError, diagnostic } from '../../diagnostics/index.ts';
import type { SpinnakerChip } from '../../ir/spinnaker-chip.ts';
import { linkEnds } from '../../ir/spinnaker-machine.ts';
import type { NeuronProgram, SpinnakerCoreProgram, SpinnakerProgram } from '../../ir/spinnaker-program.ts';
import { ROUTE_BITS } from '../../ir/spinnaker-routing.ts';
import { checkReadout } from '../check-readout.ts';
import { inRange, type Violation } from '../loihi/violations.ts';
import { checkSoftware } from './check-software.ts';
import { Router } from './router.ts';

const ERRORS_MAX = 50;
/** Numbers that a run allocates for its counters at most. */
const CELLS_MAX = 2 ** 26;
const KEY_MAX = 2 ** 32 - 1;
const MACHINE_SIDE_MAX = 512;

/**
 * Checks that a program, which may come from a user's folder, points nowhere outside itself, fits the machine, and that every packet arrives
 * somewhere. What the images hold is checked core by core. Throws `program-malformed`, one diagnostic a violation.
 */
export function checkSpinnakerProgram(program: SpinnakerProgram, chip: SpinnakerChip): void {
  const problems: Diagnostic[] = [];
  const violation: Violation = (item, message, allowed) => {
    if (problems.length < ERRORS_MAX) {
      problems.push(diagnostic('program-malformed', `${item} ${message}`, { places: [{ item }], notes: [`allowed: ${allowed}`] }));
    }
  };
  // Each is read through what was checked before it.
  const checks = [checkMachine, checkSegments, checkSites, checkNeurons, checkSoftware, checkRouting];
  for (const check of checks) if (problems.length === 0) check(program, violation, chip);
  if (problems.length > 0) throw new DiagnosticError(problems);
}

function checkMachine({ machine }: SpinnakerProgram, violation: Violation): void {
  const { width, height, chips, deadLinks } = machine;
  if (
    !inRange(violation, 'machine.width', width, 1, MACHINE_SIDE_MAX) ||
    !inRange(violation, 'machine.height', height, 1, MACHINE_SIDE_MAX)
  ) {
    return;
  }
  const taken = new Set<number>();
  for (const [index, { x, y, cores }] of chips.entries()) {
    const item = `machine.chips[${index}]`;
    inRange(violation, `${item}.x`, x, 0, width - 1);
    inRange(violation, `${item}.y`, y, 0, height - 1);
    if (taken.has(y * width + x)) violation(item, `stands at ${x},${y}, where another chip stands`, 'one chip a place');
    taken.add(y * width + x);
    for (const core of cores) inRange(violation, `${item}.cores`, core, 0, ROUTE_BITS - 7);
  }
  for (const [index, { link }] of deadLinks.entries()) inRange(violation, `machine.deadLinks[${index}].link`, link, 0, 5);
}

function checkSegments({ segments, cores, timeScale }: SpinnakerProgram, violation: Violation): void {
  inRange(violation, 'timeScale', timeScale, 1, 2 ** 20);
  inRange(violation, 'cores', cores.length, 1, CELLS_MAX);
  inRange(violation, 'segments', segments.length, 1, CELLS_MAX);
  let steps = 0;
  segments.forEach((segment, index) => {
    inRange(violation, `segments[${index}].index`, segment.index, index, index);
    if (inRange(violation, `segments[${index}].steps`, segment.steps, 1, CELLS_MAX)) steps += segment.steps;
  });
  if (steps * cores.length > CELLS_MAX)
    violation('segments', `have ${steps} steps on ${cores.length} cores`, `steps * cores <= ${CELLS_MAX}`);
}

/** One core a processor, and one table a chip. */
function checkSites({ machine, cores, routing }: SpinnakerProgram, violation: Violation, chip: SpinnakerChip): void {
  const taken = new Set<number>();
  cores.forEach((core, index) => {
    const item = `cores[${index}]`;
    if (!inRange(violation, `${item}.chip`, core.chip, 0, machine.chips.length - 1)) return;
    if (!machine.chips[core.chip].cores.includes(core.processor)) {
      violation(`${item}.processor`, `is ${core.processor}`, `of this chip: ${machine.chips[core.chip].cores.join(', ')}`);
    }
    const place = core.chip * ROUTE_BITS + core.processor;
    if (taken.has(place)) violation(item, 'stands where another core stands', 'one core a processor');
    taken.add(place);
  });
  const tables = new Set<number>();
  routing.forEach(({ chip: on, entries }, index) => {
    const item = `routing[${index}]`;
    inRange(violation, `${item}.chip`, on, 0, machine.chips.length - 1);
    if (tables.has(on)) violation(`${item}.chip`, `is ${on}, which has a table`, 'one table a chip');
    tables.add(on);
    inRange(violation, `${item}.entries`, entries.length, 0, chip.chip.routerEntries.value);
    for (const { key, mask, route } of entries) {
      inRange(violation, `${item}.entries, key`, key, 0, KEY_MAX);
      inRange(violation, `${item}.entries, mask`, mask, 0, KEY_MAX);
      inRange(violation, `${item}.entries, route`, route, 0, 2 ** ROUTE_BITS - 1);
    }
  });
}

/** Slices make up their populations, share one window, and the read-out is among them. */
function checkNeurons({ cores, segments, readout }: SpinnakerProgram, violation: Violation): void {
  const slices = new Map<string, NeuronProgram[]>();
  cores.forEach((core, index) => {
    if (core.kind !== 'neurons') return;
    const item = `cores[${index}]`;
    if (!inRange(violation, `${item}.segment`, core.segment, 0, segments.length - 1)) return;
    const { steps } = segments[core.segment];
    if (inRange(violation, `${item}.start`, core.start, 0, steps - 1))
      inRange(violation, `${item}.steps`, core.steps, 1, steps - core.start);
    const { window } = core.image;
    if (window === undefined || window.start !== core.start || window.steps !== core.steps) {
      violation(`${item}.window`, `is not that of its image`, `${core.steps} steps from ${core.start} on, as in the index`);
    }
    slices.set(core.population, [...(slices.get(core.population) ?? []), core]);
  });
  for (const [name, members] of slices) {
    let neurons = 0;
    for (const member of members.toSorted((a, b) => a.firstNeuron - b.firstNeuron)) {
      if (member.firstNeuron !== neurons) violation(`population ${name}`, `has a slice from neuron ${member.firstNeuron}`, `${neurons}`);
      neurons += member.image.neurons;
      const same = (['segment', 'start', 'steps', 'role'] as const).every((field) => member[field] === members[0][field]);
      if (!same) violation(`population ${name}`, 'has slices that differ in segment, window or role', 'one window for all slices');
    }
    const isReadout = name === readout.population;
    if ((members[0].role === 'readout') !== isReadout) violation(`population ${name}`, `has the role ${members[0].role}`, `one read-out`);
    if (isReadout && neurons !== readout.classes)
      violation(`population ${name}`, `has ${neurons} neurons`, `${readout.classes}, one a class`);
  }
  checkReadout(readout, violation);
  if (!slices.has(readout.population)) violation('readout.population', `is ${readout.population}, which is on no core`, 'a population');
}

/** Every key that can be sent is sent by one core only, and arrives at cores that are there. */
function checkRouting(program: SpinnakerProgram, violation: Violation): void {
  const router = new Router(program, linkEnds(program.machine));
  const owner = new Map<number, number>();
  program.cores.forEach((core, index) => {
    for (const key of keysOf(core)) {
      const other = owner.get(key);
      if (other !== undefined) violation(`cores[${index}]`, `sends key ${key}, which cores[${other}] sends`, 'keys of its own');
      owner.set(key, index);
      const problem = router.problemOf(core.chip, key);
      if (problem !== null) violation(`cores[${index}]`, `sends key ${key}, which ${problem}`, 'routes to the cores that wait for it');
      if (other !== undefined || problem !== null) return;
    }
  });
}

function keysOf(core: SpinnakerCoreProgram): readonly number[] {
  if (core.kind === 'neurons') return core.role === 'readout' ? [] : [...(core.image.keys ?? [])];
  return core.sends.flatMap(({ key, negativeKey, size }) =>
    [key, ...(negativeKey === null ? [] : [negativeKey])].flatMap((base) => Array.from({ length: size }, (_, channel) => base + channel)),
  );
}
