import type { PerNeuron } from '../../../../ir/neuron.ts';
import { branchAt, constantOf, type Form } from '../form.ts';
import { all, combine, minus, over, plus, rounded, times } from '../per-neuron.ts';
import type { ResetAtOnce } from '../reset-at-once.ts';
import { NotANeuron } from '../step-value.ts';
import type { Accumulation, Copy } from './copy-runner.ts';

/** The exporter computed the first leak in float32. */
const FOLDING_TOLERANCE = 1e-6;

/**
 * The states before the first step, from what the first copy makes of them: h = b' + c x where the others compute h = a v + c x + b,
 * so that v = (b' - b) / a. Throws NotANeuron where the first copy differs in another way.
 */
export function initialStates(first: Copy, second: Copy, { step, membrane, kept, resetValue }: ResetAtOnce): readonly PerNeuron[] {
  const [input, one] = [kept.length - 2, kept.length - 1];
  if (first.next.length !== step.next.length || first.strict !== step.strict) throw differs('carries or compares something else');
  const firstForms = first.next.map((branches) => branchAt(branches, 0));
  const start = over(minus(firstForms[membrane][1], kept[one]), kept[membrane]);
  // A state at rest: what folding rounds is no other state.
  const v = resetValue !== null && near(start, resetValue) ? resetValue : rounded(start);
  const expected = (form: Form): Form => [form[input], plus(form[one], times(form[membrane], v))];
  const same = (found: Form, wanted: Form): boolean => found.every((coefficient, k) => near(coefficient, wanted[k]));
  const nexts = step.next.map((branches, k) => (k === membrane ? kept : branchAt(branches, 0)));
  if (!nexts.every((form, k) => same(firstForms[k], expected(form)))) throw differs('takes its input in another way');
  if (!same(branchAt(first.margin, 0), expected(step.margin))) throw differs('compares another membrane potential');
  const levels = [branchAt(first.spike, 0), branchAt(first.spike, 1)].map(constantOf);
  const wanted = [branchAt(second.spike, 0), branchAt(second.spike, 2)].map(constantOf);
  if (levels.some((level, k) => level === null || !near(level, wanted[k] ?? 0))) throw differs('gives other spikes');
  return step.next.map((_, k) => (k === membrane ? v : 0));
}

/**
 * The same for steps that compare nothing: with h = b' + c x in the first copy and h = a v + c x + b in the others, v = (b' - b) / a. Another
 * state, a synaptic current, starts at 0.
 */
export function initialPotentials(first: Accumulation, second: Accumulation, membrane: number): readonly PerNeuron[] {
  if (first.next.length !== second.next.length) throw differs('carries something else');
  return second.next.map((form, k) => {
    const [input, one] = [form.length - 2, form.length - 1];
    const [taken, constant] = first.next[k];
    if (!near(taken, form[input])) throw differs('takes its input in another way');
    if (near(constant, form[one])) return 0;
    if (k !== membrane || !all(form[k], (decay) => decay !== 0)) throw differs('starts from another state');
    return rounded(over(minus(constant, form[one]), form[k]));
  });
}

const differs = (how: string): NotANeuron => new NotANeuron(`its first step ${how} than the second`, 'step 0');

const near = (a: PerNeuron, b: PerNeuron): boolean =>
  all(
    combine(a, b, (x, y) => Math.abs(x - y) / Math.max(1, Math.abs(x), Math.abs(y))),
    (difference) => difference <= FOLDING_TOLERANCE,
  );
