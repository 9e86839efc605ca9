import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { readLavaNet } from '../../src/frontend/lava-net/index.ts';
import { spikec } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'spikec-lava-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TINY = 'test/golden/loihi/netx_tiny/tiny.net';
const OXFORD = 'test/fixtures/lava-oxford/network.net';

/** One clip [1, steps, channels] of a value that is the same everywhere, as numpy.savez writes it. */
function constantClip(steps: number, channels: number, value: number): string {
  const header = `${`{'descr': '<f4', 'fortran_order': False, 'shape': (1, ${steps}, ${channels}), }`.padEnd(117)}\n`;
  const head = Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]), Buffer.from(header)]);
  const values = Buffer.from(new Float32Array(steps * channels).fill(value).buffer);
  const path = join(folder, `clip-${value}.npz`);
  writeFileSync(path, zipSync({ 'features.npy': Buffer.concat([head, values]) }));
  return path;
}

describe('spikec on a lava-dl network', () => {
  it('inspects it with the rules that were given', () => {
    const { code, out } = spikec(['inspect', OXFORD, '--steps', '10', '--threshold-rule', 'ge', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ model: { format: 'lava-dl' } });
    expect(out).toContain('v >= threshold');
    expect(spikec(['inspect', OXFORD, '--steps', '10', '--json']).out).toContain('v > threshold');
  });

  it('asks for the steps of a clip, and for a rule that it knows', () => {
    expect(spikec(['inspect', TINY]).err).toMatch(/^error\[steps-missing\]/);
    expect(spikec(['inspect', TINY, '--steps', '4', '--threshold-rule', 'eq']).err).toMatch(/^error\[bad-arguments\].*threshold-rule/);
    expect(spikec(['inspect', TINY, '--steps', '4', '--layer-latency', '63']).err).toMatch(/^error\[bad-arguments\].*layer-latency/);
    expect(spikec(['inspect', TINY, '--steps', '4', '--verify']).err).toMatch(/^error\[bad-arguments\]: only ONNX/);
  });

  it('runs it, takes the steps from the data, and decides as the integers of the file do', () => {
    const out = join(folder, 'run');
    const { code, err } = spikec(['run', TINY, '--target', 'loihi2', '--data', constantClip(6, 768, 1), '--layer-latency', '1', '-o', out]);
    // A constant input, and an input layer that fires at it in every step.
    expect(err).toMatch(/^warning\[saturated-population\]: input0 fired in more than 95 % of all steps\n/);
    expect(err.match(/^(?:error|warning|note)\[/gm)).toHaveLength(1);
    expect(code).toBe(0);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(report.model.timesteps).toBe(6);
    expect(report.accuracy.agreement).toBe(1);
  });

  it('refuses real-valued data: the network is in integers from the beginning', () => {
    const args = ['run', TINY, '--target', 'loihi2', '--data', constantClip(6, 768, 0.5), '-o', join(folder, 'real')];
    const { code, err } = spikec(args);
    expect(code).toBe(1);
    expect(err).toContain('error[data-not-counts]');
  });

  it('compiles it for loihi1 and writes it again with --net, number for number', async () => {
    const out = join(folder, 'tiny');
    expect(spikec(['compile', TINY, '--target', 'loihi1', '--steps', '6', '--net', '-o', out]).code).toBe(0);
    const again = await readLavaNet(readFileSync(join(out, 'network.net')), 'again.net');
    expect(again).toEqual(await readLavaNet(readFileSync(TINY), 'tiny.net'));
  });
});
