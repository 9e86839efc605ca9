import { describe, expect, it } from 'vitest';
import { OptionReader, type RawOptions } from '../../src/cli/read-options.ts';
import { DiagnosticError } from '../../src/diagnostics/index.ts';

function problemsOf(raw: RawOptions, read: (options: OptionReader) => void): string[] {
  const options = new OptionReader(raw);
  read(options);
  try {
    options.finish();
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    expect(error.diagnostics.every((d) => d.code === 'bad-arguments')).toBe(true);
    return error.diagnostics.map((d) => `${d.message}; ${d.notes.join(' ')}`);
  }
}

describe('OptionReader', () => {
  it.each(['-3', '0', '1.5', 'x', '', '1e3', '99999999999999999999', ' 4', '0x10'])('takes no %j for a count', (text) => {
    expect(problemsOf({ samples: text }, (o) => o.integer('samples', 1, 100))).not.toEqual([]);
  });

  it('takes the ends of a range', () => {
    const options = new OptionReader({ low: '1', high: '100', width: '2.5', tiny: '.5e-1' });
    expect(options.integer('low', 1, 100)).toBe(1);
    expect(options.integer('high', 1, 100)).toBe(100);
    expect(options.integer('absent', 1, 100)).toBeNull();
    expect(options.number('width', 0, 10)).toBe(2.5);
    expect(options.number('tiny', 0, 10)).toBe(0.05);
    options.finish();
  });

  it.each(['0', '-1', 'NaN', 'Infinity', '1e99', '1,5'])('takes no %j for a width', (text) => {
    expect(problemsOf({ binMs: text }, (o) => o.number('binMs', 0, 60_000))[0]).toContain('--bin-ms');
  });

  it('takes a number for all, or numbers by name', () => {
    const options = new OptionReader({ all: '1e2', some: 'left=0.5, a=b=3', none: undefined });
    expect(options.numbers('all', 0, 1000)).toBe(100);
    expect(options.numbers('some', 0, 1000)).toEqual(
      new Map([
        ['left', 0.5],
        ['a=b', 3],
      ]),
    );
    expect(options.numbers('none', 0, 1000)).toBeNull();
    options.finish();
  });

  it.each(['0', '-1', 'x', 'a=', '=1', 'a=1,a=2', 'a=1,', 'a=0', 'a=-1', 'a=1e9'])('takes no %j for a range', (text) => {
    expect(problemsOf({ inputRange: text }, (o) => o.numbers('inputRange', 0, 1000))[0]).toContain('--input-range');
  });

  it('reports all mistakes together, with what is allowed', () => {
    const problems = problemsOf({ samples: '0', pace: 'slow', timestep: '1' }, (o) => {
      o.integer('samples', 1, 9);
      o.choice('pace', ['fast', 'real-time']);
      o.reserved('timestep', null, 'later');
    });
    expect(problems).toEqual([
      '--samples is "0"; allowed: whole numbers from 1 to 9',
      '--pace is "slow"; allowed: fast, real-time',
      '--timestep is "1"; not supported: later',
    ]);
  });

  it('takes positions, sizes and names', () => {
    const options = new OptionReader({ select: '3, 7,10-20', flat: '700', camera: '128x64', grey: '2x3x1', names: 'yes, no' });
    expect(options.ranges('select', 100)).toEqual([
      [3, 3],
      [7, 7],
      [10, 20],
    ]);
    expect([options.size('flat', 999), options.size('camera', 999), options.size('grey', 999)]).toEqual([[700], [128, 64], [2, 3, 1]]);
    expect(options.names('names')).toEqual(['yes', 'no']);
    expect([options.ranges('absent', 9), options.size('absent', 9), options.names('absent')]).toEqual([null, null, null]);
    options.finish();
  });

  it.each(['', '3-', '-3', '5-3', '1,,2', '101', '1.5', 'x'])('takes no %j for positions', (text) => {
    expect(problemsOf({ select: text }, (o) => o.ranges('select', 100))).not.toEqual([]);
  });

  it.each(['', '0', '1x', 'x1', '1x1x3', '1x1x1x1', '1000', '-1x2', '1 x 2'])('takes no %j for a sensor', (text) => {
    expect(problemsOf({ sensor: text }, (o) => o.size('sensor', 999))).not.toEqual([]);
  });

  it.each(['', 'a,,b', 'a,a', ','])('takes no %j for names', (text) => {
    expect(problemsOf({ classNames: text }, (o) => o.names('classNames'))).not.toEqual([]);
  });

  it('refuses what it would have to ignore, and takes what is true today', () => {
    const read = (o: OptionReader) => o.reserved('dialect', 'lava', 'reason');
    expect(problemsOf({ dialect: 'lava' }, read)).toEqual([]);
    expect(problemsOf({}, read)).toEqual([]);
    expect(problemsOf({ dialect: 'brian' }, read)).toHaveLength(1);
  });
});
