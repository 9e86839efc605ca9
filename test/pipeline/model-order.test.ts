import { expect, it } from 'vitest';
import { inModelOrder } from '../../src/pipeline/model-order.ts';
import { input, networkOf, population, readout } from '../support/networks.ts';

it('numbers recorded neurons as the model does', () => {
  const nodes = [
    input('features', 1),
    population('placed', 3, { order: Int32Array.of(2, 0, 1) }),
    population('plain', 3),
    readout('out', 1),
  ];
  const lowered = networkOf({ name: 'ordered', timesteps: 4, nodes, projections: [], output: 'out' });
  const raster = Int32Array.of(0, 0, 0, 2, 3, 1);
  const recorded = new Map([
    ['placed', raster],
    ['plain', raster],
  ]);
  expect(inModelOrder(recorded, lowered)).toEqual(
    new Map([
      ['placed', Int32Array.of(0, 1, 0, 2, 3, 0)],
      ['plain', raster],
    ]),
  );
});
