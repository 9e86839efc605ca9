import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileModel, runModel, simulateCompiled } from '../../src/compile.ts';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import type { EmittedFile } from '../../src/ir/files.ts';
import type { RunResult } from '../../src/pipeline/run-clips.ts';
import { npzOf } from '../support/npz.ts';
import { seededRandom, uniform } from '../support/random.ts';
import { compileOptions, runOptions } from '../support/run-options.ts';

const read = (path: string): Uint8Array => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)));
/** 5 steps, 4 channels, 3 classes. */
const MODEL = read('fuzz/corpus/custom.onnx');
const [CLIPS, STEPS, CHANNELS] = [4, 5, 4];
const CHIPS = ['loihi1', 'loihi2', 'spinnaker1'] as const;

const dataOf = (values: Float32Array | Int32Array): Uint8Array =>
  npzOf({ features: { shape: [CLIPS, STEPS, CHANNELS], values }, labels: { shape: [CLIPS], values: [0, 1, 2, 0] } });
const FEATURES = uniform(seededRandom(3), CLIPS * STEPS * CHANNELS, -3, 3);

/** What numpy.rint(x * 2**p).clip(-limit, limit) gives: the nearest integer, the even one of two. */
const rounded = (p: number, limit: number): Int32Array =>
  Int32Array.from(FEATURES, (x) => {
    const scaled = x * 2 ** p;
    const candidates = [Math.floor(scaled), Math.ceil(scaled)].sort(
      (a, b) => Math.abs(a - scaled) - Math.abs(b - scaled) || Math.abs(a % 2) - Math.abs(b % 2),
    );
    return Math.max(-limit, Math.min(limit, candidates[0]));
  });

const bytes = ({ content }: EmittedFile): Uint8Array => (typeof content === 'string' ? new TextEncoder().encode(content) : content);
const filesOf = (files: readonly EmittedFile[]): ReadonlyMap<string, Uint8Array> => new Map(files.map((file) => [file.path, bytes(file)]));
const spikesOf = ({ files }: RunResult) => files.filter(({ path }) => path === 'spikes.npz').map(bytes);
const decisions = ({ report }: RunResult) => report.predictions.map(({ deployed }) => deployed);
const codes = ({ report }: RunResult) => report.diagnostics.map(({ code }) => code);

async function refusal(work: Promise<unknown>): Promise<DiagnosticError['diagnostics'][number]> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticError)) throw new Error(`no diagnostic, but ${String(error)}`);
  return error.diagnostics[0];
}

describe.each(CHIPS)('real-valued features on %s', (chip) => {
  const options = { ...runOptions('custom.onnx', 'real.npz', chip), record: 'all' as const };

  it('are the integers that numpy rounds, at every level, from the files too', async () => {
    const run = await runModel(MODEL, dataOf(FEATURES), options);
    expect(run.report.data.quantized).toEqual({ channels: [{ firstChannel: 0, channels: 4, bits: 8, fractionBits: 5 }], saturated: 0 });
    expect(run.report.mapping.scaleRule).toMatch(
      /; features of spikes: 8 bits, sign included, in steps of 2\^-5 up to 3\.96875, range 2\.\d+ of the data that are run$/,
    );
    expect(codes(run)).toContain('input-range-from-data');
    expect(run.report.operations[0].note).toContain('rounded by the host (8 bits');
    const files = filesOf(run.files);
    const simulate = (of: ReadonlyMap<string, Uint8Array>, data: Uint8Array, level: 'quantized' | 'mapped' | 'chip') =>
      simulateCompiled(of, data, { ...options, folder: 'out', level });
    for (const level of ['quantized', 'mapped', 'chip'] as const) {
      const again = await simulate(files, dataOf(FEATURES), level);
      expect(decisions(again), level).toEqual(decisions(run));
      expect(spikesOf(again), level).toEqual(spikesOf(run));
    }
    // The same network without a scale, on integers that were rounded here.
    const lowered = new TextDecoder().decode(files.get('lowered.json'));
    const counting = new Map(files).set('lowered.json', new TextEncoder().encode(lowered.replace(/,\s*"quantized": \[[^\]]*\]/, '')));
    expect(counting.get('lowered.json')).not.toEqual(files.get('lowered.json'));
    const byHand = await simulate(counting, dataOf(rounded(5, 127)), 'quantized');
    expect(decisions(byHand)).toEqual(decisions(run));
    expect(spikesOf(byHand)).toEqual(spikesOf(run));
    expect((await refusal(simulate(counting, dataOf(FEATURES), 'quantized'))).code).toBe('data-not-counts');
  });

  it('are clipped beyond the range, counted and told', async () => {
    const run = await runModel(MODEL, dataOf(FEATURES), { ...options, inputRange: 0.9, inputBits: 4 });
    // 0.9 * 2^3 rounds to 7, the largest there is.
    expect(run.report.data.quantized?.channels).toEqual([{ firstChannel: 0, channels: 4, bits: 4, fractionBits: 3 }]);
    const beyond = FEATURES.filter((x) => Math.abs(x) * 8 > 7.5).length;
    expect(run.report.data.quantized?.saturated).toBe(beyond);
    expect(beyond).toBeGreaterThan(0);
    expect(codes(run)).toContain('input-saturated');
    expect(codes(run)).not.toContain('input-range-from-data');
  });
});

describe('a range', () => {
  const options = compileOptions('custom.onnx', 'loihi2');

  it('is asked for where only bits are given, and not taken for counts', async () => {
    expect(await refusal(compileModel(MODEL, { ...options, inputBits: 6 }))).toMatchObject({ code: 'input-range-missing' });
    const counts = dataOf(Int32Array.from(FEATURES, (x) => Math.round(Math.abs(x))));
    const given = { ...options, calibration: counts, inputBits: 6 };
    expect(await refusal(compileModel(MODEL, given))).toMatchObject({
      code: 'bad-arguments',
      notes: [expect.stringContaining('sent as they are')],
    });
    const { lowered } = await compileModel(MODEL, { ...options, calibration: counts });
    expect(lowered.nodes.filter((node) => node.kind === 'input' && node.quantized !== undefined)).toEqual([]);
  });

  it('is declared by the name of an input', async () => {
    const ranges = new Map([['spikes', 100]]);
    const { mapping } = await compileModel(MODEL, { ...options, inputRange: ranges });
    expect(mapping.program.readout.quantized).toEqual([{ firstChannel: 0, channels: 4, bits: 8, fractionBits: 0 }]);
    const unknown = await refusal(compileModel(MODEL, { ...options, inputRange: new Map([['left', 1]]) }));
    expect(unknown).toMatchObject({ code: 'bad-arguments', notes: ['inputs: spikes'] });
  });

  it('is refused for a network that is in integers already', async () => {
    const net = read('golden/loihi/netx_tiny/tiny.net');
    const given = { ...options, file: 'tiny.net', steps: 6, inputRange: 1 };
    expect(await refusal(compileModel(net, given))).toMatchObject({ code: 'bad-arguments' });
  });
});
