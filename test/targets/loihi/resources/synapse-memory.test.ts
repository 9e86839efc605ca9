import { describe, expect, it } from 'vitest';
import { layOutSynapses } from '../../../../src/targets/loihi/resources/synapse-memory.ts';
import { entryBits, indexBits, listWords, skipBits, weightFieldBits } from '../../../../src/targets/loihi/resources/synapse-words.ts';

/** Blocks of (target, count, delay, exponent, weights); one axon a list. */
type TestBlock = readonly [target: number, delay: number, exponent: number, weights: readonly number[]];

function memoryOf(axons: readonly (readonly TestBlock[])[], span = 64) {
  const weights: number[] = [];
  const blocks: number[] = [];
  const listFirst = [0];
  for (const axon of axons) {
    for (const [target, delay, exponent, values] of axon) {
      blocks.push(target, values.length, delay, weights.length, exponent, 0);
      weights.push(...values);
    }
    listFirst.push(blocks.length / 6);
  }
  const table = { listFirst: Int32Array.from(listFirst), blocks: Int32Array.from(blocks), weights: Int16Array.from(weights) };
  const group = { first: 0, span };
  return layOutSynapses(table, () => group, 64);
}

describe('bits of an entry', () => {
  it('are those of NXTF', () => {
    const widths = { weight: 8, delay: 3, index: 6, skip: 2 };
    expect(entryBits('dense', 1, 60, widths)).toBe(4 + 6 + 6 + 60 * 11);
    expect(entryBits('run-length', 1, 60, widths)).toBe(4 + 6 + 6 + 60 * 13);
    expect(entryBits('sparse', 1, 60, widths)).toBe(4 + 6 + 60 * 17);
    expect(entryBits('dense', 3, 130, widths)).toBe(3 * 16 + 130 * 11);
  });

  it('fill words, one more where the last has no room for its end', () => {
    expect([1, 58, 59, 63, 64, 65, 122, 123].map(listWords)).toEqual([1, 1, 2, 2, 2, 2, 2, 3]);
  });

  it('have the widths that registers can say', () => {
    expect([20, 64, 65, 1024].map(indexBits)).toEqual([6, 6, 7, 10]);
    expect([0, 3, 4, 31].map(skipBits)).toEqual([2, 2, 3, 5]);
    expect([1, 6, 7, 8].map(weightFieldBits)).toEqual([1, 6, 8, 8]);
  });
});

describe('the format of a projection', () => {
  it('is dense for whole rows, and counts every entry of 64', () => {
    const row = Array.from({ length: 128 }, (_, i) => 2 * (i - 60));
    const { formats, words, longestList } = memoryOf([[[0, 0, 2, row]], [[0, 0, 2, row]]], 128);
    expect(formats.map((f) => [f.compression, f.signs, f.exponent, f.synapses])).toEqual([['dense', 'mixed', 2, 256]]);
    // Even weights of both signs up to 134: 8 bits. Two entries of 64: 2 * (10 + 7) + 128 * 8 bits.
    expect(longestList).toBe(listWords(2 * 17 + 128 * 8));
    expect(words).toBe(2 * longestList);
  });

  it('is run-length where targets have small gaps, sparse where they are far apart', () => {
    const near = memoryOf(
      [[0, 2, 4, 6, 8, 10].map((target): TestBlock => [target, 0, 0, [100, -100]]).map(([t, d, e]) => [t, d, e, [100]])],
      64,
    );
    expect(near.formats[0].compression).toBe('run-length');
    const far = memoryOf([[0, 200, 400, 600, 800].map((target): TestBlock => [target, 0, 0, [100]])], 1024);
    expect(far.formats[0].compression).toBe('sparse');
    expect(far.formats[0].bits).toBe(10 + 5 * (far.formats[0].widths.weight + 10));
    // Taps of one channel: the same target again and again, with a delay each.
    const taps = memoryOf([Array.from({ length: 31 }, (_, tap): TestBlock => [5, tap, 0, [2 * tap + 130]])]);
    expect(taps.formats[0].compression).toBe('sparse');
    expect(taps.delayMax).toBe(30);
    expect(taps.formats[0].widths.delay).toBe(5);
    expect(taps.longestList).toBe(listWords(10 + 31 * (8 + 5 + 6)));
  });

  it('has a weight field as wide as the weights need', () => {
    const bits = (...weights: number[]): number => memoryOf([[[0, 0, 0, weights]]]).formats[0].widths.weight;
    expect(bits(2, -256)).toBe(8);
    // Four bits of --weight-bits 4: multiples of 32.
    expect(bits(32, -64, 96)).toBe(4);
    expect(bits(4, 8)).toBe(8);
    expect(bits(16, 48)).toBe(5);
    expect(bits(255, 1)).toBe(8);
  });

  it('keeps odd weights of both signs in formats of one sign each', () => {
    const { formats } = memoryOf([[[0, 0, 0, [1]]], [[0, 0, 0, [-1]]], [[0, 0, 0, [128]]]]);
    expect(formats.map((f) => [f.signs, f.synapses])).toEqual([
      ['excitatory', 2],
      ['inhibitory', 1],
    ]);
    expect(memoryOf([[[0, 0, 0, [2]]], [[0, 0, 0, [-2]]]]).formats).toHaveLength(1);
    expect(memoryOf([[[0, 0, 0, [2]]], [[0, 0, 3, [2]]]]).formats).toHaveLength(2);
  });
});
