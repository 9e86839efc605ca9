import type { Group, File as H5File } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { stepsOfClips } from '../../../src/frontend/datasets/index.ts';
import { encodeNirData } from '../../../src/report/spikes-nir-data.ts';
import { writeWithH5wasm } from './h5wasm-writer.ts';
import { open, refusal } from './open.ts';

const INF = Number.POSITIVE_INFINITY;

/** As nir.write_data lays a file out: groups with a `__type__`, arrays, and what is one number as an attribute. */
function observable(file: H5File, node: string, type: string, more: Readonly<Record<string, number>> = {}): Group {
  if (!file.keys().includes('nodes')) {
    file.create_attribute('__type__', 'NIRGraphData');
    file.create_group('nodes');
  }
  const group = (file.get('nodes') as Group).create_group(node);
  group.create_attribute('__type__', 'NIRNodeData');
  const inner = group.create_group('observables').create_group('spikes');
  inner.create_attribute('__type__', type);
  for (const [name, value] of Object.entries(more))
    if (name === 'n_neurons') inner.create_attribute(name, BigInt64Array.of(BigInt(value)), [], '<q');
    else inner.create_attribute(name, Float64Array.of(value), [], '<d');
  return inner;
}

const grid = (file: H5File, node: string, shape: number[], values: readonly number[]): void => {
  observable(file, node, 'TimeGriddedData', { dt: 1e-3 }).create_dataset({
    name: 'data',
    data: Int8Array.from(values),
    shape,
    dtype: '<b',
  });
};

interface Events {
  readonly idx: readonly number[];
  readonly time: readonly number[];
  readonly value?: readonly number[];
  readonly neurons?: number;
  readonly until?: number;
}

function events(file: H5File, node: string, samples: number, { idx, time, value, neurons = 2, until = 0.004 }: Events): void {
  const kind = value === undefined ? 'EventData' : 'ValuedEventData';
  const group = observable(file, node, kind, { n_neurons: neurons, t_max: until });
  const shape = [samples, idx.length / samples];
  group.create_dataset({ name: 'idx', data: BigInt64Array.from(idx, BigInt), shape, dtype: '<q' });
  group.create_dataset({ name: 'time', data: Float64Array.from(time), shape, dtype: '<d' });
  if (value !== undefined) group.create_dataset({ name: 'value', data: Float32Array.from(value), shape, dtype: '<f' });
}

const rows = [1, 0, 0, 0, 0, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2];
const one = { idx: [0, 1, 1, -1], time: [0, 0.001, 0.0039, INF] };

