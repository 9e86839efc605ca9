import { describe, expect, it } from 'vitest';
import { SPINNAKER1_CORE as CORE } from '../../../src/targets/spinnaker/partition/core-costs.ts';
import { cutPopulation } from '../../../src/targets/spinnaker/partition/cut-population.ts';
import {
  cyclesAllowed,
  delayBits,
  delayStepsAllowed,
  ringBits,
  type SliceDemand,
  sliceShares,
  stepCycles,
  timeScaleFor,
} from '../../../src/targets/spinnaker/partition/slice-shares.ts';

const demand = (neurons: number, more: Partial<SliceDemand> = {}): SliceDemand => ({
  neurons,
  synapseTypes: 2,
  delaySteps: 16,
  rowWords: neurons,
  dtcmBytes: 10_000 + 100 * neurons,
  packets: 10,
  events: 10 * neurons,
  ...more,
});
const MILLISECOND = cyclesAllowed(1e-3, 1, CORE);
const cut = (size: number, more: Partial<SliceDemand> = {}, cycles = MILLISECOND) =>
  cutPopulation(3, size, (neurons) => sliceShares(demand(neurons, more), CORE, cycles));
const lengths = (size: number, more: Partial<SliceDemand> = {}, cycles = MILLISECOND): number[] | string => {
  const result = cut(size, more, cycles);
  return result.kind === 'misfit' ? result.share.resource : result.slices.map(({ count }) => count);
};

describe('partition rules', () => {
  it('ring buffers hold what sPyNNaker says they hold', () => {
    // 256 neurons and 2 types leave 5 delay bits, 128 leave 6, 64 leave 7.
    expect([256, 128, 64].map((neurons) => delayStepsAllowed(neurons, 2, CORE))).toEqual([32, 64, 128]);
    expect(
      [256, 128, 64].map((neurons) => ringBits({ neurons, synapseTypes: 2, delaySteps: delayStepsAllowed(neurons, 2, CORE) })),
    ).toEqual([14, 14, 14]);
    expect([1, 2, 3, 16, 17].map(delayBits)).toEqual([0, 1, 2, 4, 5]);
    expect(delayStepsAllowed(2 ** 14, 2, CORE)).toBe(0);
  });

  it('a millisecond is 200,000 cycles', () => {
    expect(MILLISECOND).toBe(200_000);
    expect([0, 200_000, 200_001, 3_999_999].map((cycles) => timeScaleFor(cycles, 1e-3, CORE))).toEqual([1, 1, 2, 20]);
  });

  it('time is a sum', () => {
    expect(stepCycles(demand(100), CORE)).toBe(2000 + 240 * 100 + 450 * 10 + 30 * 1000);
  });

  it('each limit cuts', () => {
    expect(lengths(256)).toEqual([256]);
    expect(lengths(257)).toEqual([129, 128]);
    expect(lengths(1000)).toEqual([250, 250, 250, 250]);
    expect(lengths(1000, { delaySteps: 64 })).toEqual([125, 125, 125, 125, 125, 125, 125, 125]);
    expect(lengths(300, { rowWords: 256 })).toEqual([150, 150]);
    // 13 neurons with 100 events of 30 cycles each, and 240 for itself, in 45,500 cycles less 2000 and 4500.
    expect(lengths(13, { events: 1300 }, 45_500)).toBe('cycles');
    expect(cutPopulation(0, 30, (neurons) => sliceShares(demand(neurons, { events: 100 * neurons }), CORE, 45_500))).toMatchObject({
      slices: [{ count: 10 }, { count: 10 }, { count: 10 }],
    });
    // 8192 bytes are reserved; what is left holds 136 neurons of 400.
    const bytes = 65_536 - 8192 - 136 * 400;
    expect(
      cutPopulation(0, 300, (neurons) => sliceShares(demand(neurons, { dtcmBytes: bytes + 400 * neurons }), CORE, MILLISECOND)),
    ).toMatchObject({
      slices: [{ count: 100 }, { count: 100 }, { count: 100 }],
    });
    expect(lengths(5, { dtcmBytes: 65_536 - 8192 + 1 })).toBe('dtcm');
    expect(lengths(5, { delaySteps: 2 ** 14 })).toBe('ring-buffer');
    expect(lengths(5, { rowWords: 257 })).toBe('row');
  });

  it('slices follow each other and are equal but for the last', () => {
    for (const size of [1, 2, 255, 256, 257, 511, 513, 777, 5000]) {
      const result = cut(size);
      if (result.kind === 'misfit') throw new Error('fits');
      const [head] = result.slices;
      result.slices.forEach(({ owner, first, count }, i) => {
        expect([owner, first]).toEqual([3, i * head.count]);
        expect(count === head.count || (i === result.slices.length - 1 && count < head.count && count > 0)).toBe(true);
      });
      expect(result.slices.reduce((sum, { count }) => sum + count, 0)).toBe(size);
    }
  });

  it('figures that were not read in a source stay marked', () => {
    const marked = Object.entries(CORE).flatMap(([name, { marks }]) => (marks.length === 0 ? [] : [`${name} ${marks.join('+')}`]));
    expect(marked).toEqual(['reservedBytes INF', 'stepCycles INF', 'neuronCycles INF', 'packetCycles MEM+INF', 'eventCycles LIT+INF']);
  });
});
