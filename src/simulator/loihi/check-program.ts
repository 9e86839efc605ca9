import { type Diagnostic, DiagnosticError, diagnostic } from '../../diagnostics/index.ts';
import type { ChipModel } from '../../ir/chip-model.ts';
import { isOfPopulation, type LoihiProgram, type Routes } from '../../ir/mapping.ts';
import { CORE_FIELDS } from '../../ir/trace.ts';
import { checkReadout } from '../check-readout.ts';
import { checkCore } from './check-core.ts';
import { checkPopulations } from './check-populations.ts';
import { checkStreams } from './check-streams.ts';
import { checkFirst, inRange, type Violation } from './violations.ts';

const ERRORS_MAX = 50;
/** Integers that a run allocates for its counters at most. */
const CELLS_MAX = 2 ** 28;

/**
 * Checks that a program, which may come from a user's folder, points nowhere outside itself and fits the chip's registers.
 * Throws `program-malformed`, one diagnostic per violation.
 */
export function checkProgram(program: LoihiProgram, chip: ChipModel): void {
  const problems: Diagnostic[] = [];
  const violation: Violation = (item, message, allowed) => {
    if (problems.length < ERRORS_MAX) {
      problems.push(diagnostic('program-malformed', `${item} ${message}`, { places: [{ item }], notes: [`allowed: ${allowed}`] }));
    }
  };
  checkSegments(program, violation);
  // What follows is read through these; nothing more can be said while they are wrong.
  if (problems.length === 0) {
    program.cores.forEach((core, index) => {
      checkCore(core, index, program, chip, violation);
    });
    for (const [item, routes, sources] of allRoutes(program)) checkRoutes(item, routes, sources, program, violation);
    checkPopulations(program, violation);
  }
  if (problems.length === 0) checkStreams(program, violation);
  if (problems.length > 0) throw new DiagnosticError(problems);
}

function checkSegments(program: LoihiProgram, violation: Violation): void {
  inRange(violation, 'cores', program.cores.length, 1, CELLS_MAX / CORE_FIELDS);
  inRange(violation, 'segments', program.segments.length, 1, CELLS_MAX);
  let steps = 0;
  program.segments.forEach((segment, index) => {
    inRange(violation, `segments[${index}].index`, segment.index, index, index);
    if (inRange(violation, `segments[${index}].steps`, segment.steps, 1, CELLS_MAX)) steps += segment.steps;
  });
  const cells = steps * program.cores.length * CORE_FIELDS;
  if (cells > CELLS_MAX)
    violation('segments', `have ${steps} steps on ${program.cores.length} cores`, `steps * cores <= ${CELLS_MAX / CORE_FIELDS}`);
  if (program.cores.length === 0) return;
  inRange(violation, 'readout.classes', program.readout.classes, 1, 2 ** 20);
  checkReadout(program.readout, violation);
}

function allRoutes(program: LoihiProgram): (readonly [string, Routes, number])[] {
  return [
    ...program.cores.map((core, index) => [`core ${index}, outputs`, core.outputs, core.compartments] as const),
    ...program.segments.flatMap((segment, s) =>
      segment.injections.map((injection, i) => [`segments[${s}].injections[${i}].routes`, injection.routes, injection.size] as const),
    ),
  ];
}

function checkRoutes(item: string, routes: Routes, sources: number, program: LoihiProgram, violation: Violation): void {
  if (!checkFirst(`${item}.first`, routes.first, sources, routes.core.length, violation)) return;
  if (routes.axon.length !== routes.core.length) {
    violation(`${item}.axon`, `has ${routes.axon.length} entries`, `as many as core has: ${routes.core.length}`);
    return;
  }
  for (let r = 0; r < routes.core.length; r++) {
    if (!inRange(violation, `${item}.core[${r}]`, routes.core[r], 0, program.cores.length - 1)) return;
    const axons = program.cores[routes.core[r]].axonList.length;
    if (!inRange(violation, `${item}.axon[${r}]`, routes.axon[r], 0, axons - 1)) return;
  }
  for (let source = 0; source < sources; source++) {
    const atoms = atomsOf(routes, source, program);
    if (atoms.size > 1)
      violation(`${item}.first[${source}]`, `leads to atoms ${[...atoms].join(' and ')}`, 'one atom: a compartment is in one population');
  }
}

/** Atoms that a source's spikes carry. */
function atomsOf({ first, core, axon }: Routes, source: number, { cores }: LoihiProgram): ReadonlySet<number> {
  const atoms = new Set<number>();
  for (let r = first[source]; r < first[source + 1]; r++) {
    const { axonAtom } = cores[core[r]];
    if (isOfPopulation(axonAtom, axon[r])) atoms.add(axonAtom[axon[r]]);
  }
  return atoms;
}
