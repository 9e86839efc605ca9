import { describe, expect, it } from 'vitest';
import { LifState } from '../../../src/simulator/sana-fe/lif.ts';
import type { LifGroup } from '../../../src/simulator/sana-fe/net.ts';

const free = { energyJ: 0, latencyS: 0 };
const of = (value: number): Float64Array => Float64Array.of(value);

/** One neuron, threshold 10, no leak, no memory of currents. */
const neuron = (given: Partial<LifGroup>): LifGroup => ({
  kind: 'lif',
  name: 'n',
  size: 1,
  soma: { accessed: free, updated: free, fired: free },
  threshold: of(10),
  leakDecay: of(1),
  inputDecay: of(0),
  bias: of(0),
  reset: of(0),
  reverseThreshold: of(0),
  reverseReset: of(0),
  refractoryDelay: of(0),
  resetMode: 'hard',
  reverseMode: 'none',
  forceUpdate: false,
  ...given,
});

/** What it does, f(ired) u(pdated) or a(ccessed), when this arrives; null: nothing. */
function run(given: Partial<LifGroup>, arrivals: readonly (number | null)[]): string {
  const state = new LifState(neuron(given));
  return arrivals.map((arrived) => state.update(0, arrived)[0]).join('');
}

describe('LifState', () => {
  it('fires strictly above its threshold and is active while it holds anything', () => {
    expect(run({}, [null, 10, null, 1, null, 0, null])).toBe('auufaua');
    expect(run({ forceUpdate: true }, [null, null])).toBe('uu');
    expect(run({ bias: of(4) }, [null, null, null, null])).toBe('uufu');
  });

  it('forgets potential and current at their own pace, in steps of 1/64', () => {
    // 10, then 5, 2.5 …: 8 more are above the threshold after one step, not after two.
    expect(run({ leakDecay: of(0.5) }, [10, 8])).toBe('uf');
    expect(run({ leakDecay: of(0.5) }, [10, null, 7.5])).toBe('uuu');
    // A current of 4 decays to 2, 1: 4, 6, 7 …
    expect(run({ inputDecay: of(0.5) }, [6, null, null])).toBe('uuf');
    // -1/64 * 0.75 is cut to 0, not to -1/64.
    expect(run({ leakDecay: of(0.75) }, [-1 / 64, null, null])).toBe('uua');
  });

  it.each([
    ['hard', 'fuf'],
    ['soft', 'fff'],
    ['none', 'fff'],
  ] as const)('resets %s', (resetMode, does) => {
    expect(run({ resetMode, reset: of(0) }, [25, 5, 6])).toBe(does);
  });

  it('loses what arrives in refractoryDelay - 1 steps, and no bias is added in them', () => {
    expect(run({ refractoryDelay: of(0) }, [11, 11, 11, 11])).toBe('ffff');
    expect(run({ refractoryDelay: of(1) }, [11, 11, 11, 11])).toBe('ffff');
    expect(run({ refractoryDelay: of(3) }, [11, 11, 11, 11, 11])).toBe('fuufu');
    expect(run({ refractoryDelay: of(2), bias: of(6) }, [6, null, null, null])).toBe('fuuf');
  });

  it.each([
    // -30 with a reverse threshold of -20; then 31 arrive.
    ['none', 'uuu'],
    ['hard', 'uuf'],
    ['soft', 'uuf'],
    ['saturate', 'uuf'],
  ] as const)('below the reverse threshold: %s', (reverseMode, does) => {
    expect(run({ reverseMode, reverseThreshold: of(-20), reverseReset: of(-5) }, [-30, 0, 31])).toBe(does);
  });

  it('does not look at the reverse threshold while it is refractory', () => {
    const rules = { resetMode: 'hard', reset: of(-30), reverseMode: 'soft', reverseThreshold: of(-10), refractoryDelay: of(3) } as const;
    // The spike resets it to -30, which is lifted to -20 at once, still below -10, and stays there for two steps; 31 bring it to 11.
    expect(run(rules, [11, null, null, 31])).toBe('fuuf');
    // Were it lifted in each step, 20 would do.
    expect(run(rules, [11, null, null, 20])).toBe('fuuu');
  });
});
