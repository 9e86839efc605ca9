import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/report/index.ts';
import { ROOT, spikec } from './run-cli.ts';

const MODEL = join(ROOT, 'models/spikescr-t40/custom.onnx');
const DATA = join(ROOT, 'models/digits-test.h5');

let folder = '';
let out = '';
let report: RunReport;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spikec-main-'));
  out = join(folder, 'out');
  const result = spikec(['run', MODEL, '--target', 'loihi2', '--data', DATA, '--samples', '3', '-o', out, '--json']);
  if (result.code !== 0) throw new Error(result.err);
  report = JSON.parse(result.out) as RunReport;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A .npz of one clip of real-valued features for the model. */
function writeMel(to: string): void {
  const features = Float32Array.from({ length: 40 * 140 }, (_, i) => Math.sin(i) * 3);
  const npy = (descr: string, shape: string, data: Uint8Array): Uint8Array => {
    const head = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
    return Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]), Buffer.from(`${head}\n`), data]);
  };
  const labels = npy('<i4', '(1,)', new Uint8Array(4));
  writeFileSync(to, zipSync({ 'features.npy': npy('<f4', '(1, 40, 140)', new Uint8Array(features.buffer)), 'labels.npy': labels }));
}

describe('real-valued features', () => {
  it('reach the chip as integers, and the float network as they are; a program of counts refuses them', () => {
    const mel = join(folder, 'mel.npz');
    const to = join(folder, 'mel');
    writeMel(mel);
    const run = spikec(['run', MODEL, '--target', 'loihi2', '--data', mel, '-o', to, '--json']);
    expect(run.code).toBe(0);
    const { predictions, data, diagnostics } = JSON.parse(run.out) as RunReport;
    expect(predictions[0].float).toBe(predictions[0].reference);
    expect(predictions[0].deployed).not.toBeNull();
    // Magnitudes up to 3 on 8 bits: 127 / 3 is above 2^5.
    expect(data.quantized).toEqual({ channels: [{ firstChannel: 0, channels: 140, bits: 8, fractionBits: 5 }], saturated: 0 });
    expect(diagnostics.map(({ code }) => code)).toContain('input-range-from-data');
    const chip = spikec(['simulate', out, '--data', mel]);
    expect(chip.code).toBe(1);
    expect(chip.err).toContain('error[data-not-counts]');
    expect(chip.err).toContain('--input-range');
    const float = spikec(['simulate', to, '--data', mel, '--level', 'float', '--json']);
    expect((JSON.parse(float.out) as RunReport).predictions[0].float).toBe(predictions[0].float);
    rmSync(mel);
    rmSync(to, { recursive: true });
  });
});

describe('run', () => {
  it('prints with --json what it writes', () => {
    expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toEqual(report);
    expect(report.samples).toBe(3);
    expect(report.predictions).toHaveLength(3);
  });

  it('writes the files of the contract and leaves nothing else', () => {
    expect(readdirSync(out)).toEqual(expect.arrayContaining(['chip', 'figures', 'program.json', 'report.html', 'report.json', 'tables']));
    expect(readdirSync(folder)).toEqual(['out']);
  });

  it('replaces its own folder with --force and by the same bytes', () => {
    const before = readFileSync(join(out, 'report.json'));
    const again = spikec(['run', MODEL, '--target', 'loihi2', '--data', DATA, '--samples', '3', '-o', out]);
    expect(again.code).toBe(1);
    expect(again.err).toContain('error[output-exists]');
    const forced = spikec(['run', MODEL, '--target', 'loihi2', '--data', DATA, '--samples', '3', '-o', out, '--force']);
    expect(forced.err).toBe('');
    expect(forced.out).toContain('Does it still recognise words?');
    expect(forced.out).toContain('modelled, not measured');
    expect(readFileSync(join(out, 'report.json')).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['out']);
  });

  it('gives the same on several threads, spikes included', () => {
    const [one, two] = [1, 2].map((threads) => {
      const to = join(folder, `threads-${threads}`);
      const run = [
        'run',
        MODEL,
        '--target',
        'loihi2',
        '--data',
        DATA,
        '--samples',
        '3',
        '--record',
        'all',
        '-o',
        to,
        '--threads',
        `${threads}`,
      ];
      expect(spikec(run).err).toBe('');
      const files = ['report.json', 'spikes.npz'].map((name) => readFileSync(join(to, name)));
      rmSync(to, { recursive: true });
      return Buffer.concat(files);
    });
    expect(two.equals(one)).toBe(true);
  });

  it('leaves nothing behind where the data are wrong', () => {
    const bad = join(folder, 'bad.h5');
    writeFileSync(bad, 'not data');
    const failed = spikec(['run', MODEL, '--target', 'loihi2', '--data', bad, '-o', join(folder, 'never')]);
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('error[data-foreign]');
    expect(existsSync(join(folder, 'never'))).toBe(false);
    rmSync(bad);
  });
});