describe('NIRData', () => {
  it('in steps is taken as it is', async () => {
    const bytes = await writeWithH5wasm((file) => grid(file, 'anything', [2, 4, 2], rows));
    expect(await stepsOfClips(bytes, 'x.h5')).toBe(4);
    const clips = await open(bytes);
    expect([clips.count, clips.channels, clips.framing]).toEqual([2, 2, null]);
    expect([...clips.clip(0).features, ...clips.clip(1).features]).toEqual(rows);
    expect(clips.clip(1).label).toBeNull();
    const second = await open(bytes, { select: [[1, 1]] });
    expect([second.count, ...second.clip(0).features]).toEqual([1, ...rows.slice(8)]);
  });

  it('in events is put into the steps that t_max is cut into, -1 left out', async () => {
    const idx = [0, 1, 1, -1, 1, 0, -1, -1];
    const time = [0, 0.003, 0.003, INF, 0.0039, 0.001, INF, INF];
    const bytes = await writeWithH5wasm((file) => events(file, 'input', 2, { idx, time }));
    expect(await stepsOfClips(bytes, 'x.h5')).toBeNull();
    const clips = await open(bytes);
    expect([...clips.clip(0).features]).toEqual([1, 0, 0, 0, 0, 0, 0, 2]);
    expect([...clips.clip(1).features]).toEqual([0, 0, 1, 0, 0, 0, 0, 1]);
    expect([...(await open(bytes, { counts: 'binary' })).clip(0).features]).toEqual([1, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('in events with values adds those up', async () => {
    const given = { idx: [0, 0, 1], time: [0.002, 0.002, 0.004], value: [0.5, 1, -2] };
    const bytes = await writeWithH5wasm((file) => events(file, 'input', 1, given));
    expect([...(await open(bytes)).clip(0).features]).toEqual([0, 0, 0, 0, 1.5, 0, 0, -2]);
  });

  it('puts events at products of the timestep into their own steps', async () => {
    for (const [steps, dt] of [
      [1000, 1e-4],
      [256, 1e-3],
      [77, 0.0007],
    ] as const) {
      const idx = Array.from({ length: steps }, () => 0);
      const time = idx.map((_, t) => t * dt);
      const bytes = await writeWithH5wasm((file) => events(file, 'input', 1, { idx, time, neurons: 1, until: steps * dt }));
      const { features } = (await open(bytes, { timesteps: steps, channels: 1 })).clip(0);
      expect(features).toEqual(new Float32Array(steps).fill(1));
    }
  });

  it('of several nodes takes `input`, or the only one that fits', async () => {
    const both = await writeWithH5wasm((file) => {
      grid(
        file,
        'hidden',
        [2, 4, 3],
        Array.from({ length: 24 }, () => 1),
      );
      events(file, 'input', 1, one);
    });
    expect((await open(both)).count).toBe(1);
    const fitting = await writeWithH5wasm((file) => {
      grid(
        file,
        'hidden',
        [2, 4, 3],
        Array.from({ length: 24 }, () => 1),
      );
      grid(file, 'first', [2, 4, 2], rows);
    });
    expect([...(await open(fitting)).clip(0).features]).toEqual(rows.slice(0, 8));
    const unclear = await writeWithH5wasm((file) => {
      grid(file, 'a', [2, 4, 2], rows);
      grid(file, 'b', [2, 4, 2], rows);
    });
    const [{ code, notes }] = await refusal(unclear);
    expect([code, notes.join()]).toEqual(['data-foreign', expect.stringMatching(/\/nodes\/a.*\/nodes\/b/)]);
  });

  it('is what recorded spikes are written as, to be read again', async () => {
    const spikes = new Map([
      [
        'block/a',
        [
          [0, Int32Array.of(0, 1, 3, 0)],
          [2, Int32Array.of(2, 1)],
        ] as const,
      ],
      ['silent', []],
    ]);
    const recording = { clips: 3, steps: 4, timestepS: 1e-4, sizeOf: (name: string) => (name === 'silent' ? 5 : 2) };
    const bytes = await encodeNirData(spikes, recording);
    expect(await encodeNirData(spikes, recording)).toEqual(bytes);
    const clips = await open(bytes);
    expect([0, 1, 2].map((clip) => [...clips.clip(clip).features])).toEqual([
      [0, 1, 0, 0, 0, 0, 1, 0],
      [0, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 1, 0, 0],
    ]);
    expect([...(await open(bytes, { channels: 5 })).clip(0).features].every((value) => value === 0)).toBe(true);
  });

  it.each<[string, (file: H5File) => void, string, RegExp]>([
    ['nothing', (file) => file.create_attribute('__type__', 'NIRGraphData'), 'data-empty', /no recording/],
    ['other steps', (file) => grid(file, 'input', [1, 3, 2], [1, 2, 3, 4, 5, 6]), 'data-shape-mismatch', /3 steps/],
    ['other neurons', (file) => events(file, 'input', 1, { ...one, neurons: 7 }), 'data-shape-mismatch', /7 neurons/],
    ['a neuron that is not there', (file) => events(file, 'input', 1, { ...one, idx: [0, 1, 2, -1] }), 'data-malformed', /neuron 2/],
    ['a time before 0', (file) => events(file, 'input', 1, { ...one, time: [0, -1, 0, INF] }), 'data-malformed', /at -1 s/],
    ['a time behind the end', (file) => events(file, 'input', 1, { ...one, time: [0, 1, 0, INF] }), 'data-malformed', /at 1 s/],
    ['a time that is none', (file) => events(file, 'input', 1, { ...one, time: [0, Number.NaN, 0, INF] }), 'data-malformed', /NaN/],
    ['no end', (file) => events(file, 'input', 1, { ...one, until: 0 }), 'data-malformed', /t_max 0/],
    [
      'fewer times than neurons',
      (file) => {
        observable(file, 'input', 'EventData', { n_neurons: 2, t_max: 1 }).create_dataset({
          name: 'idx',
          data: Int32Array.of(1, 1),
          shape: [1, 2],
        });
        (file.get('nodes/input/observables/spikes') as Group).create_dataset({ name: 'time', data: Float64Array.of(0), shape: [1, 1] });
      },
      'data-malformed',
      /idx \[1, 2\], time \[1, 1\]/,
    ],
    ['no times', (file) => void observable(file, 'input', 'EventData', { n_neurons: 2, t_max: 1 }), 'data-malformed', /no dataset/],
  ])('with %s is refused', async (_, fill, code, message) => {
    const [first] = await refusal(await writeWithH5wasm(fill));
    expect([first.code, first.message]).toEqual([code, expect.stringMatching(message)]);
  });
});
