import { expect, it } from 'vitest';
import { sumActivity } from '../../../src/simulator/accounting/activity.ts';
import { clipOf, linear, tallyOf } from './hand-counted.ts';

it('counts neurons that never fire, and neurons that never rest, over all clips', () => {
  // Inputs (1,0) three times: neuron 0 gets 1.5 and fires in every step, neuron 1 gets -1.
  const one = clipOf(2, [1, 0, 1, 0, 1, 0]);
  // Inputs (0,1) in the last step only: bias 0.5 adds up to 0.5, 0.75, then 2.5 + 0.375 for neuron 0; neuron 1 -1, -1.5, then 2 - 0.75.
  const other = clipOf(2, [0, 0, 0, 0, 0, 1]);
  const counts = (clips: Parameters<typeof tallyOf>[1]) =>
    sumActivity(linear, tallyOf(linear, clips)).map(({ silent, saturated }) => [silent, saturated]);
  expect(counts([one])).toEqual([[1, 1]]);
  expect(counts([other])).toEqual([[0, 0]]);
  expect(counts([one, other])).toEqual([[0, 0]]);
  expect(counts([one, one])).toEqual([[1, 1]]);
});