describe('simulate', () => {
  it('gives from the compiled folder what run gave', () => {
    const result = spikec(['simulate', out, '--data', DATA, '--samples', '3', '--json']);
    expect(result.err).toBe('');
    const simulated = JSON.parse(result.out) as RunReport;
    expect(simulated.predictions.map((p) => p.deployed)).toEqual(report.predictions.map((p) => p.deployed));
    expect(simulated.events.mappedSynapticEvents).toBe(report.events.mappedSynapticEvents);
    expect(simulated.energy.breakdown).toEqual(report.energy.breakdown);
  });
});

describe('compile', () => {
  it('needs no data and says what it made', () => {
    const target = join(folder, 'compiled');
    const { code, out: text } = spikec(['compile', MODEL, '--target', 'loihi2', '-o', target, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(text).files).toContain('program.json');
    expect(readdirSync(target)).not.toContain('report.json');
    rmSync(target, { recursive: true });
  });
});

describe('inspect', () => {
  it('shows the 17 populations, on the terminal and as JSON', () => {
    const json = JSON.parse(spikec(['inspect', MODEL, '--json']).out);
    expect(json.populations).toHaveLength(17);
    expect(json.timesteps).toBe(40);
    expect(json.classes).toBe(20);
    const text = spikec(['inspect', MODEL]).out;
    for (const { name } of json.populations) expect(text).toContain(name);
    expect(text).toContain('whole clip');
  });
});

const COMPARED = ['comparison.html', 'comparison.json', 'comparison.tex', 'figures', 'methods.tex', 'references.bib', 'tables'];

describe('compare', () => {
  it('relates runs to the first, on the terminal and in files', () => {
    const target = join(folder, 'comparison');
    const { code, out: text } = spikec(['compare', out, out, '-o', target]);
    expect(code).toBe(0);
    expect(text).toContain('known energy');
    expect(readdirSync(target).sort()).toEqual(COMPARED);
    expect(spikec(['compare', out, '--json']).out).toContain('"modelled, not measured"');
    rmSync(target, { recursive: true });
  });

  it('does not replace what it reads', () => {
    expect(spikec(['compare', out, '-o', out, '--force']).err).toContain('error[bad-arguments]');
    expect(spikec(['simulate', out, '--data', DATA, '-o', out, '--force']).err).toContain('error[bad-arguments]');
    expect(existsSync(join(out, 'program.json'))).toBe(true);
  });

  it('names a report of another version, and one that is none', () => {
    const other = join(folder, 'report.json');
    writeFileSync(other, JSON.stringify({ ...report, version: 99 }));
    expect(spikec(['compare', folder]).err).toContain('error[version-unsupported]');
    writeFileSync(other, '[]');
    expect(spikec(['compare', folder]).err).toContain('error[report-malformed]');
    rmSync(other);
  });
});
