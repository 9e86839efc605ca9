import { describe, expect, it } from 'vitest';
import { shareLists } from '../../../../src/targets/loihi/share-lists.ts';

/** Fields of a block: target, count, delay, weight cell, exponent, memory. */
const WEIGHTS = Int16Array.of(1, 2, 3, 1, 2, 3, 1, 2, 4);

const listsOf = (axons: readonly (readonly number[])[], baseMax = 100, region = 50) =>
  shareLists(axons, [], WEIGHTS, { region, baseMax, populationBaseStep: 4 });

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

describe('places of several channels', () => {
  const list = (target: number, cell: number): readonly number[] => [target, 3, 0, cell, 0, 0];
  /** Cells 0 and 3 hold the same weights, cell 6 others. */
  const axons = [list(1, 0), list(5, 6), list(20, 0), list(9, 3), list(13, 6), list(30, 0)];
  const share = (places: readonly (readonly number[])[], populationBaseStep = 4) =>
    shareLists(axons, places, WEIGHTS, { region: 50, baseMax: 100, populationBaseStep });

  it('become population axons where their lists repeat, in front of all others', () => {
    const shared = share([
      [0, 1],
      [3, 4],
      [2, 5],
    ]);
    expect(shared.order).toEqual(Int32Array.of(0, 1, 3, 4, 2, 5));
    expect(shared.axonAtom).toEqual(Int32Array.of(0, 1, 0, 1, 0, 0));
    // Lists of a place stand one behind the other; the other two axons share a list of their own.
    expect(shared.axonList).toEqual(Int32Array.of(0, 1, 0, 1, 2, 2));
    expect(shared.axonBase).toEqual(Int32Array.of(0, 0, 8, 8, 0, 10));
  });

  it('shift by multiples of the step', () => {
    const shared = share(
      [
        [0, 1],
        [3, 4],
      ],
      16,
    );
    expect(shared.axonList.slice(0, 4)).toEqual(Int32Array.of(0, 1, 2, 3));
    expect(shared.axonBase.slice(0, 4)).toEqual(new Int32Array(4));
  });

  it('stay discrete axons where channels are further apart than at the other place', () => {
    expect(
      share([
        [0, 1],
        [3, 2],
      ]).axonAtom,
    ).toEqual(new Int32Array(6));
  });
});
