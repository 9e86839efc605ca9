import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { checkVector } from '../../src/conformance/spinnaker/index.ts';
import { fixtureFiles, goldenFiles, goldenPath, readFile } from './spinnaker-files.ts';
import { asBytes } from './vectors.ts';

// biome-ignore lint/suspicious/noExplicitAny: files are broken at will
type Edit = (file: any) => unknown;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GOLDEN = [...goldenFiles('exp_'), ...goldenFiles('lif_')];
const OWN = fixtureFiles('lif_');

async function edited(name: string, edit: Edit): Promise<string | null> {
  const file = JSON.parse(new TextDecoder().decode(readFile(goldenPath(name))));
  edit(file);
  return checkVector(asBytes(file));
}

describe('golden traces of SpiNNaker neurons', () => {
  it.each([...GOLDEN, ...OWN].map((path) => [basename(path), path]))('%s: every recorded number', async (_, path) => {
    expect(await checkVector(readFile(path))).toBeNull();
  });

  it('are all there', () => {
    expect([GOLDEN.length, OWN.length]).toEqual([6, 2]);
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikec-spinnaker-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const conformance = (...args: string[]) =>
    spawnSync(process.execPath, ['dist/cli/conformance.js', 'spinnaker', ...args], { cwd: ROOT, encoding: 'utf8' });

  it('checks our own vectors', () => {
    const { status, stdout } = conformance();
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => /^ok (exp|lif)_/.test(line))).toEqual(GOLDEN.map((path) => `ok ${basename(path, '.json')}`));
    expect(lines.at(-1)).toMatch(/^\d+ passed, 0 failed$/);
    expect(status).toBe(0);
  });

  it('names what differs, one line a file', () => {
    const file = JSON.parse(new TextDecoder().decode(readFile(goldenPath('lif_delta.json'))));
    file.expected.V_final_all[3]++;
    writeFileSync(join(folder, 'a.json'), JSON.stringify(file));
    writeFileSync(join(folder, 'b.json'), '{}');
    writeFileSync(join(folder, 'c.json'), readFile(goldenPath('lif_delta.json')));
    const { status, stdout } = conformance(folder);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^differs a: V_final_all\[3\] is -?\d+, recorded -?\d+$/);
    expect(lines[1]).toMatch(/^differs b: the file is none of: /);
    expect(lines.slice(2)).toEqual(['ok c', '1 passed, 2 failed']);
    expect(status).toBe(1);
  });
});

describe('what differs is said', () => {
  it.each<[string, Edit, string]>([
    ['a potential', (f) => f.expected.V_first_neurons.V_after_step[7][2]++, 'step 7: V of neuron 2 is '],
    ['a synaptic input', (f) => f.expected.syn_after_step_neuron0[9][1]++, 'step 9, neuron 0: input by receptor[1] is '],
    ['a spike more', (f) => f.expected.spikes[0].push(4), 'step 0: fired [], recorded [4]'],
    ['a spike less', (f) => f.expected.spikes.find((fired: number[]) => fired.length === 1).pop(), ', recorded []'],
    ['a constant', (f) => f.expected.derived[5][4]--, 'curr-exp neuron 5: exc init is '],
    ['the count of spikes', (f) => f.expected.n_spikes++, ' spikes, recorded '],
    ['a saturation', (f) => f.expected.ring_buffer_saturations++, '0 saturations of the ring buffer, recorded 1'],
    ['a last potential', (f) => f.expected.V_final_all[0]--, 'V_final_all[0] is '],
    ['a last input', (f) => f.expected.inh_final_all[49]++, 'inh_final_all[49] is '],
    ['an unknown recording', (f) => (f.expected.gsyn = [1]), 'expected.gsyn is not a field'],
    ['no recording', (f) => (f.expected = { note: 'nothing' }), 'expected records nothing'],
    ['an unknown model', (f) => (f.config.model = 'lif_cond_exp'), 'config.model is "lif_cond_exp"; known: lif_curr_exp, lif_curr_delta'],
    ['an unknown dialect', (f) => (f.config.dialect = 'float'), 'config.dialect is "float"; known: rounded, truncating'],
    ['a time constant of 0', (f) => (f.config.neuron_params_s1615[1][8] = 0), 'neuron_params_s1615[1][8] is 0, not an integer in 1..'],
    ['a negative refractory time', (f) => (f.config.neuron_params_s1615[1][6] = -1), 'neuron_params_s1615[1][6] is -1'],
    ['a parameter too few', (f) => f.config.neuron_params_s1615[0].pop(), 'neuron_params_s1615[0] has 9 items, not 10'],
    ['a word of 33 bits', (f) => f.config.rows[0].push(2 ** 32), 'is 4294967296, not an integer in 0..4294967295'],
    ['a source that is not there', (f) => f.config.source_spikes[3].push(40), 'is 40, not an integer in 0..39'],
    ['a row too few', (f) => f.config.rows.pop(), 'config.rows has 89 items, not 90'],
    ['too long delays', (f) => (f.config.log_max_delay = 10), 'config.log_max_delay is 10, not an integer in 0..9'],
    ['too few index bits', (f) => (f.row_word = 'neuron index(5b)'), 'row_word states 5 bits for the index of 50 neurons'],
    ['too much work', (f) => (f.config.timesteps = 1e9), 'config.timesteps is 1000000000'],
    ['three synapse types', (f) => f.config.ring_buffer_left_shifts.push(5), 'has 3 items, not 2'],
  ])('%s', async (_, edit, text) => {
    expect(await edited('lif_exp_hetero.json', edit)).toContain(text);
  });

  it('an exponential', async () => {
    expect(await edited('exp_table.json', (f) => f.rows[5][1]++)).toBe('rows[5]: expk(-336057) is 1, recorded 2');
    expect(await edited('exp_table.json', (f) => f.rows[5][2]++)).toMatch(/^rows\[5\]: expulr\(-336057\) is /);
    expect(await edited('exp_table.json', (f) => (f.rows = []))).toBe('rows is empty');
  });

  it('the other dialect', async () => {
    expect(await edited('lif_exp_ff.json', (f) => (f.config.dialect = 'rounded'))).toBeNull();
    expect(await edited('lif_exp_ff.json', (f) => (f.config.dialect = 'truncating'))).toMatch(/^step \d+: V of neuron/);
  });

  it('bytes that are not JSON', async () => {
    expect(await checkVector(Uint8Array.of(0xff))).toContain('not JSON');
    expect(await checkVector(asBytes([]))).toContain('the file is not an object');
  });
});
