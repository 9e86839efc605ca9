import type { DiscreteMembrane, DiscreteNeuron, PerNeuron, Reset } from '../../../ir/neuron.ts';
import { type Branches, branchAt, constantOf, dependsOn, type Form, scaleForm } from './form.ts';
import { agree, all, minus, over, simplify, times } from './per-neuron.ts';

/** What one step does, in the terms of form.ts, by its one decision: `margin` is what was compared with 0 (> or >=), `spike` what is written out. */
export interface StepFunction {
  readonly margin: Form;
  readonly strict: boolean;
  readonly spike: Branches;
  /** Next value of every state. */
  readonly next: readonly Branches[];
  /** First value of every state. */
  readonly initial: readonly PerNeuron[];
}

/** `lagSteps`: steps from an input to the membrane potential that takes it, 0 or 1. */
export type Identified = { readonly neuron: DiscreteNeuron; readonly lagSteps: number } | { readonly reason: string };

/**
 * The neuron that a step function is, or why it is none. The membrane potential h is what is kept without a spike; the decision has to be
 * a comparison of h with a constant, and with a spike h becomes a constant or loses one. A second state may be the synaptic current
 * u = currentDecay u + x that h reads, or that current times a constant. Where h reads the current as it was before the step (Norse's order),
 * the neuron is the same one step later.
 */
export function identifyNeuron(step: StepFunction): Identified {
  const [without, withSpike] = [0, 1].map((outcome) => constantOf(branchAt(step.spike, outcome)));
  if (without === null || withSpike === null) return { reason: 'what it writes is no spike' };
  const fires = isAll(without, 0) && isAll(withSpike, 1) ? 1 : 0;
  if (fires === 0 && !(isAll(without, 1) && isAll(withSpike, 0))) return { reason: 'what it writes is not 0 or 1' };
  const membrane = step.next.findIndex((branches) => dependsOn(branches, 0));
  if (membrane < 0) return { reason: 'no state is reset by the spike' };
  if (step.next.length > 2) return { reason: `it carries ${step.next.length} states` };
  // Where "no spike" is the comparison's yes, the spike is the comparison of the negated margin, and a tie changes sides.
  const margin = fires === 1 ? step.margin : scaleForm(step.margin, -1);
  const strict = fires === 1 ? step.strict : !step.strict;
  const h = branchAt(step.next[membrane], 1 - fires);
  const afterSpike = branchAt(step.next[membrane], fires);
  return describeNeuron(step, { h, afterSpike, margin, strict, membrane });
}

interface Parts {
  readonly h: Form;
  readonly afterSpike: Form;
  readonly margin: Form;
  readonly strict: boolean;
  readonly membrane: number;
}

function describeNeuron(step: StepFunction, parts: Parts): Identified {
  const { h, margin, membrane } = parts;
  const one = h.length - 1;
  const taken = inputOf(step, h, membrane);
  if (taken === null) return { reason: TAKES_NO_INPUT };
  const factor = over(margin[taken], h[taken]);
  const variables = h.slice(0, one);
  // A factor other than a power of two would round, and a tie could fall to the other side.
  if (
    !all(factor, (f) => f > 0 && Number.isInteger(Math.log2(f))) ||
    !variables.every((coefficient, k) => agree(times(coefficient, factor), margin[k]))
  ) {
    return { reason: 'the comparison is not one of the membrane potential with a constant' };
  }
  const threshold = over(minus(times(h[one], factor), margin[one]), factor);
  const reset = resetOf(parts, threshold);
  if (reset === null) return { reason: 'after a spike the state is neither a constant nor the membrane potential less a constant' };
  const integrated = membraneOf(step, h, membrane, taken);
  if ('reason' in integrated) return integrated;
  const { initial, ...accumulates } = integrated.membrane;
  const neuron: DiscreteNeuron = { ...accumulates, threshold: simplify(threshold), tie: parts.strict ? 'gt' : 'ge', reset, initial };
  const amounts = [neuron.threshold, reset.kind === 'to-value' ? reset.value : (reset.amount ?? 0)];
  return amounts.every((amount) => all(amount, Number.isFinite)) ? { neuron, lagSteps: integrated.lagSteps } : NOT_FINITE;
}

/** A membrane that never fires; `lagSteps` as for a neuron. */
export type IdentifiedMembrane = { readonly membrane: DiscreteMembrane; readonly lagSteps: number } | { readonly reason: string };

