import { type Call, nameOf } from '../../context.ts';
import { modulePath } from '../../names.ts';
import type { Operator } from '../../operators/operator.ts';
import { axisOf, elementCount, sameShape } from '../../tensors/tensor.ts';
import type { StreamValue, Value } from '../../values.ts';
import { equalForms, sameBranches, sameForms } from '../form.ts';
import { identifyMembrane, identifyNeuron } from '../identify.ts';
import { addPopulation, potentialsOf } from '../populate.ts';
import { checkWidth, refusing } from '../recover.ts';
import { resetAtOnce, resetBefore } from '../reset-at-once.ts';
import { NotANeuron } from '../step-value.ts';
import { type Copy, CopyRunner } from './copy-runner.ts';
import type { UnrolledLoop } from './find-copies.ts';
import { initialPotentials, initialStates } from './first-copy.ts';

/**
 * The population whose time loop was unrolled, from the copies of its step. Every copy is executed in symbols and has to do what the second
 * one does: the first has its leak folded, the last lacks its reset, and one thing may be spelled in several ways. Gives the value of the
 * join.
 */
export function recoverUnrolled(call: Call, loop: UnrolledLoop, operators: Readonly<Record<string, Operator>>): readonly Value[] {
  return refusing(call, () => {
    const runner = new CopyRunner(call, loop, operators);
    if (!loop.fires) return [recoverPotentials(call, loop, runner)];
    const [first, second, ...others] = loop.steps.map((_, step) => runner.run(step));
    others.forEach((copy, k) => {
      if (!doesTheSame(second, copy)) throw new NotANeuron(`step ${k + 2} does something else than step 1`, `step ${k + 2}`);
    });
    const found = second.reset === null ? resetAtOnce(second) : resetBefore(second.reset, second);
    if ('reason' in found) throw new NotANeuron(found.reason);
    const identified = identifyNeuron({ ...found.step, initial: initialStates(first, second, found) });
    if ('reason' in identified) throw new NotANeuron(identified.reason);
    const input = runner.input;
    if (loop.lead > 0 && !isSilent(call.operand(0))) throw new NotANeuron('its first result is no spike, and does not depend on the clip');
    checkWidth(second.output, elementCount(input.shape.slice(1)));
    const spikes = addPopulation(call, {
      recogniser: 'unrolled',
      neuron: identified.neuron,
      lagSteps: loop.lead + identified.lagSteps,
      input,
      path: modulePath(call.name) || modulePath(nameOf(loop.steps[0][loop.steps[0].length - 1])),
      nodes: loop.steps[1].map((node) => node.name ?? ''),
    });
    return [joined(call, spikes, second.output.shape, loop.total)];
  });
}

const isSilent = (value: Value): boolean => value.kind === 'constant' && value.tensor.data.every((spike) => spike === 0);

/** Do both compute the same, in whatever words? What the last copy hands on is nobody's. */
function doesTheSame(a: Copy, b: Copy): boolean {
  const sameReset =
    a.reset === null || b.reset === null
      ? a.reset === b.reset
      : sameBranches(a.reset.margin, b.reset.margin) && a.reset.strict === b.reset.strict;
  return (
    sameReset &&
    a.strict === b.strict &&
    sameBranches(a.margin, b.margin) &&
    sameBranches(a.spike, b.spike) &&
    sameShape(a.output.shape, b.output.shape) &&
    (b.next.length === 0 || (a.next.length === b.next.length && a.next.every((branches, k) => sameBranches(branches, b.next[k]))))
  );
}

/** The membranes whose potentials the copies give: as for neurons, each copy has to do what the second one does. */
function recoverPotentials(call: Call, loop: UnrolledLoop, runner: CopyRunner): Value {
  const [first, second, ...others] = loop.steps.map((_, step) => runner.accumulate(step));
  others.forEach((copy, k) => {
    const carriesOn = copy.next.length === 0 || sameForms(second.next, copy.next);
    if (!carriesOn || !equalForms(second.output, copy.output))
      throw new NotANeuron(`step ${k + 2} does something else than step 1`, `step ${k + 2}`);
  });
  const membrane = second.next.findIndex((form) => equalForms(form, second.output));
  if (membrane < 0) throw new NotANeuron('nothing is compared with a threshold, and it collects no state');
  if (loop.lead > 0) throw new NotANeuron('its first result does not depend on the clip');
  const next = second.next.map((form) => [form]);
  const identified = identifyMembrane({ next, initial: initialPotentials(first, second, membrane) }, membrane);
  if ('reason' in identified) throw new NotANeuron(identified.reason);
  const input = runner.input;
  if (elementCount(second.shape) !== elementCount(input.shape.slice(1)))
    throw new NotANeuron('it gives another number of potentials than it has inputs');
  const nodes = loop.steps[1].map((node) => node.name ?? '');
  const potentials = potentialsOf(call, { recogniser: 'unrolled', ...identified, input, nodes });
  return joined(call, potentials, second.shape, loop.total);
}

/** The rows in the shape that the join gives them: in order of time, where every axis before the joined one has size 1. */
function joined(call: Call, spikes: StreamValue, row: readonly number[], steps: number): Value {
  if (call.node.opType !== 'Concat') return { kind: 'sequence', steps: { ...spikes, shape: [steps, ...row] } };
  const axis = axisOf(call.attributes.int('axis', 0), row.length);
  if (row.slice(0, axis).some((size) => size !== 1)) throw new NotANeuron(`its steps [${row.join(', ')}] are joined along axis ${axis}`);
  return { ...spikes, shape: row.map((size, k) => (k === axis ? size * steps : size)) };
}
