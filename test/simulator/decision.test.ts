import { array, assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECISION_RULES, decide } from '../../src/simulator/decision.ts';

// Two steps, three classes; by hand: softmax(0, ln 2, ln 3) = (1, 2, 3) / 6, softmax(ln 8, 0, 0) = (8, 1, 1) / 10.
const logits = [0, Math.log(2), Math.log(3), Math.log(8), 0, 0];

describe('decide', () => {
  it.each([
    ['sum-softmax', [1 / 6 + 0.8, 2 / 6 + 0.1, 3 / 6 + 0.1], 0],
    ['sum-logits', [Math.log(8), Math.log(2), Math.log(3)], 0],
    ['last-step', [Math.log(8), 0, 0], 0],
    ['max-logit', [Math.log(8), Math.log(2), Math.log(3)], 0],
  ] as const)('weighs by %s', (rule, evidence, winner) => {
    const decision = decide(logits, 2, 3, rule);
    expect(decision.winner).toBe(winner);
    evidence.forEach((value, k) => {
      expect(decision.evidence[k]).toBeCloseTo(value, 14);
    });
  });

  it('follows the rule where rules differ', () => {
    // Class 1 wins both steps narrowly, class 0 loses one of them by far, class 2 has the highest single logit but one.
    const contested = [-9, 1, 0.9, 3, 3.1, 2.9];
    expect(decide(contested, 2, 3, 'sum-softmax').winner).toBe(1);
    const peaked = [5, 0, -20, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0];
    expect(DECISION_RULES.map((rule) => decide(peaked, 5, 3, rule).winner)).toEqual([1, 0, 1, 0]);
  });

  it('takes the first of equal classes', () => {
    for (const rule of DECISION_RULES) expect(decide([0, 7, 7], 1, 3, rule).winner).toBe(1);
  });

  it('survives logits that overflow an exponential', () => {
    expect([...decide([1e4, -1e4, 1e4 - 1], 1, 3).evidence]).toEqual([1 / (1 + Math.exp(-1)), 0, Math.exp(-1) / (1 + Math.exp(-1))]);
  });

  it('shares one unit of evidence a step, by sum-softmax', () => {
    assert(
      property(array(double({ min: -50, max: 50, noNaN: true }), { minLength: 12, maxLength: 12 }), (values) => {
        const { evidence } = decide(values, 3, 4);
        expect(evidence.reduce((sum, m) => sum + m, 0)).toBeCloseTo(3, 12);
      }),
    );
  });

  it('refuses sizes that do not fit', () => {
    expect(() => decide([1, 2, 3], 2, 2)).toThrow(RangeError);
    expect(() => decide([], 0, 2)).toThrow(RangeError);
  });
});