/** The membrane whose potential is this state, where a step function compares nothing; or why it is none. */
export function identifyMembrane(step: Pick<StepFunction, 'next' | 'initial'>, membrane: number): IdentifiedMembrane {
  if (step.next.length > 2) return { reason: `it carries ${step.next.length} states` };
  const h = branchAt(step.next[membrane], 0);
  const taken = inputOf(step, h, membrane);
  return taken === null ? { reason: TAKES_NO_INPUT } : membraneOf(step, h, membrane, taken);
}

const TAKES_NO_INPUT = 'the membrane potential does not take the input of its own step';
const NOT_FINITE = { reason: 'a parameter is not finite' };

/** Where h takes its input from: the step's own, or the current of the step before; null: neither. */
function inputOf(step: Pick<StepFunction, 'next'>, h: Form, membrane: number): number | null {
  const input = h.length - 2;
  const taken = isAll(h[input], 0) && step.next.length === 2 ? 1 - membrane : input;
  return all(h[taken], (gain) => gain !== 0) ? taken : null;
}

function membraneOf(step: Pick<StepFunction, 'next' | 'initial'>, h: Form, membrane: number, taken: number): IdentifiedMembrane {
  const input = h.length - 2;
  const late = taken !== input;
  const current = late ? lateCurrent(step, membrane) : currentDecayOf(step, h, membrane);
  if (current.reason !== null) return { reason: current.reason };
  const found: DiscreteMembrane = {
    parameters: 'discrete',
    decay: simplify(h[membrane]),
    leak: simplify(h[input + 1]),
    inputGain: simplify(late ? times(h[taken], step.next[taken][0][input]) : h[input]),
    currentDecay: current.decay,
    initial: simplify(step.initial[membrane]),
  };
  const values = [found.decay, found.leak, found.inputGain, found.initial, found.currentDecay ?? 0];
  return values.every((value) => all(value, Number.isFinite)) ? { membrane: found, lagSteps: late ? 1 : 0 } : NOT_FINITE;
}

function resetOf({ h, afterSpike }: Parts, threshold: PerNeuron): Reset | null {
  const value = constantOf(afterSpike);
  if (value !== null) return { kind: 'to-value', value: simplify(value) };
  const one = h.length - 1;
  if (!h.slice(0, one).every((coefficient, k) => agree(coefficient, afterSpike[k]))) return null;
  const amount = minus(h[one], afterSpike[one]);
  return agree(amount, threshold) ? { kind: 'by-subtraction' } : { kind: 'by-subtraction', amount: simplify(amount) };
}

type CurrentDecay = { readonly decay: PerNeuron | null; readonly reason: null } | { readonly reason: string };

/**
 * The second state y = a y + b x, with y = 0 before the first step, is b times the synaptic current u = a u + x; h has to read the new u:
 * h = .. + p y + q x with p b = q a.
 */
function currentDecayOf(step: Pick<StepFunction, 'next' | 'initial'>, h: Form, membrane: number): CurrentDecay {
  if (step.next.length === 1) return { decay: null, reason: null };
  const other = 1 - membrane;
  const [next] = step.next[other];
  const input = h.length - 2;
  const decay = next[other];
  const leaky = isAll(next[membrane], 0) && isAll(next[input + 1], 0);
  if (!leaky || !agree(times(h[other], next[input]), times(h[input], decay)))
    return { reason: 'its second state is no synaptic current u = decay u + x' };
  if (!isAll(step.initial[other], 0)) return { reason: 'its synaptic current does not start at 0' };
  return { decay: simplify(decay), reason: null };
}

/** The second state y = a y + b x, with y = 0 before the first step, of which h reads the value before the step. */
function lateCurrent(step: Pick<StepFunction, 'next' | 'initial'>, membrane: number): CurrentDecay {
  const other = 1 - membrane;
  const [next] = step.next[other];
  const one = next.length - 1;
  if (!isAll(next[membrane], 0) || !isAll(next[one], 0) || !all(next[one - 1], (gain) => gain !== 0) || step.next[other].length > 1)
    return { reason: 'its second state is no synaptic current u = decay u + x' };
  if (!isAll(step.initial[other], 0)) return { reason: 'its synaptic current does not start at 0' };
  return { decay: simplify(next[other]), reason: null };
}

const isAll = (parameter: PerNeuron, value: number): boolean => all(parameter, (x) => x === value);
