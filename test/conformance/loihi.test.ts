import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { checkVector, readVector } from '../../src/conformance/loihi/index.ts';
import { BRIAN2_LOIHI, CHIP, NENGO_LOIHI } from '../../src/simulator/loihi/dialects/index.ts';
import { emulate } from '../../src/simulator/loihi/emulator.ts';
import { asBytes, asJson, readVectorFile, siblingsOf, VECTORS } from './vectors.ts';

// biome-ignore lint/suspicious/noExplicitAny: files are broken at will
type Edit = (file: any) => unknown;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const none = async (): Promise<null> => null;

describe('golden vectors', () => {
  it('are all there', () => {
    expect(VECTORS.length).toBe(19);
  });

  it.each(VECTORS)('%s: every weight, u, v and spike', async (name) => {
    expect(await checkVector(readVectorFile(name), siblingsOf(name))).toBeNull();
  });

  it('agree3 is the same in nengo-loihi and chip', async () => {
    for (const dialect of [NENGO_LOIHI, { ...CHIP, readVoltage: (v: number) => v }]) {
      const file = asJson('agree3.json');
      // Their stored weights are in units of u: only u, v and spikes are compared.
      for (const block of file.synapses) delete block.weights_used;
      expect(await checkVector(asBytes(file), none, () => dialect), dialect.name).toBeNull();
    }
  });

  it('agree3 is the same in brian2-loihi, given du + 1 and its inputs a step later', async () => {
    const file = asJson('agree3.json');
    for (const block of file.synapses) delete block.weights_used;
    for (const group of file.groups) group.du++;
    const input = file.inputs[0];
    input.events = input.events.map(([t, i]: number[]) => [t + 1, i]).filter(([t]: number[]) => t < file.T);
    expect(await checkVector(asBytes(file), none, () => BRIAN2_LOIHI)).toBeNull();
  });

  it('the chip trace is the same in chip, refractory read-out included', async () => {
    const file = asJson('loihi2_hw_nir_lif.json');
    for (const block of file.synapses) delete block.weights_used;
    expect(await checkVector(asBytes(file), none, () => CHIP)).toBeNull();
    file.format = 'loihi-golden-1';
    // Without the read-out rule the four spike steps differ.
    expect(await checkVector(asBytes(file), none)).toBe('step 461, n[0]: v is 0, recorded 128');
  });

  it('tiny.net gives the output that lava-dl ships, each layer cleared when its first input arrives', async () => {
    const name = 'netx_tiny/netx_tiny.json';
    const { net, dialect } = await readVector(readVectorFile(name), siblingsOf(name));
    const events: number[][] = [];
    emulate(net, dialect, (step, groups) => {
      for (const neuron of groups[2].fired) if (step >= 2) events.push([step - 2, neuron]);
      const cleared = step < 2 ? groups[step + 1] : null;
      cleared?.u.fill(0);
      cleared?.v.fill(0);
      return true;
    });
    expect(events).toEqual(asJson(name).repo_ground_truth.events);
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikec-conformance-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const conformance = (...args: string[]) =>
    spawnSync(process.execPath, ['dist/cli/conformance.js', ...args], { cwd: ROOT, encoding: 'utf8' });

  it('checks our own vectors', () => {
    const { status, stdout } = conformance('loihi');
    expect(stdout.trimEnd().split('\n')).toEqual([...VECTORS.map((name) => `ok ${name.replace('.json', '')}`), '19 passed, 0 failed']);
    expect(status).toBe(0);
  });

  it('says what differs and why a file cannot be run, one line each', () => {
    const file = asJson('agree3.json');
    file.expected.u.hid.values[1][0]++;
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'a.json'), JSON.stringify(file));
    writeFileSync(join(folder, 'b.json'), '{');
    writeFileSync(join(folder, 'c.json'), readVectorFile('agree3.json'));
    writeFileSync(join(folder, 'README.md'), 'not a vector');
    const { status, stdout } = conformance('loihi', folder);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^differs b: not JSON: /);
    expect(lines.slice(1)).toEqual(['ok c', 'differs deep/a: step 1, hid[0]: u is -3072, recorded -3071', '1 passed, 2 failed']);
    expect(status).toBe(1);
  });

  it.each([[[]], [['lava']], [['loihi', 'nowhere']], [['loihi', '.', 'more']]])('refuses %j', (args) => {
    const { status, stdout, stderr } = conformance(...args);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('usage: npm run conformance');
  });
});

