import { describe, expect, it } from 'vitest';
import { choosePositions } from '../../../src/frontend/datasets/selection.ts';
import { writeHdf5 } from './hdf5-writer.ts';
import { codes, open, refusal } from './open.ts';

const features = Array.from({ length: 5 * 8 }, (_, i) => Math.floor(i / 8));
const dense = writeHdf5({
  features: { numbers: features, type: 'float32', shape: [5, 4, 2] },
  labels: { numbers: [0, 1, 2, 0, 1], type: 'int32', shape: [5] },
});
const events = writeHdf5({
  spikes: {
    group: {
      times: { lists: [[0], [0, 0], [0, 0, 0], [9, 1]], type: 'float16' },
      units: { lists: [[0], [0, 0], [0, 0, 0], [0, 0]], type: 'uint16' },
    },
  },
  labels: { numbers: [0, 1, 2, 0], type: 'uint16', shape: [4] },
});

describe('which clips are taken', () => {
  it('positions and ranges, in the order given, each once', () => {
    expect(
      choosePositions(10, {
        select: [
          [7, 9],
          [0, 0],
          [8, 8],
        ],
      }),
    ).toEqual([7, 8, 9, 0]);
    expect(choosePositions(10, { select: [[2, 5]], samples: 2 })).toEqual([2, 3]);
  });

  it('a shuffled order is a permutation, the same for the same seed and another for another', () => {
    const order = choosePositions(50, { shuffle: 1 });
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(choosePositions(50, { shuffle: 1 })).toEqual(order);
    expect(choosePositions(50, { shuffle: 2 })).not.toEqual(order);
    expect(choosePositions(50, { shuffle: 1, samples: 3 })).toEqual(order.slice(0, 3));
  });

  it('of dense data', async () => {
    const source = await open(dense, {
      select: [
        [3, 3],
        [1, 1],
      ],
    });
    expect(source.count).toBe(2);
    expect([source.clip(0).features[0], source.clip(1).features[0]]).toEqual([3, 1]);
    expect([source.clip(0).label, source.clip(1).label]).toEqual([0, 1]);
  });

  it('of events: what is not chosen is not read', async () => {
    const source = await open(events, {
      select: [
        [2, 2],
        [0, 0],
      ],
    });
    expect([source.clip(0).features[0], source.clip(1).features[0]]).toEqual([3, 1]);
    expect([source.clip(0).label, source.clip(1).label]).toEqual([2, 0]);
    const [late] = await refusal(events, { select: [[3, 3]] });
    expect(late).toMatchObject({ code: 'data-malformed', places: [{ item: 'clip 3' }] });
  });

  it('a clip that is not there, or a part of a file, is refused', async () => {
    expect(codes(await refusal(dense, { select: [[0, 5]] }))).toEqual(['bad-arguments']);
    expect(codes(await refusal(events, { select: [[4, 4]] }))).toEqual(['bad-arguments']);
    expect(codes(await refusal(dense, { split: 'train' }))).toEqual(['bad-arguments']);
    expect((await open(dense, { split: 'all' })).count).toBe(5);
  });
});
