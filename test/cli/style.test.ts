import { describe, expect, it } from 'vitest';
import { createStyle, drawBar } from '../../src/cli/style.ts';

describe('drawBar', () => {
  it.each([
    [0, '        '],
    [1, '████████'],
    [2, '████████'],
    [0.5, '████    '],
    [0.0001, '▏       '],
    [0.1, '▊       '],
  ])('%d of eight letters', (fraction, bar) => {
    expect(drawBar(fraction, 8)).toBe(bar);
  });
});

it('has no escape sequence without colour', () => {
  const style = createStyle(false);
  expect(style.bold(style.warn('text'))).toBe('text');
  expect(createStyle(true).bold('text')).toBe('\u001b[1mtext\u001b[22m');
});