describe('what differs is said', () => {
  const broken = async (edit: Edit, name = 'lava_boundaries.json'): Promise<string | null> => {
    const file = asJson(name);
    edit(file);
    return await checkVector(asBytes(file), siblingsOf(name));
  };

  it.each<[string, Edit, string]>([
    ['a state', (f) => f.expected.v.eq.values[3][0]++, 'step 3, eq[0]: v is '],
    ['a current', (f) => f.expected.u.umax.values[7][0]--, 'step 7, umax[0]: u is '],
    ['a spike more', (f) => f.expected.spikes.eq.push([39, 0]), 'step 39, eq: fired [], recorded [0]'],
    ['a spike less', (f) => f.expected.spikes.eq.pop(), ', eq: fired [0], recorded []'],
    [
      'a stored weight',
      (f) => (f.synapses[0].weights_used = [[2, 0, 0, 0, 0, 0, 0, 0]]),
      'synapses[0].weights_used[0][0]: stored as 1, recorded 2',
    ],
    ['a register', (f) => (f.groups[0].du = 4096), 'groups[0].du is 4096, not an integer in 0..4095'],
    ['a refractory period in lava', (f) => (f.groups[0].refract_delay = 2), 'groups[0].refract_delay is 2, not an integer in 0..1'],
    ['a limit in lava', (f) => (f.groups[0].vmin = 0), 'groups[0].vmin is 0'],
    ['a missing register', (f) => delete f.groups[1].dv, 'groups[1] has no dv'],
    ['an unknown format', (f) => (f.format = 'loihi-golden-9'), 'not a golden format'],
    ['an unknown dialect', (f) => (f.semantics.dialect = 'sana-fe'), 'semantics.dialect is "sana-fe"; known: lava'],
    ['another offset', (f) => (f.semantics.u_decay_offset = 0), 'semantics.u_decay_offset is 0; dialect lava adds 1'],
    ['a fraction', (f) => (f.groups[0].dv = 1.5), 'groups[0].dv is 1.5'],
    ['too many neurons', (f) => (f.groups[0].n = 1e9), 'groups[0].n is 1000000000'],
    ['too many steps', (f) => (f.T = 1e12), 'T is 1000000000000'],
    ['a short list', (f) => f.expected.v.eq.values.pop(), 'expected.v.eq.values has 39 items, not 40'],
    ['a row of weights', (f) => f.synapses[0].weights[0].pop(), 'synapses[0].weights[0] has 7 items, not 8'],
    ['a source', (f) => (f.synapses[0].src = '__proto__'), 'synapses[0].src is neither'],
    ['a name twice', (f) => (f.groups[1].name = 'eq'), 'two inputs or groups named "eq"'],
    ['a group that is not there', (f) => (f.expected.spikes.ghost = []), 'expected.spikes.ghost is of a group'],
    ['no recording', (f) => (f.expected = {}), 'expected records nothing'],
    ['an input behind the end', (f) => f.inputs[0].events.push([40, 0]), 'is 40, not an integer in 0..39'],
    ['a sign mode', (f) => (f.synapses[0].sign_mode = 'BOTH'), 'synapses[0].sign_mode is "BOTH"'],
    ['a list for an object', (f) => (f.groups[0] = []), 'groups[0] is not an object'],
  ])('%s', async (_, edit, text) => {
    expect(await broken(edit)).toContain(text);
  });

  it.each<[string, string, Edit, string]>([
    ['a delay in nengo', 'nengo_singles.json', (f) => (f.synapses[0].delays = [[1, 0, 0]]), 'is 1, not an integer in 0..0'],
    ['a payload in nengo', 'nengo_singles.json', (f) => f.inputs[0].events.push([3, 0, 7]), 'is 7, not an integer in 0..1'],
    ['a bias in brian', 'brian_singles.json', (f) => (f.groups[0].bias_mant = 1), 'bias_mant is 1, not an integer in 0..0'],
    ['an output shape', 'lava_conv.json', (f) => (f.conv.output_shape = [8, 8, 4]), 'is [8, 8, 4], not [8, 8, 3]'],
    ['a kernel', 'lava_conv.json', (f) => f.conv.weight[0].pop(), 'conv.weight[0] has 2 items, not 3'],
    ['a network that is not there', 'netx_tiny/netx_tiny.json', (f) => (f.source.net = 'netx_tiny.json'), 'the network cannot be read'],
    ['a shape', 'netx_tiny/netx_tiny.json', (f) => (f.layers[1].shape = [6, 6, 23]), 'layers[1].shape is not [6, 6, 24]'],
    ['a missing layer', 'netx_tiny/netx_tiny.json', (f) => f.layers.pop(), 'layer 2: is not among the `layers`'],
  ])('%s', async (_, name, edit, text) => {
    expect(await broken(edit, name)).toContain(text);
  });

  it('bytes that are not JSON', async () => {
    expect(await checkVector(Uint8Array.of(0xff, 0xfe, 0), none)).toContain('not JSON');
    expect(await checkVector(asBytes(7), none)).toContain('the file is not an object');
  });
});
