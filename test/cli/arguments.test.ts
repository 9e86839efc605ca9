import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODES } from '../../src/diagnostics/index.ts';
import { COST_PROFILES } from '../../src/targets/costs/index.ts';
import { inProcess } from './in-process.ts';
import { ROOT, spikec } from './run-cli.ts';

let folder = '';
let model = '';
let data = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spikec-cli-'));
  model = join(folder, 'model.onnx');
  data = join(folder, 'data.h5');
  writeFileSync(model, 'not a model');
  writeFileSync(data, 'not data');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (...options: string[]) =>
  inProcess(['run', model, '--target', 'loihi2', '--data', data, '-o', join(folder, 'out'), ...options]);

describe('help and version', () => {
  it('are on standard output', async () => {
    const help = await inProcess(['--help']);
    expect(help.code).toBe(0);
    expect(help.err).toBe('');
    for (const command of ['run', 'inspect', 'compile', 'simulate', 'compare', 'targets', 'explain'])
      expect(help.out).toContain(`  ${command} `);
    expect((await inProcess([])).out).toBe(help.out);
    expect((await inProcess(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await inProcess(['run', '--help'])).out).toContain('--weight-bits');
  });
});

describe('bad arguments', () => {
  it.each<[string, string[], string]>([
    ['an unknown option', ['--frobnicate'], '--frobnicate'],
    ['no clips', ['--samples', '0'], '--samples is "0"'],
    ['a fraction of a seed', ['--seed', '1.5'], '--seed is "1.5"'],
    ['no threads', ['--threads', '0'], '--threads is "0"'],
    ['a negative bin', ['--bin-ms=-1'], '--bin-ms is "-1"'],
    ['too many bits', ['--weight-bits', '17'], '--weight-bits is "17"'],
    ['an unknown pace', ['--pace', 'slow'], 'allowed: fast, real-time'],
    ['an unknown decision', ['--decision', 'coin'], 'allowed: sum-softmax'],
    ['another dialect', ['--dialect', 'brian'], 'allowed: lava'],
    ['a threshold rule', ['--threshold-rule', 'gt'], 'not for this model'],
    ['a reset rule', ['--reset', 'soft'], '--reset is "soft"'],
    ['a layer latency', ['--layer-latency', '1'], 'not for this model'],
    ['a timestep at full speed', ['--timestep', '0.01'], 'not supported'],
  ])('%s: says what is allowed and writes nothing', async (_, options, text) => {
    const { code, out, err } = await run(...options);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/^error\[bad-arguments\]: /);
    expect(err).toContain(text);
    expect(readdirSync(folder)).not.toContain('out');
  });

  it('reports several at once', async () => {
    expect((await run('--samples', 'x', '--seed', 'y')).err.match(/error\[bad-arguments\]/g)).toHaveLength(2);
  });

  it('names a missing option, an unknown command, and an argument too many', async () => {
    expect((await inProcess(['run', model])).err).toMatch(/^error\[bad-arguments\]: required option/);
    expect((await inProcess(['frob'])).err).toMatch(/^error\[bad-arguments\]: unknown command/);
    expect((await inProcess(['inspect', model, model])).err).toMatch(/^error\[bad-arguments\]: too many arguments/);
    expect((await inProcess(['inspect'])).err).toMatch(/^error\[bad-arguments\]: missing required argument/);
    expect((await inProcess(['inspect'])).code).toBe(1);
  });
});

describe('files', () => {
  it('that are not there', async () => {
    const missing = join(folder, 'nothing.onnx');
    const { code, err } = await inProcess(['inspect', missing]);
    expect(code).toBe(1);
    expect(err).toContain('error[file-not-found]');
    expect((await inProcess(['inspect', folder])).err).toContain('error[file-not-readable]');
    expect((await inProcess(['simulate', join(folder, 'nothing'), '--data', data])).err).toContain('error[file-not-found]');
    expect((await inProcess(['simulate', folder, '--data', data])).err).toContain('error[program-missing]');
    expect((await inProcess(['compare', folder])).err).toContain('error[report-missing]');
  });

  it('that are in the way', async () => {
    expect((await inProcess(['run', model, '--target', 'loihi2', '--data', data, '-o', data])).err).toContain('error[output-not-a-folder]');
    const exists = await inProcess(['run', model, '--target', 'loihi2', '--data', data, '-o', folder, '--force']);
    expect(exists.code).toBe(1);
    expect(exists.err).toContain('error[output-exists]');
    expect(readdirSync(folder)).toContain('model.onnx');
  });
});

