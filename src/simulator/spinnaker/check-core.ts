import { type Diagnostic, DiagnosticError, diagnostic } from '../../diagnostics/index.ts';
import { RING_BITS_MAX, type SpinnakerCore } from '../../ir/spinnaker-core.ts';
import { NEURON_FIELDS, NeuronField, synapseTypesOf } from '../../ir/spinnaker-neuron.ts';
import { ACCUM_ONE } from './accum.ts';
import { checkRows } from './check-rows.ts';
import { checkTable } from './check-table.ts';

/** Collects what is wrong: where, what, what is allowed. */
export type Violation = (item: string, message: string, allowed: string) => void;

const ERRORS_MAX = 50;
const SHIFT_MAX = 31;
const INT32_MAX = 2 ** 31 - 1;

/**
 * Checks that a core, which may come from a user's folder, is what the hardware and its program can run and points nowhere outside itself.
 * Throws `program-malformed`, one diagnostic a violation; `name` says which core it is.
 */
export function checkCore(core: SpinnakerCore, name: string): void {
  const problems: Diagnostic[] = [];
  const violation: Violation = (item, message, allowed) => {
    if (problems.length >= ERRORS_MAX) return;
    const details = { places: [{ item: `${name}, ${item}` }], notes: [`allowed: ${allowed}`] };
    problems.push(diagnostic('program-malformed', `${name}, ${item} ${message}`, details));
  };
  checkSizes(core, violation);
  // What follows is read through these; nothing more can be said while they are wrong.
  if (problems.length === 0) {
    checkNeurons(core, violation);
    checkTable(core, violation);
  }
  if (problems.length === 0) checkRows(core, violation);
  if (problems.length > 0) throw new DiagnosticError(problems);
}

function checkSizes({ model, neurons, layout, shifts, parameters, keys, window }: SpinnakerCore, violation: Violation): void {
  const types = synapseTypesOf(model);
  const { indexBits, typeBits, delayBits } = layout;
  const bits = indexBits + typeBits + delayBits;
  if (Math.min(indexBits, delayBits) < 0 || bits > RING_BITS_MAX || !Number.isInteger(bits)) {
    violation('layout', `has ${indexBits} + ${typeBits} + ${delayBits} bits`, `index, type and delay: ${RING_BITS_MAX} bits at most`);
    return;
  }
  if (typeBits !== Math.ceil(Math.log2(types)))
    violation('layout, typeBits', `are ${typeBits}`, `as many as number ${types} synapse types`);
  if (!Number.isInteger(neurons) || neurons < 1 || neurons > 2 ** indexBits) {
    violation('neurons', `are ${neurons}`, `1 .. ${2 ** indexBits}, which ${indexBits} bits number`);
    return;
  }
  if (parameters.length !== neurons * NEURON_FIELDS) {
    violation('parameters', `have ${parameters.length} entries`, `${neurons * NEURON_FIELDS}`);
  }
  if (keys !== null && keys.length !== neurons) violation('keys', `are ${keys.length}`, `${neurons}, one a neuron`);
  if (shifts.length !== types) violation('shifts', `are ${shifts.length}`, `${types}, one a synapse type`);
  if (window !== undefined && !(isCount(window.start) && isCount(window.steps))) {
    violation('window', `is ${window.steps} steps from ${window.start} on`, 'whole numbers from 0 on');
  }
  shifts.forEach((shift, type) => {
    if (shift > SHIFT_MAX) violation(`shifts[${type}]`, `is ${shift}`, `0 .. ${SHIFT_MAX}`);
  });
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

/** Fields that the core divides by, and those that it divides: a quotient beyond the accum would wrap. */
function checkNeurons({ neurons, model, timestep, parameters }: SpinnakerCore, violation: Violation): void {
  if (timestep < 1) {
    violation('timestep', `is ${timestep}`, 'positive');
    return;
  }
  const { capacitance, tauMembrane, tauExcitatory, tauInhibitory, refractoryTime } = NeuronField;
  const positive = { capacitance, tauMembrane, ...(model === 'curr-exp' ? { tauExcitatory, tauInhibitory } : {}) };
  for (let n = 0; n < neurons; n++) {
    const value = (field: number): number => parameters[n * NEURON_FIELDS + field];
    const wrong = Object.entries(positive).find(([, field]) => value(field) < 1);
    if (wrong !== undefined) violation(`neuron ${n}, ${wrong[0]}`, `is ${value(wrong[1])}`, 'positive');
    if (value(refractoryTime) < 0) violation(`neuron ${n}, refractoryTime`, `is ${value(refractoryTime)}`, '0 or more');
    if (wrong !== undefined) continue;
    const quotients: [string, number, number][] = [['tauMembrane / capacitance', value(tauMembrane), value(capacitance)]];
    for (const [name, field] of Object.entries(positive)) {
      if (field !== capacitance)
        quotients.push([`timestep / ${name}`, timestep, value(field)], [`${name} / timestep`, value(field), timestep]);
    }
    quotients.push(['refractoryTime / timestep', value(refractoryTime), timestep]);
    const large = quotients.find(([, a, b]) => Math.floor((a * ACCUM_ONE) / b) > INT32_MAX);
    if (large !== undefined) violation(`neuron ${n}, ${large[0]}`, `is ${large[1] / large[2]}`, 'below 65536');
  }
}
