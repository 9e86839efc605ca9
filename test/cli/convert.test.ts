import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DiagnosticError, formatDiagnostic } from '../../src/diagnostics/index.ts';
import { openDataset } from '../../src/frontend/datasets/index.ts';
import { readLavaNet } from '../../src/frontend/lava-net/index.ts';
import { readNirGraph } from '../../src/frontend/nir/read-graph.ts';
import { convertModel, type ExchangeFormat } from '../../src/pipeline/convert.ts';
import { encodeNirData } from '../../src/report/spikes-nir-data.ts';
import { ROOT, spikec } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'spikec-convert-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LIF = join(ROOT, 'test/fixtures/nir/lif_norse.nir');
const UNROLLED = join(ROOT, 'test/fuzz/corpus/unrolled.onnx');
const OXFORD = join(ROOT, 'test/fixtures/lava-oxford/network.net');
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

const convert = (path: string, format: ExchangeFormat): Promise<Uint8Array> =>
  convertModel(bytesOf(path), { file: path, format, timestepS: 1e-3, discretization: 'euler', report: () => undefined });

describe('convert', () => {
  it('writes NIR files again as they were, and replaces a file only with --force', async () => {
    const nir = join(folder, 'again.nir');
    const { code, out } = spikec(['convert', LIF, '-o', nir, '--json']);
    expect([code, JSON.parse(out)]).toEqual([0, { version: 1, file: nir, format: 'nir', bytes: bytesOf(nir).length }]);
    expect(await readNirGraph(bytesOf(nir), nir)).toEqual(await readNirGraph(bytesOf(LIF), LIF));
    expect(spikec(['convert', LIF, '-o', nir]).err).toMatch(/^error\[output-exists\]/);
    expect(spikec(['convert', LIF, '-o', nir, '--force']).code).toBe(0);
    expect(readdirSync(folder)).toEqual(['again.nir']);
  });

  it('writes lava-dl networks again as they were', async () => {
    expect(await readLavaNet(await convert(OXFORD, 'net'), 'again.net')).toEqual(await readLavaNet(bytesOf(OXFORD), OXFORD));
  });

  it('writes ONNX models as NIR, in the seconds that are asked for', async () => {
    const file = join(folder, 'model.nir');
    expect(spikec(['convert', UNROLLED, '-o', file]).err).toMatch(/^error\[timestep-missing\]/);
    expect(existsSync(file)).toBe(false);
    const { nodes } = await readNirGraph(await convert(UNROLLED, 'nir'), file);
    expect([...nodes.values()].map(({ type }) => type).filter((type) => type === 'LIF')).toHaveLength(2);
  });

  it('refuses what a format does not hold, part by part', async () => {
    const refusal = (path: string, format: ExchangeFormat): Promise<string> =>
      convert(path, format).then(
        () => 'converted',
        (error: unknown) => (error instanceof DiagnosticError ? error.diagnostics.map(formatDiagnostic).join('\n') : `${error}`),
      );
    expect(await refusal(join(ROOT, 'test/fuzz/corpus/loop.onnx'), 'nir')).toContain(
      'error[nir-inexpressible]: blocks.0.attention cannot be written as NIR: it is an attention',
    );
    expect(await refusal(OXFORD, 'nir')).toContain('error[nir-inexpressible]');
    expect(await refusal(LIF, 'net')).toMatch(/^error\[bad-arguments\].*hold Loihi's integers/);
  });

  it.each([
    ['an ending that says no format', 'model.onnx', /^error\[bad-arguments\].*says no format/],
    ['the model itself', LIF, /^error\[bad-arguments\].*cannot be written at the same time/],
    ['a folder that is not there', join('no', 'where.nir'), /^error\[output-not-writable\]/],
  ])('does not write to %s', (_, name, message) => {
    const { code, err } = spikec(['convert', LIF, '-o', isAbsolute(name) ? name : join(folder, name), '--force']);
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
    expect(readdirSync(folder).filter((entry) => entry !== 'again.nir')).toEqual([]);
  });
});

describe('h5py', () => {
  const python = ['python3', '/usr/bin/python3'].find((path) => spawnSync(path, ['-c', 'import h5py']).status === 0);

  it.skipIf(python === undefined)(
    'finds every dataset of a trained network again, value by value (skipped without python3 and h5py)',
    () => {
      const script = `
import h5py, sys
def of(path):
    found = {}
    h5py.File(path).visititems(lambda n, o: found.update({n: (o.shape, o[()])}) if isinstance(o, h5py.Dataset) else None)
    return found
for before, after in zip(sys.argv[1::2], sys.argv[2::2]):
    a, b = of(before), of(after)
    same = a.keys() == b.keys() and all(k == 'version' or (a[k][0] == b[k][0] and (a[k][1] == b[k][1] if a[k][0] == () else (a[k][1] == b[k][1]).all())) for k in a)
    print(len(a), same)`;
      const args = [OXFORD, join(folder, 'h5py.net'), LIF, join(folder, 'h5py.nir')];
      for (const k of [0, 2]) expect(spikec(['convert', args[k], '-o', args[k + 1]]).code).toBe(0);
      const { stdout, stderr } = spawnSync(python ?? '', ['-c', script, ...args], { encoding: 'utf8' });
      expect([stderr, stdout.trim().split('\n')]).toEqual(['', ['22 True', '15 True']]);
    },
  );
});

describe('run', () => {
  it('reads clips of NIRData and records spikes as such', async () => {
    const recording = { clips: 1, steps: 1000, timestepS: 1e-4, sizeOf: () => 1 };
    // Ten spikes in a row, then none: the neuron fires while they last.
    const spikes = Int32Array.from({ length: 20 }, (_, k) => (k % 2 === 0 ? 100 + k / 2 : 0));
    const data = join(folder, 'clips.h5');
    writeFileSync(data, await encodeNirData(new Map([['input', [[0, spikes]]]]), recording));
    const out = join(folder, 'run');
    const args = ['run', LIF, '--target', 'loihi2', '--data', data, '--timestep', '1e-4', '--steps', '1000', '-o', out, '--record', 'all'];
    expect(spikec([...args, '--record-format', 'nir-data']).err).toBe('');
    const shape = { timesteps: 1000, channels: 1, classes: 1, report: () => undefined };
    const fired = await openDataset(bytesOf(join(out, 'spikes.h5')), { file: 'spikes.h5', ...shape });
    // 0.04 a spike, 0.96 of it kept: the third spike crosses 0.1, and so does every third after it.
    const steps = Array.from(fired.clip(0).features).flatMap((value, t) => (value === 1 ? [t] : []));
    expect(steps).toEqual([102, 105, 108]);
  });
});
