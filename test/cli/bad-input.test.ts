import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { writeHdf5 } from '../frontend/datasets/hdf5-writer.ts';
import { aroundNeurons } from '../frontend/onnx/support/importing.ts';
import { customLif } from '../frontend/onnx/support/lif.ts';
import { type CliResult, ROOT, spikec } from './run-cli.ts';

/** Small files that are sound: a SpikeSCR of 8 steps and 4 channels, and data for it. */
const CORPUS = join(ROOT, 'test/fuzz/corpus');
const MODEL = join(CORPUS, 'custom.onnx');
const DATA = join(CORPUS, 'dense.npz');
const model = readFileSync(MODEL);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spikec-bad-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The command ended with the diagnostics `codes` and exit code 1, said nothing else, and left the folder as it was. */
function expectRefusal({ code, out, err }: CliResult, codes: readonly string[], before: readonly string[]): void {
  expect(err.match(/^(?:error|warning)\[[a-z-]+\]/gm)).toEqual(codes.map((name) => `error[${name}]`));
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err.startsWith(`error[${codes[0]}]: `)).toBe(true);
  expect(err).not.toMatch(/^\s+at /m);
  expect(readdirSync(folder)).toEqual(before);
}

/** Runs the main job on these files, into a folder that must not come into being. */
function refuse(files: { model?: string; data?: string; target?: string }, ...codes: string[]): string {
  const before = readdirSync(folder);
  const args = ['run', files.model ?? MODEL, '--target', files.target ?? 'loihi2', '--data', files.data ?? DATA, '-o', join(folder, 'out')];
  const result = spikec(args);
  expectRefusal(result, codes, before);
  return result.err;
}

it('the files that the cases change are sound', () => {
  const out = join(folder, 'sound');
  // Untrained: one of its populations never fires.
  const { code, err } = spikec(['run', MODEL, '--target', 'loihi2', '--data', DATA, '-o', out]);
  expect(code).toBe(0);
  expect(err.match(/^(?:error|warning)\[[a-z-]+\]/gm)).toEqual(['warning[silent-population]']);
  rmSync(out, { recursive: true });
});

describe('models', () => {
  const random = Uint8Array.from({ length: 3000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255);
  const claim = Uint8Array.of(0x08, 7, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3);
  it.each<[string, Uint8Array, string[]]>([
    ['truncated', model.subarray(0, model.length / 2), ['onnx-malformed']],
    ['random bytes', random, ['onnx-malformed']],
    ['a protobuf that claims gigabytes', claim, ['onnx-malformed']],
    ['no bytes', new Uint8Array(0), ['unknown-format']],
    ['data instead of a model', readFileSync(join(CORPUS, 'dense.h5')), ['nir-malformed']],
    ['no spiking neuron', aroundNeurons((_, x) => x), ['no-spiking-neuron']],
  ])('%s', (_, bytes, codes) => {
    refuse({ model: write('model.onnx', bytes) }, ...codes);
  });

  it('a tensor that claims gigabytes', () => {
    const bytes = aroundNeurons((graph, x) => {
      graph.initializers.push({ ...graph.initializers[0], name: 'big', dims: [2 ** 20, 2 ** 20] });
      return customLif(graph, graph.one('Add', [x, 'big']), 'lif');
    });
    refuse({ model: write('model.onnx', bytes) }, 'onnx-invalid-graph');
  });

  it('unsupported operators, all of them with the names of their nodes', () => {
    const bytes = aroundNeurons((graph, x) => {
      const spikes = customLif(graph, graph.one('Gelu', [graph.one('Mish', [x])]), 'lif');
      return graph.one('Gelu', [spikes]);
    });
    const err = refuse({ model: write('model.onnx', bytes) }, 'unsupported-operator', 'unsupported-operator');
    expect(err.match(/node \/layer\/(Gelu|Mish)_\d+/g)).toHaveLength(3);
  });
});

describe('data', () => {
  const dense = (steps: number, labels: readonly number[]): Uint8Array =>
    writeHdf5({
      features: { numbers: new Array<number>(2 * steps * 4).fill(1), type: 'float32', shape: [2, steps, 4] },
      labels: { numbers: labels, type: 'uint16', shape: [labels.length] },
    });
  const sound = readFileSync(join(CORPUS, 'events.h5'));
  it.each<[string, Uint8Array, string]>([
    ['of another T than the model', dense(9, [0, 1]), 'data-shape-mismatch'],
    ['with labels of a wrong length', dense(5, [0, 1, 2]), 'data-labels-mismatch'],
    ['an empty file', new Uint8Array(0), 'data-empty'],
    ['an empty HDF5', writeHdf5({}), 'data-foreign'],
    ['a foreign HDF5', writeHdf5({ images: { numbers: [1, 2], type: 'float32', shape: [2] } }), 'data-foreign'],
    ['an empty archive', zipSync({}), 'data-foreign'],
    ['a truncated HDF5', sound.subarray(0, sound.length / 2), 'data-malformed'],
    ['a model instead of data', model, 'data-foreign'],
  ])('%s', (_, bytes, code) => {
    refuse({ data: write('data.h5', bytes) }, code);
  });
});

describe('chips', () => {
  const chip = LOIHI2;
  it.each<[string, unknown, string]>([
    ['a wrong unit', { ...chip, energy: { ...chip.energy, barrier: { ...chip.energy.barrier, unit: 'pJ' } } }, 'chip-unit'],
    ['a missing limit', { ...chip, limits: { ...chip.limits, synapticDelay: undefined } }, 'chip-missing-limit'],
    ['a list', [], 'chip-malformed'],
    ['another version', { ...chip, version: 99 }, 'version-unsupported'],
  ])('%s', (_, json, code) => {
    refuse({ target: write('chip.json', JSON.stringify(json)) }, code);
  });

  it('an unknown name', () => {
    expect(refuse({ target: 'loihi9' }, 'unknown-target')).toContain('loihi2');
  });
});

describe('output folders', () => {
  const intoFolder = (output: string, code: string): void => {
    const before = readdirSync(folder);
    expectRefusal(spikec(['run', MODEL, '--target', 'loihi2', '--data', DATA, '-o', output]), [code], before);
    expectRefusal(spikec(['compile', MODEL, '--target', 'loihi2', '-o', output]), [code], before);
  };

  it('that exist', () => {
    const path = join(folder, 'mine');
    mkdirSync(path);
    writeFileSync(join(path, 'notes.txt'), 'mine');
    intoFolder(path, 'output-exists');
    expect(readdirSync(path)).toEqual(['notes.txt']);
  });

  it('that are files, or lie under one', () => {
    const path = write('file', 'x');
    intoFolder(path, 'output-not-a-folder');
    intoFolder(join(path, 'below'), 'output-not-a-folder');
    expect(readFileSync(path, 'utf8')).toBe('x');
  });

  // Permissions mean nothing to root, but nobody makes folders in /proc.
  it.runIf(existsSync('/proc/self'))('that cannot be written', () => {
    intoFolder('/proc/spikec-out', 'output-not-writable');
  });
});
