import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discardIfBroken, loadHdf5Library } from '../../../src/frontend/datasets/hdf5-library.ts';
import { writeWithH5wasm } from './h5wasm-writer.ts';
import { type Item, writeHdf5 } from './hdf5-writer.ts';
import { codes, open, refusal } from './open.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/hdf5/${name}.h5`, import.meta.url));
const sound = writeHdf5({ features: { numbers: [1, 2, 3, 4, 5, 6, 7, 8], type: 'float32', shape: [1, 4, 2] } });

/** Processor time, for the machine may be busy with other things. */
const SECONDS_MAX = 10;
let before = process.cpuUsage();
beforeEach(() => {
  before = process.cpuUsage();
});
afterEach(async () => {
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(SECONDS_MAX);
  expect(process.resourceUsage().maxRSS / 2 ** 20).toBeLessThan(1);
  // Whatever was wrong with one file, the next one is read.
  expect([...(await open(sound)).clip(0).features]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

const declared = (rows: number, chunks: number[]): Promise<Uint8Array> =>
  writeWithH5wasm((file) => {
    const args = { name: 'features', data: new Float32Array(8), shape: [1, 4, 2], maxshape: [null, 4, 2], chunks };
    file.create_dataset(args).resize([rows, 4, 2]);
  });

describe('small files that declare much', () => {
  it('a million chunks of one number', async () => {
    expect(codes(await refusal(await declared(2 ** 20, [1, 1, 1])))).toEqual(['data-too-large']);
  });

  it('one chunk of gigabytes', async () => {
    expect(codes(await refusal(await declared(1, [2 ** 26, 4, 2])))).toEqual(['data-too-large']);
  });

  it('a hundred thousand clips, each in a chunk of its own, of which one was written', async () => {
    const source = await open(await declared(100_000, [1, 4, 2]));
    expect(source.count).toBe(100_000);
  });

  it('a million lists in one compressed chunk', async () => {
    const source = await open(fixture('lists-in-one-chunk'));
    expect(source.count).toBe(2 ** 20);
    expect([...source.clip(5).features]).toEqual([2, 0, 0, 0, 0, 0, 0, 0]);
    expect([...source.clip(6).valid]).toEqual([0, 0, 0, 0]);
  });

  it('one list said a thousand times', async () => {
    const list = Array.from({ length: 1000 }, (_, i) => i / 1024);
    const bytes = writeHdf5({
      spikes: {
        group: {
          times: { lists: [list], type: 'float64', sameFor: 1000 },
          units: { lists: [list.map(() => 0)], type: 'uint16', sameFor: 1000 },
        },
      },
    });
    const [found] = await refusal(bytes);
    expect(found.message).toBe('/spikes/times holds more bytes than the file');
  });
});

describe('files that point elsewhere', () => {
  it('a virtual dataset, here one of itself', async () => {
    expect((await refusal(fixture('virtual')))[0].message).toMatch(/virtual dataset/);
  });

  it('values in a device, which has no name in here', async () => {
    expect(codes(await refusal(fixture('external-storage')))).toEqual(['data-malformed']);
  });

  it.each(['/etc/passwd', '/dev/stdin', '/fixture.h5', 'self.h5'])('a link to %s', async (name) => {
    const bytes = await writeWithH5wasm((file) => {
      file.create_external_link(name, '/features', 'features');
    });
    expect(codes(await refusal(bytes))).toEqual(['data-foreign']);
  });

  it('links to each other', async () => {
    const bytes = await writeWithH5wasm((file) => {
      file.create_soft_link('/labels', 'features');
      file.create_soft_link('/features', 'labels');
    });
    expect(codes(await refusal(bytes))).toEqual(['data-foreign']);
  });

  it('groups in each other', async () => {
    const [found] = await refusal(fixture('circle'));
    expect(found.notes).toEqual(['found: a, a/b, a/c, spikes']);
  });
});

describe('files that cannot be read here', () => {
  it('a filter that there is not', async () => {
    expect(codes(await refusal(fixture('lzf')))).toEqual(['data-malformed']);
  });

  it('names without end, shown in part and without control characters', async () => {
    const bytes = await writeWithH5wasm((file) => {
      file.create_group(`\u001b[31m<script>${'n'.repeat(60_000)}`);
    });
    const [found] = await refusal(bytes);
    expect(found.notes[0]).toMatch(/^found: \\u001b\[31m<script>n{20,60}…$/);
  });

  it('groups nested hundreds deep', async () => {
    let root: Readonly<Record<string, Item>> = {};
    for (let depth = 0; depth < 800; depth++) root = { g: { group: root } };
    expect(['data-foreign', 'data-malformed']).toContain((await refusal(writeHdf5(root)))[0].code);
  });
});

it('a library that a file has broken is replaced', async () => {
  const first = await loadHdf5Library();
  expect(await loadHdf5Library()).toBe(first);
  const trap = (): never => {
    throw Object.assign(new Error('memory access out of bounds'), { name: 'RuntimeError' });
  };
  expect(() => discardIfBroken(trap)).toThrow('could not go on (memory access out of bounds)');
  expect(await loadHdf5Library()).not.toBe(first);
});
