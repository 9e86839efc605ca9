import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompartmentState, decay, type LifParameters, NEVER, updateLif } from '../../../src/simulator/loihi/lif.ts';

const V_MAX = 2 ** 23 - 1;

function one(u: number, v: number, bias: number): CompartmentState {
  return { u: Int32Array.of(u), v: Int32Array.of(v), bias: Int32Array.of(bias), wraps: new Int32Array(1) };
}

function step(state: CompartmentState, a: number, parameters: Omit<LifParameters, 'resetAmount'> & Partial<LifParameters>): number {
  return updateLif(state, { resetAmount: null, ...parameters }, 0, 1, Int32Array.of(a), 0, -1, new Int32Array(1));
}

const keepAll = { currentKeep: 4096, voltageKeep: 4096, threshold: NEVER };

describe('decay', () => {
  it('rounds toward zero', () => {
    expect(decay(-1, 4095)).toBe(-0);
    expect(decay(1, 4095)).toBe(0);
    expect(decay(-4097, 2048)).toBe(-2048);
    expect(decay(4097, 2048)).toBe(2048);
  });

  it('equals sign(x) * floor(|x| * keep / 4096) exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 4096 }), (x, keep) => {
        const exact = (BigInt(Math.abs(x)) * BigInt(keep)) >> 12n;
        expect(BigInt(decay(x, keep))).toBe(x < 0 ? -exact : exact);
      }),
    );
  });
});

describe('updateLif', () => {
  it('keeps a current of 2^23, wraps one above it and -2^23, and counts what wraps', () => {
    for (const [start, a, expected, wraps] of [
      [2 ** 23 - 64, 1, 2 ** 23, 0],
      [2 ** 23 - 63, 1, 1 - 2 ** 23, 1],
      [-(2 ** 23) + 64, -1, 2 ** 23, 1],
      [-(2 ** 23) + 65, -1, -(2 ** 23) + 1, 0],
      [0, 2 ** 26, 0, 1],
    ]) {
      const state = one(start, 0, 0);
      step(state, a, keepAll);
      expect(state.u[0]).toBe(expected);
      expect(state.wraps[0]).toBe(wraps);
    }
  });

  it('clips the membrane potential on both sides', () => {
    const up = one(0, V_MAX, 1);
    step(up, 0, keepAll);
    expect(up.v[0]).toBe(V_MAX);
    const down = one(0, -V_MAX, -1);
    step(down, 0, keepAll);
    expect(down.v[0]).toBe(-V_MAX);
  });

  it('spikes strictly above the threshold, resets v and keeps u', () => {
    const parameters = { currentKeep: 0, voltageKeep: 2048, threshold: 640 };
    const tie = one(0, 0, 0);
    expect(step(tie, 10, parameters)).toBe(0);
    expect(tie.v[0]).toBe(640);
    const above = one(0, 0, 1);
    expect(step(above, 10, parameters)).toBe(1);
    expect([above.u[0], above.v[0]]).toEqual([640, 0]);
  });

  it('takes away what a soft reset says, from what is above the threshold, and counts what is cut off', () => {
    const parameters = { currentKeep: 0, voltageKeep: 4096, threshold: 640, resetAmount: 1000 };
    const state = one(0, 0, 1);
    expect(step(state, 30, parameters)).toBe(1);
    expect(state.v[0]).toBe(30 * 64 + 1 - 1000);
    // What is left is above the threshold still, and fires without input; then it lies below.
    expect(step(state, 0, parameters)).toBe(1);
    expect([step(state, 0, parameters), state.v[0]]).toEqual([0, 30 * 64 + 3 - 2000]);
    expect(state.wraps[0]).toBe(0);
    const full = one(0, V_MAX, 1);
    expect(step(full, 0, parameters)).toBe(1);
    expect([full.v[0], full.wraps[0]]).toEqual([V_MAX - 1000, 1]);
    const most = one(0, 0, 1);
    expect(step(most, 0, { ...parameters, threshold: 0, resetAmount: V_MAX })).toBe(1);
    expect([most.v[0], most.wraps[0]]).toEqual([1 - V_MAX, 0]);
  });

  it('lets neither current nor bias through a closed gate, and the state decays all the same', () => {
    const state: CompartmentState = {
      u: Int32Array.of(100, 100),
      v: Int32Array.of(1000, 1000),
      bias: Int32Array.of(7, 7),
      wraps: new Int32Array(1),
    };
    const fired = new Int32Array(2);
    // Inputs of the two neurons, then of their gates: the first is open.
    updateLif(
      state,
      { currentKeep: 0, voltageKeep: 2048, threshold: NEVER, resetAmount: null },
      0,
      2,
      Int32Array.of(5, 5, 1, 0),
      0,
      2,
      fired,
    );
    expect([...state.v]).toEqual([500 + 5 * 64 + 7, 500]);
  });
});
