import { readFileSync } from 'node:fs';
import { File as H5File, ready } from 'h5wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/frontend/datasets/index.ts';
import type { Clip, ClipSource } from '../../../src/ir/clip.ts';

interface Expected {
  readonly steps: number;
  readonly bin_ms: number;
  readonly clips: readonly { readonly label: number; readonly frames: number }[];
}

const digits = readFileSync('models/digits-test.h5');
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** float16 by shifting its fields into a float32: another way than the reader's table. */
function widen(word: number): number {
  const bits = ((word & 0x8000) << 16) | ((word & 0x7fff) << 13);
  return new Float32Array(Int32Array.of(bits).buffer)[0] * 2 ** 112;
}

describe.each(['spikescr-t100', 'spikescr-t40'])('the digits, framed for %s', (model) => {
  const expected = JSON.parse(readFileSync(`models/${model}/expected.json`, 'utf8')) as Expected;
  let source: ClipSource;
  let clips: Clip[];

  beforeAll(async () => {
    source = await openDataset(digits, {
      file: 'digits-test.h5',
      timesteps: expected.steps,
      channels: 140,
      classes: 20,
      report: () => undefined,
    });
    clips = Array.from({ length: source.count }, (_, index) => source.clip(index));
  });

  it('have the labels and the valid steps of the reference, in all 140 clips', () => {
    expect(clips.map((clip) => clip.label)).toEqual(expected.clips.map((clip) => clip.label));
    expect(clips.map((clip) => sum(clip.valid))).toEqual(expected.clips.map((clip) => clip.frames));
  });

  it('count every event that lies within the steps once, at its channel', async () => {
    const h5 = await ready;
    h5.FS.writeFile('/digits.h5', digits);
    const file = new H5File('/digits.h5', 'r');
    const read = (path: string): Uint16Array[] => {
      const dataset = file.get(path);
      if (dataset === null || !('metadata' in dataset) || !('value' in dataset)) throw new Error(path);
      Object.assign(dataset.metadata.vlen_type ?? {}, { type: 0 });
      return dataset.value as Uint16Array[];
    };
    const times = read('spikes/times').map((words) => Array.from(words, widen));
    const units = read('spikes/units');
    file.close();
    const channels = (index: number): Float64Array => {
      const counts = new Float64Array(140);
      const last = times[index][times[index].length - 1];
      times[index].forEach((time, j) => {
        const end = expected.steps * expected.bin_ms;
        const ms = 1000 * time - 1000 * times[index][0];
        // An event at the very end of the last frame belongs to that frame.
        if (ms < end || (ms === end && time === last)) counts[Math.floor(units[index][j] / 5)]++;
      });
      return counts;
    };
    clips.forEach((clip, index) => {
      const counts = new Float64Array(140);
      clip.features.forEach((value, i) => {
        counts[i % 140] += value;
      });
      expect(counts, `clip ${index}`).toEqual(channels(index));
    });
  });

  it('name their classes and their framing', () => {
    expect(source.classNames?.slice(0, 3)).toEqual(['zero', 'one', 'two']);
    expect(source.framing).toBe(
      `bins of ${expected.bin_ms} ms from the clip's first event, 700 units summed to 140 channels, event counts`,
    );
  });
});
