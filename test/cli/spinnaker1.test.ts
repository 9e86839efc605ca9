import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/report/index.ts';
import { ROOT, spikec } from './run-cli.ts';

const CORPUS = join(ROOT, 'test/fuzz/corpus');
const MODEL = join(CORPUS, 'custom.onnx');
const DATA = join(CORPUS, 'dense.npz');

let folder = '';
let out = '';
let report: RunReport;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spikec-spinnaker-'));
  out = join(folder, 'out');
  const result = spikec(['run', MODEL, '--target', 'spinnaker1', '--data', DATA, '-o', out, '--json']);
  if (result.code !== 0) throw new Error(result.err);
  report = JSON.parse(result.out) as RunReport;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('spinnaker1 on the command line', () => {
  it('reports pace, resolution, idle share and other people’s figures', () => {
    expect(report.target).toMatchObject({ name: 'spinnaker1', chips: 4, coresPerChip: 16 });
    expect(report.target.timeScale).toBeGreaterThanOrEqual(1);
    expect(report.resolution?.length).toBeGreaterThan(4);
    expect(report.energy.staticJoules ?? 0).toBeGreaterThan(0.5 * (report.energy.joulesPerSample ?? 0));
    expect(report.energy.alternatives?.length).toBe(4);
    expect(report.mapping.scaleRule).toContain('dense.npz');
    expect(report.operations.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['layer', 'gate', 'rotary', 'reorder', 'attention']));
    expect(readdirSync(join(out, 'tables'))).toContain('resolution.csv');
    expect(readdirSync(join(out, 'chip'))).toEqual(expect.arrayContaining(['index.json', 'core-000.bin', 'chip-model.json']));
  });

  it('gives from the folder, at every level of integers, what run gave', () => {
    for (const level of ['quantized', 'mapped', 'chip']) {
      const { code, err, out: text } = spikec(['simulate', out, '--data', DATA, '--level', level, '--json']);
      expect([code, err]).toEqual([0, expect.not.stringMatching(/error\[|warning\[(?!silent-population)/)]);
      const again = JSON.parse(text) as RunReport;
      expect(again.predictions.map((p) => p.deployed)).toEqual(report.predictions.map((p) => p.deployed));
      if (level !== 'quantized') expect(again.energy).toEqual(report.energy);
    }
  });

  it('compiles without data, and is compared with another chip', () => {
    const compiled = join(folder, 'compiled');
    const { code, out: text } = spikec(['compile', MODEL, '--target', 'spinnaker1', '-o', compiled]);
    expect(code).toBe(0);
    expect(text).toContain('time-scale factor');
    const net = spikec(['compile', MODEL, '--target', 'spinnaker1', '--net', '-o', join(folder, 'net')]);
    expect([net.code, net.err]).toEqual([1, expect.stringContaining('error[bad-arguments]')]);
    const other = join(folder, 'loihi');
    expect(spikec(['run', MODEL, '--target', 'loihi2', '--data', DATA, '-o', other]).code).toBe(0);
    expect(spikec(['compare', out, other]).code).toBe(0);
  });

  it('lists its figures with sources and marks, and as a file to start from', () => {
    const text = spikec(['targets', 'spinnaker1']).out;
    expect(text).toContain('assumed (MEM, INF)');
    expect(text).toContain('200,000,000 cycles per second');
    expect(JSON.parse(spikec(['targets', 'spinnaker1', '--json']).out).family).toBe('spinnaker');
    expect(spikec(['targets']).out).toContain('spinnaker1');
  });
});
