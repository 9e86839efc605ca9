import type { Random } from '../../ir/random.ts';

export { type Random, randomBelow, randomPermutation, seededRandom } from '../../ir/random.ts';

/**
 * An exponential variate of mean 1 by von Neumann's comparisons (1951): no logarithm, whose last bit differs between engines. The first
 * number of a falling run of odd length is distributed as e^-x on [0, 1); each run of even length adds 1.
 */
export function randomExponential(random: Random): number {
  for (let whole = 0; ; whole++) {
    const first = random();
    let last = first;
    let length = 1;
    for (let next = random(); next < last; next = random()) {
      last = next;
      length++;
    }
    if (length % 2 === 1) return whole + first;
  }
}
