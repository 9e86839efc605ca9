import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics/index.ts';
import { writeWithH5wasm } from './h5wasm-writer.ts';
import { type Item, writeHdf5 } from './hdf5-writer.ts';
import { codes, open, refusal } from './open.ts';

const spikes = (
  times: readonly (readonly number[])[],
  units: readonly (readonly number[])[],
  change: { times?: object; units?: object } = {},
): Item => ({
  group: {
    times: { lists: times, type: 'float16', ...change.times },
    units: { lists: units, type: 'uint16', ...change.units },
  },
});
const three = spikes([[0.25, 0.5, 0.75], [], [1]], [[0, 1, 3], [], [2]]);
const labels = (values: readonly number[], type: 'uint16' | 'int64' | 'float64' = 'uint16'): Item => ({
  numbers: values,
  type,
  shape: [values.length],
});
const dense = (shape: readonly number[], type: 'float16' | 'float32' | 'int16' = 'float32'): Item => ({
  numbers: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  type,
  shape,
});

describe('HDF5 in the SHD layout', () => {
  it('gives frames, labels and class names', async () => {
    const source = await open(
      writeHdf5({ spikes: three, labels: labels([2, 0, 1]), extra: { group: { keys: { texts: ['ja', 'nein', 'weiss'], size: 6 } } } }),
    );
    expect(source).toMatchObject({ file: 'tiny', count: 3, channels: 2, classNames: ['ja', 'nein', 'weiss'] });
    expect(source.clip(0)).toEqual({
      steps: 4,
      channels: 2,
      features: Float32Array.of(1, 0, 1, 1, 0, 0, 0, 0),
      valid: Uint8Array.of(1, 1, 0, 0),
      label: 2,
    });
    expect([...source.clip(1).valid]).toEqual([0, 0, 0, 0]);
    expect(source.clip(2).label).toBe(1);
  });

  it('needs neither labels nor names', async () => {
    const source = await open(writeHdf5({ spikes: three }));
    expect(source.classNames).toBeNull();
    expect(source.clip(0).label).toBeNull();
  });

  it.each(['float32', 'float64'] as const)('reads %s times and int64 units, big-endian too', async (type) => {
    const change = { times: { type, bigEndian: true }, units: { type: 'int64', bigEndian: true } };
    const source = await open(writeHdf5({ spikes: spikes([[0.25, 0.5, 0.75]], [[0, 1, 3]], change) }));
    expect([...source.clip(0).features]).toEqual([1, 0, 1, 1, 0, 0, 0, 0]);
  });

  it('warns of names that do not fit the classes, and goes without', async () => {
    const warnings: Diagnostic[] = [];
    const file = writeHdf5({ spikes: three, extra: { group: { keys: { texts: ['a', 'b'], size: 2 } } } });
    const source = await open(file, { report: (warning) => warnings.push(warning) });
    expect(source.classNames).toBeNull();
    expect(codes(warnings)).toEqual(['data-class-names']);
  });

  it.each([
    ['no clip', { spikes: spikes([], []) }, 'data-empty'],
    ['too few labels', { spikes: three, labels: labels([0, 1]) }, 'data-labels-mismatch'],
    ['a label beyond the classes', { spikes: three, labels: labels([0, 1, 3]) }, 'data-label-range'],
    ['a negative label', { spikes: three, labels: labels([0, -1, 0], 'int64') }, 'data-label-range'],
    ['a fractional label', { spikes: three, labels: labels([0, 0.5, 0], 'float64') }, 'data-label-range'],
    ['descending times', { spikes: spikes([[0.5, 0.25]], [[0, 0]]) }, 'data-malformed'],
    ['a time that is no number', { spikes: spikes([[0.5, Number.NaN]], [[0, 0]]) }, 'data-malformed'],
    ['an infinite time', { spikes: spikes([[0.5, Infinity]], [[0, 0]], { times: { type: 'float64' } }) }, 'data-malformed'],
    ['a unit beyond the recording', { spikes: spikes([[0.5]], [[4]]) }, 'data-malformed'],
    ['a negative unit', { spikes: spikes([[0.5]], [[-1]], { units: { type: 'int16' } }) }, 'data-malformed'],
    ['fewer units than times', { spikes: spikes([[0.5, 0.5]], [[1]]) }, 'data-malformed'],
    ['fewer lists of units', { spikes: spikes([[0.5], [0.5]], [[1]]) }, 'data-malformed'],
    ['a list longer than the file', { spikes: spikes([[0.5]], [[1]], { times: { declaredLength: 1000 } }) }, 'data-malformed'],
    ['times that are integers', { spikes: spikes([[1]], [[1]], { times: { type: 'uint16' } }) }, 'data-foreign'],
    ['times that are no lists', { spikes: { group: { times: labels([1]), units: labels([1]) } } }, 'data-foreign'],
    ['other content', { images: dense([2, 3]), spikes: { group: {} } }, 'data-foreign'],
    ['nothing', {}, 'data-foreign'],
  ] as [string, Record<string, Item>, string][])('refuses a file with %s', async (_, root, code) => {
    expect(codes(await refusal(writeHdf5(root)))).toEqual([code]);
  });

  it('lists what a foreign file holds', async () => {
    const [found] = await refusal(writeHdf5({ images: dense([2, 3]), spikes: { group: {} } }));
    expect(found.notes[0]).toBe('found: images, spikes');
  });

  it('names the first clips that are wrong, and the labels in the same breath', async () => {
    const many = spikes(
      Array.from({ length: 9 }, () => [0.5, 0.25]),
      Array.from({ length: 9 }, () => [0, 0]),
    );
    const found = await refusal(writeHdf5({ spikes: many, labels: labels([1]) }));
    expect(found.map((entry) => entry.places[0].item)).toEqual(['clip 0', 'clip 1', 'clip 2', 'clip 3', 'clip 4', 'labels']);
  });

  it('refuses times before the start where the recording is the origin', async () => {
    const file = writeHdf5({ spikes: spikes([[-0.5, 0.5]], [[0, 0]]) });
    expect((await open(file)).clip(0).valid).toEqual(Uint8Array.of(1, 1, 1, 1));
    expect(codes(await refusal(file, { origin: 'recording' }))).toEqual(['data-malformed']);
  });

  it('refuses a framing that cannot be', async () => {
    const file = writeHdf5({ spikes: three });
    expect(codes(await refusal(file, { channels: 3 }))).toEqual(['data-shape-mismatch']);
    expect(codes(await refusal(file, { units: 0.5 }))).toEqual(['bad-arguments']);
    expect(codes(await refusal(file, { binMs: 0 }))).toEqual(['bad-arguments']);
    expect(codes(await refusal(file, { timesteps: 5000 }))).toEqual(['bad-arguments']);
  });
});

