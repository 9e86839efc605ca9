/**
 * How logits [steps, classes] become one class.
 *   sum-softmax  m_k = sum over t of softmax_k(logits[t])     the rule that SpikeSCR is trained and published with
 *   sum-logits   m_k = sum over t of logits[t][k]
 *   last-step    m_k = logits[steps - 1][k]
 *   max-logit    m_k = max over t of logits[t][k]
 * All steps count, padded ones too.
 */
export const DECISION_RULES = ['sum-softmax', 'sum-logits', 'last-step', 'max-logit'] as const;
export type DecisionRule = (typeof DECISION_RULES)[number];

export interface Decision {
  /** m_k of each class. */
  readonly evidence: Float64Array;
  /** argmax of the evidence; the lowest index of several equal ones. */
  readonly winner: number;
}

/** The class that `logits` [steps, classes] speak for under `rule`, in float64. Throws RangeError where the sizes do not fit. */
export function decide(logits: ArrayLike<number>, steps: number, classes: number, rule: DecisionRule = 'sum-softmax'): Decision {
  if (steps < 1 || classes < 1 || logits.length !== steps * classes) {
    throw new RangeError(`${logits.length} logits are not [${steps}, ${classes}]`);
  }
  const evidence = gatherEvidence(logits, steps, classes, rule);
  let winner = 0;
  for (let k = 1; k < classes; k++) if (evidence[k] > evidence[winner]) winner = k;
  return { evidence, winner };
}

function gatherEvidence(logits: ArrayLike<number>, steps: number, classes: number, rule: DecisionRule): Float64Array {
  const evidence = new Float64Array(classes);
  switch (rule) {
    case 'sum-softmax':
      for (let t = 0; t < steps; t++) addSoftmax(logits, t * classes, evidence);
      return evidence;
    case 'sum-logits':
      for (let i = 0; i < steps * classes; i++) evidence[i % classes] += logits[i];
      return evidence;
    case 'last-step':
      return evidence.map((_, k) => logits[(steps - 1) * classes + k]);
    case 'max-logit':
      evidence.fill(-Infinity);
      for (let i = 0; i < steps * classes; i++) evidence[i % classes] = Math.max(evidence[i % classes], logits[i]);
      return evidence;
  }
}

/** Adds the softmax of one row; the maximum is taken out first so that no exponential overflows. */
function addSoftmax(logits: ArrayLike<number>, first: number, evidence: Float64Array): void {
  const classes = evidence.length;
  let top = -Infinity;
  for (let k = 0; k < classes; k++) top = Math.max(top, logits[first + k]);
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.exp(logits[first + k] - top);
  for (let k = 0; k < classes; k++) evidence[k] += Math.exp(logits[first + k] - top) / sum;
}
