import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../src/ir/chip-model.ts';
import { sampleSeconds } from '../../src/simulator/pace.ts';
import { timeTrace } from '../../src/simulator/timing.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { PROGRAM, TRACE } from './hand-made.ts';

const ns = (value: number) => ({ value: value * 1e-9, unit: 's', basis: 'proxy', source: 'davies2018' }) as const;
const chip: ChipModel = {
  ...LOIHI2,
  time: {
    neuronUpdateActive: ns(8),
    neuronUpdateInactive: ns(5),
    synapticEvent: ns(3),
    fastWeightUpdate: ns(6),
    spikeInTile: ns(2),
    hopHorizontal: ns(4),
    hopVertical: ns(7),
    // 2 of 32 tiles are in use: 100 + 310 / 31 = 110.
    barrierOneTile: ns(100),
    barrierAllTiles: ns(410),
    embeddedOperation: ns(50),
  },
};
const timing = timeTrace(TRACE, PROGRAM, chip);

const BARRIER = 110;
const steps = [
  100 * 3 + 7 * 2 + BARRIER, // core 0 receives; it sends for 85, and the embedded processor needs 200
  1000 * 3 + 2 * 2 + BARRIER, // core 1 receives
  4 * 5 + 500 * 6 + BARRIER, // core 0 updates
  40 * 50 + BARRIER, // the embedded processor
  50 + BARRIER, // the embedded processor; core 1 needs 36
];

const close = (actualS: number, expectedNs: number): void => expect(actualS * 1e9).toBeCloseTo(expectedNs, 6);

describe('timeTrace', () => {
  it('takes the busiest unit of each step, where sending and receiving overlap, and the barrier', () => {
    expect(timing.stepSeconds.length).toBe(5);
    steps.forEach((expected, step) => {
      close(timing.stepSeconds[step], expected);
    });
  });

  it('adds the embedded processor between segments', () => {
    close(timing.segments[0].seconds, steps[0] + steps[1] + steps[2] + 40 * 50);
    close(timing.segments[1].seconds, steps[3] + steps[4] + 2 * 50);
    close(timing.segments[0].embeddedSeconds, 40 * 50);
    close(timing.seconds, steps.reduce((sum, step) => sum + step, 0) + 42 * 50);
  });

  it('splits the time into parts that sum to it', () => {
    const parts = Object.fromEntries(timing.terms.map((term) => [term.name, term.seconds]));
    close(parts.neuronUpdates, 20);
    close(parts.synapticEvents, 300 + 3000);
    close(parts.fastWeightUpdates, 3000);
    close(parts.packets, 14 + 4);
    close(parts.embeddedProcessor, 2000 + 50 + 42 * 50);
    close(parts.mesh, 0);
    close(parts.barrier, 5 * BARRIER);
    close(
      timing.terms.reduce((sum, term) => sum + term.seconds, 0),
      timing.seconds * 1e9,
    );
  });

  it('finds the critical core', () => {
    close(timing.busySeconds[0], 314 + 80 + 3020 + 8 + 33);
    close(timing.busySeconds[1], 8 + 3004 + 16 + 36);
    expect(timing.criticalCore).toBe(0);
  });

  it('measures from the step that sends the last frame', () => {
    expect(timing.frames).toBe(2);
    close(timing.secondsAfterLastFrame, timing.seconds * 1e9 - steps[0] - steps[1]);
  });

  it('leaves out what it is told to', () => {
    const parts = (without: readonly ('barrier' | 'embeddedProcessor')[]) =>
      Object.fromEntries(timeTrace(TRACE, PROGRAM, chip, { model: 'simple', without }).terms.map((term) => [term.name, term.seconds]));
    expect(parts(['barrier']).barrier).toBe(0);
    close(parts(['barrier']).embeddedProcessor, 2000 + 50 + 42 * 50);
    expect(parts(['embeddedProcessor']).embeddedProcessor).toBe(0);
    // Without it, steps 3 and 4 wait for the cores: 16 and 36.
    close(parts(['embeddedProcessor']).neuronUpdates, 20 + 16);
    close(parts(['embeddedProcessor']).synapticEvents, 300 + 3000 + 36);
  });

  it('takes the price of a spike, of sending and of receiving where the chip has them, and the barrier of so many tiles', () => {
    const { time } = chip;
    const steps = [
      [1, 1e-9],
      [2, 7e-9],
      [3, 9e-9],
    ] as const;
    const priced: ChipModel = {
      ...chip,
      time: { ...time, spike: ns(1000), packetSent: ns(2000), packetReceived: ns(0), barrierByTiles: { ...ns(9), value: 9e-9, steps } },
    };
    const { stepSeconds, terms } = timeTrace(TRACE, PROGRAM, priced);
    close(stepSeconds[0], 100 * 3 + 7);
    close(stepSeconds[1], 20 * 8 + 3 * 2000 + 7);
    close(stepSeconds[4], 3 * 1000 + 7);
    close(terms.find(({ name }) => name === 'packets')?.seconds ?? 0, 3 * 2000);
  });

  it('says what the time rests on', () => {
    expect(timing.basis).toBe('proxy');
    expect(timeTrace(TRACE, PROGRAM, LOIHI2).basis).toBe('assumed');
  });

  it('cannot do without a time', () => {
    const open: ChipModel = { ...chip, time: { ...chip.time, synapticEvent: { ...chip.time.synapticEvent, value: null } } };
    expect(() => timeTrace(TRACE, PROGRAM, open)).toThrow('chip-malformed');
  });
});

describe('sampleSeconds', () => {
  it('is the latency back to back', () => {
    expect(sampleSeconds(timing, { pace: 'fast', timestepS: null })).toBe(timing.seconds);
  });

  it('is frames * timestep and what comes after the last frame in real time, but at least the latency', () => {
    expect(sampleSeconds(timing, { pace: 'real-time', timestepS: 0.01 })).toBeCloseTo(0.02 + timing.secondsAfterLastFrame, 12);
    expect(sampleSeconds(timing, { pace: 'real-time', timestepS: 1e-12 })).toBe(timing.seconds);
  });

  it.each([null, 0, -1, Number.NaN])('refuses a timestep of %s in real time', (timestepS) => {
    expect(() => sampleSeconds(timing, { pace: 'real-time', timestepS })).toThrow('bad-arguments');
  });
});
