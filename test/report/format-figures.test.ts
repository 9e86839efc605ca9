import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatPercent, formatSi, humanize, wilsonInterval } from '../../src/report/index.ts';

describe('formatSi', () => {
  it.each([
    [0, '0 J'],
    [23.6e-12, '23.6 pJ'],
    [279.7e-6, '280 µJ'],
    [999.6e-6, '1.00 mJ'],
    [0.999e-3, '999 µJ'],
    [1.61e-3, '1.61 mJ'],
    [104, '104 J'],
    [1234, '1.23 kJ'],
    [-0.5, '-500 mJ'],
  ])('%d is %s', (value, text) => {
    expect(formatSi(value, 'J')).toBe(text);
  });

  it('is within half a percent of the value, whatever its size', () => {
    const scale: Record<string, number> = { T: 1e12, G: 1e9, M: 1e6, k: 1e3, '': 1, m: 1e-3, µ: 1e-6, n: 1e-9, p: 1e-12 };
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e14, noNaN: true }), (value) => {
        const [number, unit] = formatSi(value, 'J').split(' ');
        expect(Math.abs((Number(number) * scale[unit.slice(0, -1)]) / value - 1)).toBeLessThan(0.0051);
      }),
    );
  });
});

describe('other figures', () => {
  it('groups counts', () => {
    expect([0, 999, 1000, 1_802_331.4, 48.25, 0.0021, 1234.56].map(formatCount)).toEqual([
      '0',
      '999',
      '1,000',
      '1,802,331',
      '48.25',
      '0.00210',
      '1,234.6',
    ]);
  });

  it('writes fractions, bytes and names for people', () => {
    expect(formatPercent(0.928571)).toBe('92.86 %');
    expect([12, 2048, 3 * 2 ** 20].map(formatBytes)).toEqual(['12 B', '2.0 KiB', '3.00 MiB']);
    expect(humanize('neuronUpdatesActive')).toBe('neuron updates active');
    expect(humanize('fast-weights')).toBe('fast weights');
  });

  it('has bounds of the Wilson interval that lie 1.96 of their own standard errors from the fraction', () => {
    for (const [hits, trials] of [
      [130, 140],
      [0, 10],
      [3, 7],
    ]) {
      const fraction = hits / trials;
      for (const bound of wilsonInterval(fraction, trials)) {
        expect(Math.abs(fraction - bound)).toBeCloseTo(1.959964 * Math.sqrt((bound * (1 - bound)) / trials), 12);
      }
    }
  });
});
