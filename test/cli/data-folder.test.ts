import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/report/index.ts';
import { chirp, nmnist } from '../frontend/datasets/make-files.ts';
import { inProcess } from './in-process.ts';
import { type CliResult, ROOT, spikec } from './run-cli.ts';

/** 5 steps, 4 channels, 3 classes: a camera of 2 x 1 pixels. */
const MODEL = join(ROOT, 'test/fuzz/corpus/custom.onnx');
const CAMERA = ['--sensor', '2x1', '--bin-ms', '1'];

const folder = mkdtempSync(join(tmpdir(), 'spikec-data-'));
const put = (path: string, content: Uint8Array | string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};
const args = (data: string, more: readonly string[]): string[] => [
  ...['run', MODEL, '--target', 'loihi2', '--data', join(folder, data), '-o', join(folder, 'out'), '--force', '--json', ...more],
];
const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
/** What `sha256sum <files> | sha256sum` prints in the folder. */
const listHash = (data: string, paths: readonly string[]): string =>
  sha256(paths.map((path) => `${sha256(readFileSync(join(folder, data, path)))}  ${path}\n`).join(''));
const run = (data: string, ...more: string[]) => inProcess(args(data, more));
const reportOf = ({ code, out, err }: CliResult): RunReport => {
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as RunReport;
};

beforeAll(() => {
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    put(`events/train/${name}/0.bin`, nmnist([[0, 0, 0, 0]]));
    put(
      `events/test/${name}/1.bin`,
      nmnist([
        [index % 2, 0, index >> 1, 0],
        [1, 0, 1, 2500],
      ]),
    );
    put(`sounds/${name}/1.wav`, chirp(100, 16_000));
  }
  put('events/test/.hidden/2.bin', 'x');
  put('plain/1.bin', nmnist([[0, 0, 0, 0]]));
  symlinkSync('/etc/passwd', join(folder, 'events/test/a/link.bin'));
  symlinkSync('..', join(folder, 'events/test/loop'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a folder of data', () => {
  it('is run part by part, with the same result on several threads', async () => {
    const test = reportOf(await run('events', ...CAMERA));
    expect(test.predictions.map(({ label }) => label)).toEqual([0, 1, 2]);
    expect(test.data.framing).toContain('; part: test');
    expect(test.data.classNames).toEqual(['a', 'b', 'c']);
    expect(test.data.sha256).toBe(listHash('events', ['test/a/1.bin', 'test/b/1.bin', 'test/c/1.bin']));
    const threads = reportOf(spikec(args('events', [...CAMERA, '--threads', '2'])));
    expect(threads.predictions).toEqual(test.predictions);
    expect(threads.data).toEqual(test.data);
    const chosen = reportOf(await run('events', ...CAMERA, '--split', 'all', '--select', '2,0-1', '--samples', '2'));
    expect(chosen.predictions.map(({ label }) => label)).toEqual([2, 0]);
    expect(chosen.settings.options).toMatchObject({ split: 'all', select: '2,0-1', samples: 2, sensor: '2x1x2' });
    expect(chosen.data.sha256).not.toBe(test.data.sha256);
  });

  it('is framed by the timestep of a network in seconds, in a later simulation too', async () => {
    const network = join(ROOT, 'test/fuzz/corpus/recurrent.nir');
    const out = join(folder, 'nir');
    const same = ['--data', join(folder, 'plain'), '--sensor', '2x1', '--timestep', '5e-4', '--json'];
    const run = reportOf(await inProcess(['run', network, '--steps', '6', '--target', 'loihi2', '-o', out, ...same]));
    expect(run.data.framing).toContain('bins of 0.5 ms');
    expect(reportOf(await inProcess(['simulate', out, ...same])).data.framing).toBe(run.data.framing);
  });

  it('refuses what cannot be chosen, all of it at once', async () => {
    const { code, err } = await run(
      'events',
      '--split',
      'most',
      '--select',
      '3-1',
      '--shuffle',
      'yes',
      '--sensor',
      '2x1x3',
      '--class-names',
      'a,,b',
    );
    expect(code).toBe(1);
    const found = err.split('\n').filter((line) => line.startsWith('error[bad-arguments]: '));
    expect(found.map((line) => line.replace('error[bad-arguments]: ', ''))).toEqual([
      '--sensor is "2x1x3"',
      '--split is "most"',
      '--select is "3-1"',
      '--shuffle is "yes"',
      '--class-names has a name twice, or none between commas',
    ]);
  });

  it('of sounds with other frames than the model says so', async () => {
    const { code, err } = await run('sounds');
    expect(code).toBe(1);
    expect(err).toContain('error[data-shape-mismatch]: a sound has 101 frames, and the model runs over 5 steps');
    expect(err).toContain('--bin-ms 250 gives as many frames');
    const fitting = await run('sounds', '--bin-ms', '250');
    expect(fitting.code).toBe(0);
    const { predictions, data } = reportOf(fitting);
    expect(predictions.every(({ deployed }) => deployed !== null)).toBe(true);
    // Decibels down to -100, and a step of 1.
    expect(data.quantized?.channels).toEqual([{ firstChannel: 0, channels: 4, bits: 8, fractionBits: 0 }]);
    expect(data.quantized?.saturated).toBe(0);
  });
});
