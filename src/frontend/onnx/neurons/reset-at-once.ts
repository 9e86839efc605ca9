import type { PerNeuron } from '../../../ir/neuron.ts';
import { type Branches, branchAt, constantOf, dependsOn, type Form } from './form.ts';
import type { StepFunction } from './identify.ts';
import { agree, all, combine, minus, over, plus, rounded, times } from './per-neuron.ts';
import type { Decision } from './step-machine.ts';

/**
 * A step that resets by the spike of the step before: carried is the membrane potential h before its reset, so that what the step computes
 * has one form after no spike and one after a spike. Loops of snnTorch are written so, and unrolled loops fall apart so.
 */
export interface DelayedStep {
  readonly margin: Branches;
  readonly strict: boolean;
  /** What is written out, by the decision of the step itself. */
  readonly spike: Branches;
  /** Next value of every state, by the spike of the step before. */
  readonly next: readonly Branches[];
}

/** The same neuron with v, the membrane potential after its reset, as state. What v is before the first step is left to the caller. */
export interface ResetAtOnce {
  readonly step: Omit<StepFunction, 'initial'>;
  readonly membrane: number;
  /** What v becomes without a spike. */
  readonly kept: Form;
  /** Where v goes with a spike; null with a soft reset. */
  readonly resetValue: PerNeuron | null;
  /** v after a step whose membrane potential was `h`. */
  readonly resetOf: (h: PerNeuron) => PerNeuron;
}

/**
 * With h' = a h + c x + b after no spike, and h' = d + c x after one, v = h or r = (d - b) / a gives h' = a v + c x + b in both cases;
 * with h' = a h + c x + b - e after a spike, v = h - e / a does. Returns the reason where neither fits.
 */
export function resetAtOnce({ margin, strict, spike, next }: DelayedStep): ResetAtOnce | { readonly reason: string } {
  const changed = next.flatMap((branches, k) => (dependsOn(branches, 0) ? [k] : []));
  if (changed.length !== 1)
    return { reason: changed.length === 0 ? 'no state is reset by the spike' : 'a spike resets more than the membrane potential' };
  const [membrane] = changed;
  const fires = isOne(branchAt(spike, 2)) ? 1 : 0;
  const [kept, reset] = [1 - fires, fires].map((outcome) => branchAt(next[membrane], outcome));
  const one = kept.length - 1;
  const decay = kept[membrane];
  if (!kept.every((coefficient, k) => k === membrane || k === one || agree(coefficient, reset[k])))
    return { reason: 'after a spike the step takes its input in another way than after none' };
  if (!all(decay, (a) => a !== 0))
    return { reason: 'its membrane potential does not outlast the step, and still a spike changes the next one' };
  const hard = all(reset[membrane], (a) => a === 0);
  if (!hard && !agree(reset[membrane], decay))
    return { reason: 'after a spike its membrane potential decays in another way than after none' };
  const shift = rounded(over(minus(reset[one], kept[one]), decay));
  /** A form over h, as the form over v after a spike. */
  const afterSpike = (form: Form): Form => {
    const constant = plus(form[one], times(form[membrane], shift));
    return form.map((coefficient, k) => (k === one ? constant : k === membrane && hard ? 0 : coefficient));
  };
  const [before, after] = [1 - fires, fires].map((outcome) => branchAt(margin, outcome));
  if (!afterSpike(before).every((coefficient, k) => agree(coefficient, after[k])))
    return { reason: 'after a spike it compares another membrane potential than it keeps' };
  const fired: Form = kept.map((coefficient, k) => (k === one ? plus(hard ? 0 : coefficient, shift) : hard ? 0 : coefficient));
  const states = next.map((branches, k): Branches => {
    if (k !== membrane) return [branchAt(branches, 0)];
    return fires === 1 ? [kept, fired] : [fired, kept];
  });
  const resetOf = (h: PerNeuron): PerNeuron => (hard ? shift : plus(h, shift));
  return {
    step: { margin: before, strict, spike: [branchAt(spike, 0), branchAt(spike, 2)], next: states },
    membrane,
    kept,
    resetValue: hard ? shift : null,
    resetOf,
  };
}

const isOne = (form: Form): boolean => all(constantOf(form) ?? 0, (level) => level === 1);

/**
 * The same for a step that makes that decision anew, from the state it carries: `reset` is the first comparison, the step's own the second.
 * `afterFirst`: v before the first step, from the carried state.
 */
export function resetBefore(
  reset: Decision,
  step: DelayedStep,
): (ResetAtOnce & { readonly afterFirst: (h: PerNeuron) => PerNeuron }) | { readonly reason: string } {
  const differs = { reason: 'it makes two different comparisons' };
  const first = branchAt(reset.margin, 0);
  const one = first.length - 1;
  const read = first.slice(0, one).flatMap((coefficient, k) => (all(coefficient, (c) => c === 0) ? [] : [k]));
  if (read.length !== 1 || read[0] >= step.next.length || dependsOn(step.spike, 0)) return differs;
  if (step.next.some((branches) => dependsOn(branches, 1)) || dependsOn(step.margin, 1)) return differs;
  const [carried] = read;
  const h = branchAt(step.next[carried], 0);
  const second = branchAt(step.margin, 0);
  const factor = over(second[one - 1], h[one - 1]);
  const threshold = minus(h[one], over(second[one], factor));
  if (!agree(threshold, over(minus(0, first[one]), first[carried]))) return differs;
  const side = over(first[carried], factor);
  const flipped = all(side, (ratio) => ratio < 0);
  if (!(flipped || all(side, (ratio) => ratio > 0)) || (reset.strict === step.strict) === flipped) return differs;
  const turn = (branches: Branches): Branches => (flipped ? Array.from({ length: 4 }, (_, k) => branchAt(branches, k ^ 1)) : branches);
  const found = resetAtOnce({ ...step, margin: turn(step.margin), next: step.next.map(turn) });
  if ('reason' in found) return found;
  if (found.membrane !== carried) return differs;
  const spikesOnYes = isOne(branchAt(step.spike, 2)) !== flipped;
  const fired = (value: PerNeuron): PerNeuron =>
    combine(plus(times(first[carried], value), first[one]), 0, (margin) =>
      (reset.strict ? margin > 0 : margin >= 0) === spikesOnYes ? 1 : 0,
    );
  const afterFirst = (value: PerNeuron): PerNeuron => {
    const yes = fired(value);
    return plus(times(yes, found.resetOf(value)), times(minus(1, yes), value));
  };
  return { ...found, afterFirst };
}
