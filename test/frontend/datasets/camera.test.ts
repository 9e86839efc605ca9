import { describe, expect, it } from 'vitest';
import { aedat2, aedat3, nmnist, packet, pixelWord } from './make-files.ts';
import { codes, open, refusal } from './open.ts';

/** 4 steps of 1 ms over all pixels of an N-MNIST recording. */
const NMNIST = { file: 'one.bin', channels: 2 * 34 * 34, binMs: 1 };
const DVS = { file: 'one.aedat', channels: 2 * 128 * 128, binMs: 1 };

/** [step, channel, count] of everything that is not 0. */
const cells = (features: Float32Array, channels: number): number[][] =>
  [...features.entries()].filter(([, count]) => count > 0).map(([i, count]) => [Math.floor(i / channels), i % channels, count]);

describe('N-MNIST', () => {
  it('gives channels (polarity, y, x)', async () => {
    const source = await open(
      nmnist([
        [3, 2, 0, 10],
        [33, 33, 1, 1010],
        [33, 33, 1, 1020],
      ]),
      NMNIST,
    );
    expect(source).toMatchObject({ count: 1, framing: expect.stringContaining('34 x 34 pixels, channels (polarity, y, x)'), binMs: 1 });
    expect(cells(source.clip(0).features, NMNIST.channels)).toEqual([
      [0, 2 * 34 + 3, 1],
      [1, 34 * 34 + 33 * 34 + 33, 2],
    ]);
  });

  it('reads 23 bits of time, and counts what goes beyond from rows 240', async () => {
    const source = await open(
      nmnist([
        [0, 0, 0, 0x7f_fffe],
        [9, 240, 0, 0],
        [0, 0, 0, 0x7f_fffe],
      ]),
      { ...NMNIST, timesteps: 9, binMs: 1 },
    );
    // 2^13 microseconds later
    expect(cells(source.clip(0).features, NMNIST.channels)).toEqual([
      [0, 0, 1],
      [8, 0, 1],
    ]);
  });

  it.each([
    ['sums polarities', 34 * 34, 'polarities summed', 33 * 34 + 33],
    ['sums squares of pixels', 2 * 17 * 17, '2 x 2 pixels summed', 17 * 17 + 16 * 17 + 16],
    ['sums both', 17 * 17, '2 x 2 pixels summed, channels (y, x), polarities summed', 16 * 17 + 16],
  ])('%s where the model has fewer channels', async (_, channels, words, cell) => {
    const source = await open(nmnist([[33, 33, 1, 0]]), { ...NMNIST, channels });
    expect(source.framing).toContain(words);
    expect(cells(source.clip(0).features, channels)).toEqual([[0, cell, 1]]);
  });

  it('puts events in order that are little out of it, and refuses a clock that was set back', async () => {
    const source = await open(
      nmnist([
        [0, 0, 0, 2500],
        [1, 0, 0, 400],
        [2, 0, 0, 1500],
      ]),
      NMNIST,
    );
    expect(cells(source.clip(0).features, NMNIST.channels)).toEqual([
      [0, 1, 1],
      [1, 2, 1],
      [2, 0, 1],
    ]);
    expect(
      codes(
        await refusal(
          nmnist([
            [0, 0, 0, 2_000_000],
            [1, 0, 0, 400],
          ]),
          NMNIST,
        ),
      ),
    ).toEqual(['data-malformed']);
  });

  it.each([
    ['cut off', nmnist([[0, 0, 0, 0]]).subarray(0, 4), {}, 'data-malformed'],
    ['with a pixel outside', nmnist([[34, 0, 0, 0]]), {}, 'data-malformed'],
    ['for a model of another sensor', nmnist([[0, 0, 0, 0]]), { channels: 100 }, 'data-shape-mismatch'],
    ['by another name', nmnist([[0, 0, 0, 0]]), { file: 'one.dat' }, 'data-foreign'],
    ['with a part', nmnist([[0, 0, 0, 0]]), { split: 'test' as const }, 'bad-arguments'],
  ])('%s is refused', async (_, bytes, options, code) => {
    expect(codes(await refusal(bytes, { ...NMNIST, ...options }))).toEqual([code]);
  });

  it('of a larger sensor is read with its size', async () => {
    const sensor = { width: 200, height: 100, polarities: 2 } as const;
    const source = await open(nmnist([[199, 99, 1, 0]]), { ...NMNIST, sensor, channels: 2 * 200 * 100 });
    expect(cells(source.clip(0).features, 40_000)).toEqual([[0, 39_999, 1]]);
  });
});

describe('AEDAT', () => {
  it('2.0 of a DVS128: x from the right, polarity reversed, signals passed over', async () => {
    const address = (x: number, y: number, bit: number) => (y << 8) | (x << 1) | bit;
    const bytes = aedat2([
      [address(0, 5, 0), 100],
      [0x8000, 150],
      [address(127, 0, 1), 1200],
    ]);
    expect(cells((await open(bytes, DVS)).clip(0).features, DVS.channels)).toEqual([
      [0, 128 * 128 + 5 * 128 + 127, 1],
      [1, 0, 1],
    ]);
  });

  it('3.1: valid polarity events of its packets, with overflows of the clock', async () => {
    const bytes = aedat3([
      packet(0, [[0, 0]]),
      packet(1, [
        [pixelWord(127, 3, 1), 2 ** 31 - 500],
        [pixelWord(1, 1, 1) - 1, 2 ** 31 - 400],
      ]),
      packet(1, [], {}),
      packet(1, [[pixelWord(2, 127, 0), 600]], { overflow: 1 }),
    ]);
    expect(cells((await open(bytes, DVS)).clip(0).features, DVS.channels)).toEqual([
      [0, 128 * 128 + 3 * 128 + 127, 1],
      [1, 127 * 128 + 2, 1],
    ]);
  });

  it.each([
    ['of version 4', new TextEncoder().encode('#!AER-DAT4.0\r\nxxxx'), 'data-foreign'],
    ['2.0 of another camera', aedat2([[0, 0]], '#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.davis.DAVIS240C\r\n'), 'data-foreign'],
    ['2.0 with wide addresses', aedat2([[0x10000, 0]]), 'data-malformed'],
    ['2.0 cut off', aedat2([[0, 0]]).subarray(0, 32), 'data-malformed'],
    ['2.0 without events', aedat2([]), 'data-empty'],
    ['3.1 without the end of its header', new TextEncoder().encode('#!AER-DAT3.1\r\n'), 'data-malformed'],
    [
      '3.1 cut off in a packet',
      aedat3([
        packet(1, [
          [1, 0],
          [1, 1],
        ]).subarray(0, 40),
      ]),
      'data-malformed',
    ],
    ['3.1 with a packet that claims more', aedat3([packet(1, [[1, 0]], { count: 2 ** 30 })]), 'data-malformed'],
    ['3.1 with a packet of none', aedat3([packet(1, [[1, 0]], { count: -1 })]), 'data-malformed'],
    ['3.1 with pixels outside', aedat3([packet(1, [[pixelWord(128, 0, 0), 0]])]), 'data-malformed'],
  ])('%s is refused', async (_, bytes, code) => {
    expect(codes(await refusal(bytes, DVS))).toEqual([code]);
  });
});
