import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { encodeSpikes } from '../../src/report/spikes-npz.ts';

const SPIKES = new Map([
  [
    'block/a',
    [
      [0, Int32Array.of(3, 7, 4, 1)],
      [2, Int32Array.of(0, 9)],
    ] as const,
  ],
]);

describe('spikes.npz', () => {
  it('holds an int32 array of rows (clip, step, neuron) a population, aligned as numpy wants it', () => {
    const entries = unzipSync(encodeSpikes(SPIKES));
    expect(Object.keys(entries)).toEqual(['block.a.npy']);
    const bytes = entries['block.a.npy'];
    const headerLength = bytes[8] + 256 * bytes[9];
    expect((10 + headerLength) % 64).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(10, 10 + headerLength));
    expect(header).toContain("'descr': '<i4'");
    expect(header).toContain("'shape': (3, 3)");
    expect(header.endsWith('\n')).toBe(true);
    const data = new Int32Array(bytes.slice(10 + headerLength).buffer);
    expect([...data]).toEqual([0, 3, 7, 0, 4, 1, 2, 0, 9]);
  });

  it('is the same bytes each time', () => {
    expect(encodeSpikes(SPIKES)).toEqual(encodeSpikes(SPIKES));
  });
});
