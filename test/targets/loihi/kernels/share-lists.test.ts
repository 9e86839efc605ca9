import { describe, expect, it } from 'vitest';
import { shareLists } from '../../../../src/targets/loihi/share-lists.ts';

/** Fields of a block: target, count, delay, weight cell, exponent, memory. */
const WEIGHTS = Int16Array.of(1, 2, 3, 1, 2, 3, 1, 2, 4);

const listsOf = (axons: readonly (readonly number[])[], baseMax = 100, region = 50) => shareLists(axons, WEIGHTS, region, baseMax);

describe('lists that several axons read', () => {
  it('are those equal up to a shift, stored where the lowest targets are', () => {
    const shared = listsOf([
      [7, 3, 1, 0, 2, 0],
      [3, 3, 1, 3, 2, 0],
      [9, 3, 1, 6, 2, 0],
    ]);
    expect(shared.axonList).toEqual(Int32Array.of(0, 0, 1));
    expect(shared.axonBase).toEqual(Int32Array.of(4, 0, 0));
    expect(shared.listFirst).toEqual(Int32Array.of(0, 1, 2));
    // Cells 0 .. 2 are read by nobody any more.
    expect(shared.weights).toEqual(Int16Array.of(1, 2, 3, 1, 2, 4));
    expect(shared.blocks).toEqual(Int32Array.of(3, 3, 1, 0, 2, 0, 9, 3, 1, 3, 2, 0));
  });

  it.each([
    ['delay', [5, 3, 2, 3, 2, 0]],
    ['exponent', [5, 3, 1, 3, 1, 0]],
    ['weight', [5, 3, 1, 6, 2, 0]],
    ['count', [5, 2, 1, 3, 2, 0]],
    ['number of blocks', [5, 3, 1, 3, 2, 0, 8, 1, 1, 0, 2, 0]],
    ['memory', [5, 3, 1, 0, 2, 1]],
    ['region of compartments', [55, 3, 1, 3, 2, 0]],
  ])('have the same %s', (_, other) => {
    expect(listsOf([[3, 3, 1, 0, 2, 0], other]).axonList).toEqual(Int32Array.of(0, 1));
  });

  it('never hold fast weights', () => {
    expect(
      listsOf([
        [3, 3, 1, 0, 0, 1],
        [3, 3, 1, 0, 0, 1],
      ]).axonList,
    ).toEqual(Int32Array.of(0, 1));
  });

  it('keep the distances between their blocks', () => {
    const two = (first: number, second: number): readonly number[] => [first, 3, 0, 0, 0, 0, second, 3, 0, 3, 0, 0];
    expect(listsOf([two(0, 10), two(5, 15), two(5, 16)]).axonList).toEqual(Int32Array.of(0, 0, 1));
  });

  it('are stored again beyond the largest base, and for every axon without bases', () => {
    const axons = [0, 3, 4, 8, 9].map((target) => [target, 3, 0, 0, 0, 0]);
    expect(listsOf(axons, 4)).toMatchObject({ axonList: Int32Array.of(0, 0, 0, 1, 1), axonBase: Int32Array.of(0, 3, 4, 0, 1) });
    expect(listsOf(axons, 0).axonList).toEqual(Int32Array.of(0, 1, 2, 3, 4));
  });
});