describe('HDF5 with dense features', () => {
  it.each(['float16', 'float32', 'int16'] as const)('gives %s features as they are, all steps valid', async (type) => {
    const source = await open(writeHdf5({ features: dense([2, 4, 2], type), labels: labels([0, 2]) }));
    expect(source).toMatchObject({ count: 2, channels: 2, framing: null, classNames: null });
    expect(source.clip(1)).toEqual({
      steps: 4,
      channels: 2,
      features: Float32Array.of(8, 9, 10, 11, 12, 13, 14, 15),
      valid: Uint8Array.of(1, 1, 1, 1),
      label: 2,
    });
  });

  it('reads what h5wasm writes, compressed', async () => {
    const values = Float32Array.from({ length: 24 }, (_, i) => i / 8);
    const bytes = await writeWithH5wasm((file) => {
      file.create_dataset({ name: 'features', data: values, shape: [3, 4, 2], chunks: [1, 4, 2], compression: 'gzip' });
    });
    const source = await open(bytes);
    expect(source.clip(2)).toMatchObject({ features: values.subarray(16), label: null });
  });

  it('refuses a declared size far beyond the file before it takes the memory', async () => {
    const bytes = await writeWithH5wasm((file) => {
      const args = { name: 'features', data: new Float32Array(8), shape: [1, 4, 2], chunks: [1, 4, 2], maxshape: [null, 4, 2] };
      file.create_dataset(args).resize([2 ** 40, 4, 2]);
    });
    expect(codes(await refusal(bytes))).toEqual(['data-too-large']);
  });

  it.each([
    ['another number of steps', { features: dense([2, 5, 2]) }, ['data-shape-mismatch']],
    ['another number of channels', { features: dense([2, 4, 3]) }, ['data-shape-mismatch']],
    ['both', { features: dense([2, 5, 3]) }, ['data-shape-mismatch', 'data-shape-mismatch']],
    ['two axes', { features: dense([4, 2]) }, ['data-shape-mismatch']],
    ['no clip', { features: dense([0, 4, 2]) }, ['data-empty']],
    ['too many labels', { features: dense([1, 4, 2]), labels: labels([0, 1]) }, ['data-labels-mismatch']],
    ['labels on two axes', { features: dense([1, 4, 2]), labels: dense([1, 1]) }, ['data-foreign']],
    [
      'a value that is no number',
      { features: { numbers: new Array(8).fill(Number.NaN), type: 'float32', shape: [1, 4, 2] } },
      ['data-malformed'],
    ],
    ['a value beyond float32', { features: { numbers: new Array(8).fill(1e39), type: 'float64', shape: [1, 4, 2] } }, ['data-malformed']],
    ['less data than it declares', { features: { numbers: [1], type: 'float32', shape: [1], declared: [9, 4, 2] } }, ['data-malformed']],
    ['text', { features: { texts: ['a'], size: 4 } }, ['data-foreign']],
  ] as [string, Record<string, Item>, string[]][])('refuses %s', async (_, root, expected) => {
    expect(codes(await refusal(writeHdf5(root)))).toEqual(expected);
  });
});

describe('bytes that are no whole HDF5 file', () => {
  const whole = writeHdf5({ spikes: three, labels: labels([0, 1, 2]) });

  it('are refused with a code, wherever the file is cut', async () => {
    for (let length = 8; length < whole.length; length += 97) {
      expect(codes(await refusal(whole.subarray(0, length))), `${length} bytes`).toEqual(['data-malformed']);
    }
  });

  it('are refused behind a true signature', async () => {
    const noise = whole.map((byte, i) => (i < 8 ? byte : (i * 167 + (i >> 3) * 89) & 255));
    expect(codes(await refusal(noise))).toEqual(['data-malformed']);
  });

  it('leave the reader able to read the next file', async () => {
    expect((await open(whole)).count).toBe(3);
  });

  it('are told apart: nothing at all, and something else', async () => {
    expect(codes(await refusal(new Uint8Array(0)))).toEqual(['data-empty']);
    expect(codes(await refusal(new TextEncoder().encode('label,time\n')))).toEqual(['data-foreign']);
  });

  it('may begin with a user block', async () => {
    const shifted = new Uint8Array(512 + whole.length);
    shifted.set(whole, 512);
    expect((await open(shifted)).count).toBe(3);
  });
});
