import { expect, it } from 'vitest';
import { findClosest } from '../../src/cli/closest.ts';

const CODES = ['does-not-fit', 'data-empty', 'data-foreign', 'no-readout'];

it.each([
  ['does-not-fi', ['does-not-fit']],
  ['doesnt-fit', ['does-not-fit']],
  ['DATA-EMPTY', ['data-empty']],
  ['data', ['data-empty', 'data-foreign']],
  ['xyz', []],
  ['', []],
])('%j may have meant %j', (word, expected) => {
  expect(findClosest(word, CODES)).toEqual(expected);
});
