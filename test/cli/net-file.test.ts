import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readLavaNet } from '../../src/frontend/lava-net/index.ts';
import { ROOT, spikec } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'spikec-net-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('compile --net', () => {
  it('writes layers in a row beside the chip files, which --force replaces', async () => {
    const out = join(folder, 'row');
    const args = ['compile', join(ROOT, 'test/fuzz/corpus/unrolled.onnx'), '--target', 'loihi2', '-o', out];
    expect(spikec([...args, '--net']).code).toBe(0);
    const { layers } = await readLavaNet(new Uint8Array(readFileSync(join(out, 'network.net'))), 'network.net');
    expect(layers.map((layer) => [layer.kind, layer.kind === 'dense' && layer.outFeatures])).toEqual([
      ['dense', 4],
      ['dense', 4],
      ['dense', 2],
    ]);
    expect(spikec([...args, '--force']).code).toBe(0);
    expect(existsSync(join(out, 'network.net'))).toBe(false);
  });

  it('refuses weights of two synapses', () => {
    const out = join(folder, 'wide');
    const args = ['compile', join(ROOT, 'test/fuzz/corpus/unrolled.onnx'), '--target', 'loihi2', '--weight-bits', '12', '-o', out];
    const { code, err } = spikec([...args, '--net']);
    expect([code, err]).toEqual([1, expect.stringContaining('error[net-unsupported]: weights of 12 bits take two synapses each')]);
    expect(existsSync(out)).toBe(false);
  });

  it('refuses SpikeSCR operation by operation and writes nothing', () => {
    const out = join(folder, 'spikescr');
    const { code, err } = spikec(['compile', join(ROOT, 'test/fuzz/corpus/loop.onnx'), '--target', 'loihi1', '--net', '-o', out]);
    expect(code).toBe(1);
    expect(err).toContain('error[net-unsupported]: blocks.0.attention is an attention over the steps of a clip');
    expect(err.match(/error\[net-unsupported\]/g)?.length).toBeGreaterThan(5);
    expect(err.replaceAll('error[net-unsupported]', '')).not.toContain('error[');
    expect(existsSync(out)).toBe(false);
  });
});