describe('explain', () => {
  it('prints the page of every code, however it was pasted', async () => {
    for (const text of ['does-not-fit', 'error[does-not-fit]']) {
      const { code, out } = await inProcess(['explain', text]);
      expect(code).toBe(0);
      expect(out).toMatch(/^does-not-fit\n/);
    }
    const all = (await inProcess(['explain'])).out;
    for (const code of Object.keys(CODES)) expect(all).toContain(code);
  });

  it('knows what may have been meant', async () => {
    const { code, err } = await inProcess(['explain', 'does-not-fitt']);
    expect(code).toBe(1);
    expect(err).toContain('error[bad-arguments]');
    expect(err).toContain('did you mean does-not-fit?');
  });
});

describe('how a run is priced', () => {
  it.each([
    [['--costs', 'free'], '--costs is "free"'],
    [['--timing', 'exact'], '--timing is "exact"'],
    [['--without', 'static,rent'], '--without names "rent"'],
  ])('%s is refused with what is allowed', async (args, text) => {
    const { code, err } = await inProcess([
      'run',
      'model.onnx',
      '--target',
      'loihi2',
      '--data',
      'x.h5',
      '-o',
      join(folder, 'priced'),
      ...args,
    ]);
    expect(code).toBe(1);
    expect(err).toContain(text);
    expect(err).toContain('allowed: ');
  });

  it('is in the help, every line', async () => {
    const { out } = await inProcess(['run', '--help']);
    for (const text of ['`spikec targets` lists', 'static, barrier, embedded-processor, host-input', 'detailed'])
      expect(out.replaceAll(/\s+/g, ' ')).toContain(text);
  });
});

describe('targets', () => {
  it('lists the chips, their limits and costs with sources', async () => {
    expect((await inProcess(['targets'])).out).toContain('loihi2');
    for (const { name } of COST_PROFILES) expect((await inProcess(['targets'])).out).toContain(name);
    const { out } = await inProcess(['targets', 'loihi2']);
    for (const text of ['compartments per core', 'pJ', 'proxy', 'davies2018', 'Sources']) expect(out).toContain(text);
  });

  it('shows a chip at the prices of a profile', async () => {
    const { out } = await inProcess(['targets', 'loihi1', '--costs', 'loihi1-sana-fe']);
    for (const text of ['packet sent', '111 pJ', 'barrier by tiles', 'sanaFe']) expect(out).toContain(text);
    expect((await inProcess(['targets', 'loihi1'])).out).not.toContain('111 pJ');
    expect((await inProcess(['targets', 'loihi1', '--costs', 'x'])).err).toContain('--costs is "x"');
  });

  it('gives a chip as JSON that it takes back', async () => {
    const { out } = await inProcess(['targets', 'loihi2', '--json']);
    const file = join(folder, 'mine.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(out), name: 'mine' }));
    const mine = await inProcess(['targets', file]);
    expect(mine.err).toBe('');
    expect(mine.out).toMatch(/^mine /);
  });

  it('refuses what is no chip', async () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{');
    expect((await inProcess(['targets', file])).err).toContain('error[chip-malformed]');
    const unknown = await inProcess(['targets', 'loihi3']);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('error[unknown-target]');
  });
});

it('keeps quiet when the reader of its output goes away', async () => {
  const command = `"${process.execPath}" "${ROOT}/bin/spikec.js" targets loihi2 --json | head -c 1`;
  const { stderr, stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  expect(stdout).toBe('{');
  expect(stderr).toBe('');
});

it('draws no progress and no colour where nobody watches', async () => {
  const { err, out } = spikec(['targets'], { NO_COLOR: '' });
  expect(err).toBe('');
  expect(out).not.toContain('\u001b');
});
