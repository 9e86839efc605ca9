import type { LifGroup } from './net.ts';

/** What a neuron did in a step; each includes the ones before. */
export type Activity = 'accessed' | 'updated' | 'fired';

/** v is kept in units of 1 / FRACTION. */
const FRACTION = 64;

/**
 * State of a group of neurons:
 *
 *   u = u * inputDecay;  v = trunc(v * leakDecay * 64) / 64
 *
 * and, where it is not refractory (what arrives then is lost)
 *
 *   v = v + bias;  u = u + arrived;  v = v + u
 *   v > threshold: fire, reset
 *   v < reverseThreshold: reverse reset
 */
export class LifState {
  readonly #group: LifGroup;
  readonly #u: Float64Array;
  readonly #v: Float64Array;
  readonly #refractory: Float64Array;

  constructor(group: LifGroup) {
    this.#group = group;
    this.#u = new Float64Array(group.size);
    this.#v = new Float64Array(group.size);
    this.#refractory = new Float64Array(group.size);
  }

  /** `arrived`: sum of the weights that came in the step before; null where no synapse was read, which differs from a sum of 0. */
  update(i: number, arrived: number | null): Activity {
    const group = this.#group;
    const [u, v] = [this.#u, this.#v];
    const isActive = v[i] !== 0 || arrived !== null || group.bias[i] !== 0 || group.forceUpdate;
    u[i] *= group.inputDecay[i];
    v[i] = Math.trunc(v[i] * group.leakDecay[i] * FRACTION) / FRACTION;
    let fired = false;
    if (this.#refractory[i] === 0) {
      v[i] += group.bias[i];
      u[i] += arrived ?? 0;
      v[i] += u[i];
      fired = v[i] > group.threshold[i];
      if (fired) {
        this.#reset(i);
        this.#refractory[i] = Math.max(0, group.refractoryDelay[i] - 1);
      }
      if (v[i] < group.reverseThreshold[i]) this.#reverseReset(i);
    } else {
      this.#refractory[i]--;
    }
    return fired ? 'fired' : isActive ? 'updated' : 'accessed';
  }

  #reset(i: number): void {
    const { resetMode, reset, threshold } = this.#group;
    switch (resetMode) {
      case 'hard':
        this.#v[i] = reset[i];
        return;
      case 'soft':
        this.#v[i] -= threshold[i];
        return;
      case 'none':
        return;
    }
  }

  #reverseReset(i: number): void {
    const { reverseMode, reverseReset, reverseThreshold } = this.#group;
    switch (reverseMode) {
      case 'hard':
        this.#v[i] = reverseReset[i];
        return;
      case 'soft':
        this.#v[i] -= reverseThreshold[i];
        return;
      case 'saturate':
        this.#v[i] = reverseThreshold[i];
        return;
      case 'none':
        return;
    }
  }
}
