import { array, assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultBinMs, describeFraming, type FramingRule, frameEvents } from '../../../src/frontend/datasets/framing.ts';

const rule: FramingRule = { steps: 4, channels: 2, units: 4, binMs: 250, origin: 'first-event', counts: 'integer' };
const frame = (times: number[], units: number[], change: Partial<FramingRule> = {}) => {
  const { features, valid } = frameEvents(times, units, { ...rule, ...change });
  return { features: [...features], valid: [...valid] };
};

describe('frameEvents', () => {
  it('closes frames on the left, and gives an event at the very end to the last frame', () => {
    expect(frame([0, 0.25, 0.5], [0, 0, 0])).toEqual({ features: [1, 0, 2, 0, 0, 0, 0, 0], valid: [1, 1, 0, 0] });
  });

  it('sums neighbouring units to a channel, and counts', () => {
    expect(frame([0, 0, 0, 0.1], [1, 0, 2, 1]).features).toEqual([3, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('starts at the first event, or where the recording starts', () => {
    expect(frame([0.5, 0.6], [0, 3])).toEqual({ features: [1, 1, 0, 0, 0, 0, 0, 0], valid: [1, 0, 0, 0] });
    expect(frame([0.5, 0.6], [0, 3], { origin: 'recording' })).toEqual({ features: [0, 0, 0, 0, 1, 1, 0, 0], valid: [1, 1, 1, 0] });
  });

  it('clips to 1 where asked to', () => {
    expect(frame([0, 0, 0.1], [0, 0, 3], { counts: 'binary' }).features).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('drops frames beyond the steps', () => {
    expect(frame([0, 1, 3], [0, 0, 0])).toEqual({ features: [1, 0, 0, 0, 0, 0, 0, 0], valid: [1, 1, 1, 1] });
  });

  it('gives one frame to events of one instant, none to a clip without events', () => {
    expect(frame([0.7], [3])).toEqual({ features: [0, 1, 0, 0, 0, 0, 0, 0], valid: [1, 0, 0, 0] });
    expect(frame([], [])).toEqual({ features: [0, 0, 0, 0, 0, 0, 0, 0], valid: [0, 0, 0, 0] });
  });

  it('loses no event of a clip that fits', () => {
    const events = array(double({ min: 0, max: 0.9, noNaN: true }), { minLength: 1, maxLength: 40 });
    assert(
      property(events, integer({ min: 0, max: 3 }), (times, unit) => {
        const sorted = [...times].sort((a, b) => a - b);
        const { features, valid } = frame(
          sorted,
          sorted.map(() => unit),
        );
        const used = features.flatMap((count, cell) => (count > 0 ? [cell] : []));
        expect(features.reduce((total, count) => total + count, 0)).toBe(times.length);
        expect(used.every((cell) => valid[Math.floor(cell / 2)] === 1 && cell % 2 === Math.floor(unit / 2))).toBe(true);
      }),
    );
  });
});

describe('the default bin width', () => {
  it('makes a second of the steps', () => {
    expect([100, 59, 40, 20].map(defaultBinMs)).toEqual([10, 17, 25, 50]);
  });
});

describe('describeFraming', () => {
  it('says every choice', () => {
    expect(describeFraming({ ...rule, channels: 4, origin: 'recording', counts: 'binary' })).toBe(
      'bins of 250 ms from the start of the recording, 4 units, clipped to 1',
    );
  });
});
