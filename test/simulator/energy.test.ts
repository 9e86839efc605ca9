import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../src/ir/chip-model.ts';
import { arithmetic45nm } from '../../src/simulator/arithmetic.ts';
import { priceCounts, priceTrace } from '../../src/simulator/energy.ts';
import { meanCounts, totalCounts } from '../../src/simulator/event-counts.ts';
import { timeTrace } from '../../src/simulator/timing.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { PROGRAM, TRACE } from './hand-made.ts';

const timing = timeTrace(TRACE, PROGRAM, LOIHI2);
const fast = { pace: 'fast', timestepS: null } as const;
const energy = priceTrace(TRACE, timing, PROGRAM, LOIHI2, fast);
const pJ = 1e-12;

/** The hand-made trace, added up by hand, and Davies 2018 Table 2. */
const expected: Readonly<Record<string, number | null>> = {
  neuronUpdatesActive: (10 + 1 + 10 + 20 + 1 + 2) * 81 * pJ,
  neuronUpdatesInactive: (1 + 4) * 52 * pJ,
  synapticEvents: (100 + 1000 + 11 + 12) * 23.6 * pJ,
  fastWeightUpdates: 500 * 120 * pJ,
  spikesInTile: (4 + 6) * 1.7 * pJ,
  hopsHorizontal: 5 * 3 * pJ,
  hopsVertical: (9 + 1) * 4 * pJ,
  barrier: null,
  embeddedProcessor: null,
  hostInput: null,
  static: timing.seconds * 0.104,
};

describe('priceTrace', () => {
  it('is count times cost, term by term', () => {
    expect(Object.keys(energy.breakdown)).toEqual(Object.keys(expected));
    for (const [name, joules] of Object.entries(expected)) {
      const actual = energy.breakdown[name];
      if (joules === null) expect(actual, name).toBeNull();
      else expect((actual ?? Number.NaN) / joules, name).toBeCloseTo(1, 12);
    }
    for (const term of energy.terms) {
      if (term.costJ === null) continue;
      expect(term.joules, term.name).toBe(term.count * term.costJ);
    }
    const counts = Object.fromEntries(energy.terms.map((term) => [term.name, term.count]));
    expect([counts.barrier, counts.embeddedProcessor, counts.hostInput]).toEqual([5, 4 + 2 + 30 + 3 + 10 + 1 + 42, 6]);
  });

  it('keeps unknown terms out of no sum: the total is null, the known part is given', () => {
    expect([energy.joulesPerSample, energy.dynamicJoules]).toEqual([null, null]);
    expect(energy.staticJoules).toBe(energy.breakdown.static);
    const known = Object.values(expected).reduce<number>((sum, joules) => sum + (joules ?? 0), 0);
    expect(energy.knownJoules / known).toBeCloseTo(1, 12);
    for (const term of energy.terms) expect(term.reason === null, term.name).toBe(term.joules !== null);
  });

  it('sums up where everything is known', () => {
    const price = { ...LOIHI2.energy.barrier, value: 10 * pJ };
    const chip: ChipModel = { ...LOIHI2, energy: { ...LOIHI2.energy, barrier: price, embeddedOperation: price, inputSpike: price } };
    const whole = priceTrace(TRACE, timing, PROGRAM, chip, fast);
    expect(whole.joulesPerSample).toBe(whole.knownJoules);
    expect(whole.knownJoules - energy.knownJoules).toBeCloseTo((5 + 92 + 6) * 10 * pJ, 20);
    expect((whole.dynamicJoules ?? 0) + (whole.staticJoules ?? 0)).toBeCloseTo(whole.knownJoules, 20);
    expect(whole.basis).toBe('assumed');
  });

  it('prices spikes and packets where the chip has a price for them', () => {
    const price = (value: number) => ({ ...LOIHI2.energy.barrier, value, basis: 'published' as const });
    const chip: ChipModel = {
      ...LOIHI2,
      energy: { ...LOIHI2.energy, spike: price(7 * pJ), packetSent: price(11 * pJ), packetReceived: price(13 * pJ) },
    };
    const { terms } = priceTrace(TRACE, timing, PROGRAM, chip, fast);
    const joules = Object.fromEntries(terms.map((term) => [term.name, term.joules ?? 0]));
    expect(joules.spikes / (3 * 7 * pJ)).toBeCloseTo(1, 12);
    expect(joules.packetsSent / ((3 + 1 + 4 + 2 + 30) * 11 * pJ)).toBeCloseTo(1, 12);
    expect(joules.packetsReceived / ((7 + 2 + 3 + 10 + 1) * 13 * pJ)).toBeCloseTo(1, 12);
  });

  it('leaves lines out of the bill', () => {
    const rest = priceTrace(TRACE, timing, PROGRAM, LOIHI2, fast, ['barrier', 'embeddedProcessor', 'hostInput']);
    expect(Object.keys(rest.breakdown)).toEqual(Object.keys(expected).filter((name) => expected[name] !== null));
    expect(rest.joulesPerSample).toBe(rest.knownJoules);
    expect(rest.knownJoules).toBeCloseTo(energy.knownJoules, 20);
    const dynamic = priceTrace(TRACE, timing, PROGRAM, LOIHI2, fast, ['static']);
    expect(dynamic.staticJoules).toBe(0);
    expect(dynamic.knownJoules / (energy.knownJoules - (energy.staticJoules ?? 0))).toBeCloseTo(1, 9);
  });

  it('calls borrowed costs a proxy', () => {
    expect(energy.basis).toBe('proxy');
  });

  it('charges nothing for events that did not happen, whatever they cost', () => {
    const none = priceCounts({ ...totalCounts(TRACE), hostValues: 0 }, 0, 1, LOIHI2, 'fast');
    expect([none.breakdown.hostInput, none.breakdown.static, none.breakdown.barrier]).toEqual([0, 0, null]);
  });

  it('carries static power as long as the pace says', () => {
    const realTime = priceTrace(TRACE, timing, PROGRAM, LOIHI2, { pace: 'real-time', timestepS: 0.01 });
    expect(realTime.breakdown.static).toBeCloseTo((0.02 + timing.secondsAfterLastFrame) * 0.104, 12);
    expect(realTime.breakdown.synapticEvents).toBe(energy.breakdown.synapticEvents);
    expect(realTime.mode).toBe('real-time');
  });

  it('is linear: the price of the mean is the mean of the prices', () => {
    const counts = totalCounts(TRACE);
    const other = { ...counts, synapticEvents: 7 * counts.synapticEvents, hopsVertical: 0 };
    const priceOf = (c: typeof counts): number => priceCounts(c, 1, 1, LOIHI2, 'fast').knownJoules;
    const mean = (priceOf(counts) + priceOf(other)) / 2;
    expect(priceOf(meanCounts([counts, other])) / mean).toBeCloseTo(1, 12);
    expect(priceOf(counts)).not.toBe(priceOf(other));
  });
});

describe('arithmetic45nm', () => {
  it('is 0.9 pJ an accumulation and 4.6 pJ a multiply-accumulate', () => {
    // A SpikeSCR of width 64 at T = 100: 0.531 M AC, 4.027 M MAC, 19.0 uJ.
    const { acJoules, macJoules, totalJoules } = arithmetic45nm(0.531e6, 4.027e6);
    expect(acJoules).toBeCloseTo(0.4779e-6, 12);
    expect(macJoules).toBeCloseTo(18.5242e-6, 12);
    expect(totalJoules * 1e6).toBeCloseTo(19.0, 1);
  });
});
