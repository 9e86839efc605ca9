import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { JsonValue } from '../../src/conformance/json.ts';
import { keyOrder } from '../../src/conformance/key-order.ts';
import { checkVector, readNet } from '../../src/conformance/sana-fe/index.ts';
import { asBytes } from './vectors.ts';

// biome-ignore lint/suspicious/noExplicitAny: files are broken at will
type Edit = (file: any) => unknown;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GOLDEN = fileURLToPath(new URL('../golden/sana-fe', import.meta.url));
const NAMES = readdirSync(GOLDEN).filter((name) => name.endsWith('.json'));
const FULLY_CONNECTED = 'g1_fc_64_128_20.json';
const SPREAD = 'g2_spread_tiles.json';
const FEATURES = 'g3_features.json';
const HOTSPOT = 'g4_hotspot_small.json';

const bytesOf = (name: string): Uint8Array => readFileSync(join(GOLDEN, name));
const jsonOf = (name: string) => JSON.parse(new TextDecoder().decode(bytesOf(name)));

async function edited(name: string, edit: Edit): Promise<string | null> {
  const file = jsonOf(name);
  edit(file);
  return checkVector(asBytes(file));
}

describe('golden runs of SANA-FE', () => {
  it.each(NAMES)('%s: every count, spike, energy, latency and message', async (name) => {
    expect(await checkVector(bytesOf(name))).toBeNull();
  });

  it('are all there', () => {
    expect(NAMES).toEqual([FULLY_CONNECTED, SPREAD, FEATURES, HOTSPOT]);
  });
});

describe('a figure that is not what we compute', () => {
  const scale = (by: number) => (row: number[], step: number) => {
    row[step] *= by;
  };
  const wrong = scale(1 + 3e-6);
  it.each<[string, string, Edit, string]>([
    ['a spike', FEATURES, (f) => f.results.spikes.soft.events_step_neurons[2][1].shift(), 'step 6: [2, 3, 7'],
    ['a count of spikes', FEATURES, (f) => f.results.spikes.cuba.counts_per_step[7]++, 'step 8: 14 of cuba fired, recorded 15'],
    ['fired', SPREAD, (f) => f.results.per_timestep.fired[3]++, 'step 4: fired is '],
    ['updated', FEATURES, (f) => f.results.per_timestep.updated[0]--, 'step 1: updated is '],
    ['packets', SPREAD, (f) => f.results.per_timestep.packets[9]++, 'step 10: packets is '],
    ['hops', SPREAD, (f) => f.results.per_timestep.hops[9]++, 'step 10: hops is '],
    ['sops', SPREAD, (f) => f.results.per_timestep.sops[9]++, 'step 10: sops is '],
    ['the energy of synapses', FEATURES, (f) => wrong(f.results.per_timestep.synapse_energy, 5), 'step 6: synapse_energy is '],
    ['the energy of somas', FEATURES, (f) => wrong(f.results.per_timestep.soma_energy, 5), 'step 6: soma_energy is '],
    ['the energy of the network', SPREAD, (f) => wrong(f.results.per_timestep.network_energy, 5), 'step 6: network_energy is '],
    ['the simple latency', SPREAD, (f) => wrong(f.results.per_timestep.latency_simple, 5), 'step 6: latency_simple is '],
    ['the detailed latency', HOTSPOT, (f) => wrong(f.results.per_timestep.latency_detailed, 5), 'step 6: latency_detailed is '],
    ['a total count', SPREAD, (f) => f.results.totals.neurons_updated--, 'totals.neurons_updated is 27127, recorded 27126'],
    ['the total energy', SPREAD, (f) => (f.results.totals.energy_J.total *= 1 + 3e-6), 'totals.energy_J.total is '],
    ['the energy of hops', SPREAD, (f) => (f.results.totals.energy_J.derived_hops *= 1.0001), 'totals.energy_J.derived_hops is '],
    ['the total latency', HOTSPOT, (f) => (f.results.totals.latency_s.detailed *= 1 - 3e-6), 'totals.latency_s.detailed is '],
    ['blocked messages', HOTSPOT, (f) => f.results.blocked_messages++, 'blocked_messages is 24, recorded 25'],
    ['the steps in all', HOTSPOT, (f) => f.results.totals.timesteps++, 'results.totals.timesteps is 13, not an integer in 12..12'],
    ...['src_neuron', 'src_tile.core', 'dest_tile.core'].map((name): [string, string, Edit, string] => [
      `${name} of a message`,
      SPREAD,
      (f) => (f.results.message_sample[2][4][f.results.message_columns.indexOf(name)] = '7.3'),
      `step 2, message 148: ${name} is `,
    ]),
    ...['hops', 'synapses', 'generation_delay', 'processing_delay', 'min_hop_delay', 'network_delay', 'messages_along_route'].map(
      (name): [string, string, Edit, string] => [
        `${name} of a message`,
        SPREAD,
        (f) => (f.results.message_sample[2][4][f.results.message_columns.indexOf(name)] *= 1.0001),
        `step 2, message 148: ${name} is `,
      ],
    ),
    ...['sent_ts', 'received_ts', 'processed_ts'].map((name): [string, string, Edit, string] => [
      `${name} of a message`,
      HOTSPOT,
      (f) => (f.results.message_sample[2][20][f.results.message_columns.indexOf(name)] *= 1.0001),
      `step 2, message 276: ${name} is `,
    ]),
  ])('%s', async (_, name, edit, text) => {
    expect(await edited(name, edit)).toContain(text);
  });
});

describe('what the result depends on', () => {
  it.each<[string, string, Edit]>([
    ['a weight', FULLY_CONNECTED, (f) => (f.network.edges[0].weights[1][27] += 40)],
    ['a weight of 0 is a synapse', FULLY_CONNECTED, (f) => (f.network.edges[1] = withoutZeros(f.network.edges[1]))],
    ['the synapse unit', FULLY_CONNECTED, (f) => (f.network.groups[1].synapse_hw = 'loihi_sparse_synapse')],
    ['the threshold', FULLY_CONNECTED, (f) => (f.network.groups[2].params.threshold -= 40)],
    ['the decay of v', FULLY_CONNECTED, (f) => (f.network.groups[1].params.leak_decay = 0.875)],
    ['the decay of u', FEATURES, (f) => (f.network.groups[1].params.input_decay = 0.5)],
    ['the refractory delay', FEATURES, (f) => (f.network.groups[1].params.refractory_delay = 1)],
    ['the soft reset', FEATURES, (f) => (f.network.groups[2].params.reset_mode = 'hard')],
    ['the bias', FEATURES, (f) => (f.network.groups[2].bias[3] = 0)],
    ['the reset value', FEATURES, (f) => (f.network.groups[3].params.reset = -100)],
    ['the reverse threshold', FEATURES, (f) => (f.network.groups[3].params.reverse_reset_mode = 'none')],
    ['the reverse reset', FEATURES, (f) => (f.network.groups[3].params.reverse_reset_mode = 'hard')],
    ['forced updates', FEATURES, (f) => (f.network.groups[3].params.force_update = 'false')],
    ['lif_defaults', FULLY_CONNECTED, (f) => (f.lif_defaults.bias = 3)],
    ['an input spike', SPREAD, (f) => f.inputs.events.in.shift()],
    ['the place of neurons', SPREAD, (f) => (f.mapping.groups.out[0][2] = 16)],
    ['the number of mapped tiles', FULLY_CONNECTED, (f) => (f.mapping.groups.out[0][2] = 1)],
    ['the width of links', HOTSPOT, (f) => (f.architecture.noc.link_buffer_size = 12)],
    ['the order of sending', SPREAD, (f) => f.results.dest_core_order.order.reverse()],
    ['the shape of the mesh', SPREAD, (f) => ([f.architecture.noc.width_tiles, f.architecture.noc.height_tiles] = [4, 8])],
    ['the hops upward', SPREAD, (f) => (f.architecture.noc.latency_hop.north *= 2)],
    ['the hops downward', SPREAD, (f) => (f.architecture.noc.energy_hop.south *= 2)],
    ['the hops to the right', SPREAD, (f) => (f.architecture.noc.energy_hop.east *= 2)],
    ['the hops to the left', SPREAD, (f) => (f.architecture.noc.latency_hop.west *= 2)],
    ['energy of a message received', SPREAD, (f) => (f.architecture.axon_in.energy_message_in = 1e-13)],
    ['latency of a dendrite', SPREAD, (f) => (f.architecture.dendrite.loihi_dendrites.latency_update = 1e-10)],
    ['energy of a dendrite', SPREAD, (f) => (f.architecture.dendrite.loihi_dendrites.energy_update = 1e-13)],
    ['energy of an input', SPREAD, (f) => (f.architecture.soma.loihi_inputs.all = 1e-13)],
  ])('%s', async (_, name, edit) => {
    expect(await edited(name, edit)).toMatch(/ is .*, recorded | fired, recorded /);
  });

  it('the order in which a core takes its groups, also where their names look like numbers', async () => {
    const shared = jsonOf(FEATURES);
    shared.mapping.groups = 'HERE';
    const text = JSON.stringify(shared)
      .replaceAll('"cuba', '"2')
      .replaceAll(/"rev([".])/g, '"1$1');
    const firstOnCore = (cuba: string, rev: string): number => {
      const ordered = text.replace('"HERE"', `{"in":[[0,32,5,0]],${cuba},${rev},"soft":[[0,48,6,0]]}`);
      const { neuronsOfCore } = readNet(JsonValue.parse(new TextEncoder().encode(ordered)), ordered);
      expect(neuronsOfCore[22].length).toBe(32 + 16);
      return neuronsOfCore[22][0];
    };
    const [cuba, rev] = ['"2":[[0,32,5,1],[32,32,5,2]]', '"1":[[0,16,5,2]]'];
    expect(firstOnCore(cuba, rev)).toBe(32 + 32);
    expect(firstOnCore(rev, cuba)).toBe(32 + 64 + 48);
  });
});

describe('a convolution', () => {
  const shape = { input_width: 5, input_height: 4, input_channels: 2, kernel_width: 3, kernel_height: 2, kernel_count: 3 };
  const edge = { pre: 'in', post: 'out', type: 'conv2d', ...shape, stride_width: 2, stride_height: 1 };
  const weights = Array.from({ length: 2 * 3 * 2 * 3 }, (_, k) => k - 7);
  const fileOf = (change: object) => {
    const file = jsonOf(FULLY_CONNECTED);
    const { synapse_hw } = file.network.groups[1];
    file.network.groups = [
      { name: 'in', size: 40, kind: 'input' },
      { name: 'out', size: 18, kind: 'lif', synapse_hw },
    ];
    file.network.edges = [{ ...edge, weights, ...change }];
    file.mapping.groups = { in: [[0, 40, 0, 0]], out: [[0, 18, 0, 1]] };
    file.inputs.events = {};
    return file;
  };

  it('has a synapse for each output, channel and tap, zeros too', () => {
    const text = JSON.stringify(fileOf({}));
    const { synapses } = readNet(JsonValue.parse(new TextEncoder().encode(text)), text).edges[0];
    const found: string[] = [];
    for (let i = 0; i < 40; i++) {
      for (let s = synapses.first[i]; s < synapses.first[i + 1]; s++) found.push(`${i} ${synapses.target[s]} ${synapses.weight[s]}`);
    }
    const wanted: string[] = [];
    for (let f = 0; f < 3; f++) {
      for (let y = 0; y < 3; y++) {
        for (let x = 0; x < 2; x++) {
          for (let c = 0; c < 2; c++) {
            for (let ky = 0; ky < 2; ky++) {
              for (let kx = 0; kx < 3; kx++) {
                const input = c * 20 + (y + ky) * 5 + 2 * x + kx;
                wanted.push(`${input} ${f * 6 + y * 2 + x} ${weights[ky * 18 + kx * 6 + c * 3 + f]}`);
              }
            }
          }
        }
      }
    }
    expect(wanted.length).toBe(18 * 12);
    expect(found.sort()).toEqual(wanted.sort());
  });

  it.each<[string, object, string]>([
    ['of another input', { input_width: 6 }, 'reads 6 x 4 x 2 neurons; pre has 40'],
    ['of another output', { kernel_count: 4 }, 'gives 2 x 3 x 4 neurons; post has 18'],
    ['larger than its input', { kernel_height: 5 }, 'has a kernel that is larger than its input'],
    ['of too few weights', { weights: weights.slice(1) }, 'weights has 35 items, not 36'],
    ['without a stride', { stride_width: undefined }, 'has no stride_width'],
    ['with padding', { padding: 1 }, 'has "padding", which is not known'],
  ])('%s is refused', async (_, change, text) => {
    expect(await checkVector(asBytes(fileOf(change)))).toContain(text);
  });
});

describe('keyOrder', () => {
  it('is the order of the text, of any keys and values', () => {
    const text = '{"a": {"\\"}": [1, {"x": 2}], "7": "{\\\\", "b": null, "3": {}, "b": {"z": -1e5, "10": true}}, "c": 1}';
    expect(keyOrder(text, [])).toEqual(['a', 'c']);
    expect(keyOrder(text, ['a'])).toEqual(['"}', '7', '3', 'b']);
    expect(keyOrder(text, ['a', 'b'])).toEqual(['z', '10']);
    expect(keyOrder('{}', [])).toEqual([]);
    expect(() => keyOrder(text, ['d'])).toThrow('no d');
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikec-sana-fe-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const conformance = (...args: string[]) =>
    spawnSync(process.execPath, ['dist/cli/conformance.js', 'sana-fe', ...args], { cwd: ROOT, encoding: 'utf8' });

  it('checks our own vectors', () => {
    const { status, stdout } = conformance();
    expect(stdout.trimEnd().split('\n')).toEqual([...NAMES.map((name) => `ok ${name.replace('.json', '')}`), '4 passed, 0 failed']);
    expect(status).toBe(0);
  });

  it('names what differs, one line a file', () => {
    const file = jsonOf(HOTSPOT);
    file.results.per_timestep.packets[2]++;
    writeFileSync(join(folder, 'a.json'), JSON.stringify(file));
    writeFileSync(join(folder, 'b.json'), '{"format": "sanafe-golden-v2"}');
    writeFileSync(join(folder, 'c.json'), bytesOf(HOTSPOT));
    const { status, stdout } = conformance(folder);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('differs a: step 3: packets is 256, recorded 257');
    expect(lines[1]).toBe('differs b: format is "sanafe-golden-v2", not sanafe-golden-v1');
    expect(lines.slice(2)).toEqual(['ok c', '1 passed, 2 failed']);
    expect(status).toBe(1);
  });
});

describe('what cannot be run', () => {
  it.each<[string, string, Edit, string]>([
    ['another neuron', FEATURES, (f) => (f.network.groups[1].kind = 'truenorth'), 'kind is "truenorth"; known: lif, input'],
    ['a parameter nobody knows', FEATURES, (f) => (f.network.groups[1].params.noise = 1), 'params has "noise", which is not known'],
    ['a field nobody knows', FEATURES, (f) => (f.network.edges[1].delays = []), 'has "delays", which is not known'],
    ['another edge', FEATURES, (f) => (f.network.edges[0].type = 'one_to_one'), 'type is "one_to_one"; known: dense, sparse, conv2d'],
    ['a group twice', FEATURES, (f) => (f.network.groups[1].name = 'soft'), 'groups have one name twice'],
    ['no groups', FEATURES, (f) => (f.network.groups = []), 'network.groups are none'],
    ['a source that is not there', FEATURES, (f) => (f.network.edges[0].pre = 'x'), 'network.edges[0].pre is not a group'],
    ['an edge into an input', FEATURES, (f) => (f.network.edges[0].post = 'in'), 'network.edges[0].post is an input'],
    [
      'a synapse unit that is not there',
      FEATURES,
      (f) => (f.network.groups[1].synapse_hw = 'x'),
      'needs the synapse unit x; there are loihi_',
    ],
    [
      'a soma that is not there',
      FEATURES,
      (f) => delete f.architecture.soma.loihi_lif,
      'needs the soma unit loihi_lif; there are loihi_inputs',
    ],
    ['a target outside', FEATURES, (f) => (f.network.edges[0].col[5] = 64), 'network.edges[0].col[5] is 64, not an integer in 0..63'],
    ['rows that do not ascend', FEATURES, (f) => (f.network.edges[0].row_ptr[3] = 2), 'row_ptr does not ascend from 0'],
    ['a row too few', FEATURES, (f) => f.network.edges[3].weights.pop(), 'network.edges[3].weights has 47 items, not 48'],
    ['a weight that is text', FEATURES, (f) => (f.network.edges[3].weights[4][1] = '3'), 'weights[4][1] is "3", not a number'],
    ['a neuron that is nowhere', FEATURES, (f) => (f.mapping.groups.rev[0][1] = 15), 'mapping.groups do not place neuron 15 of rev'],
    ['a neuron in two places', FEATURES, (f) => f.mapping.groups.rev.push([3, 1, 0, 0]), 'places neuron 3 of rev again'],
    ['a core outside the mesh', FEATURES, (f) => (f.mapping.groups.rev[0][2] = 32), 'is 32, not an integer in 0..31'],
    ['a run of more than there are', FEATURES, (f) => (f.mapping.groups.rev[0][1] = 17), 'is 17, not an integer in 0..16'],
    ['a group that is not there', FEATURES, (f) => (f.mapping.groups.x = []), 'mapping.groups.x is not a group'],
    ['a full core', FEATURES, (f) => (f.architecture.max_neurons_per_core = 40), 'put 48 neurons on core 6.0, not 40 at most'],
    ['events of a group', FEATURES, (f) => (f.inputs.events.rev = []), 'inputs.events.rev is not an input'],
    ['an event in step 0', FEATURES, (f) => (f.inputs.events.in[0][0] = 0), 'inputs.events.in[0][0] is 0, not an integer in 1..60'],
    ['no barrier', FEATURES, (f) => (f.architecture.barrier_sync.latency_s = {}), 'architecture.barrier_sync.latency_s is empty'],
    ['a barrier for no number', FEATURES, (f) => (f.architecture.barrier_sync.latency_s.x = 1), 'has the key "x"'],
    ['a cost below 0', FEATURES, (f) => (f.architecture.axon_out.energy_message_out = -1), 'is -1, not a number in 0..1'],
    ['two dendrites', FEATURES, (f) => (f.architecture.dendrite.x = {}), 'architecture.dendrite does not hold one unit'],
    ['too many cores', FEATURES, (f) => (f.architecture.noc.cores_per_tile = 65536), 'at most 65536 are run'],
    ['a core of no mesh', FEATURES, (f) => (f.results.dest_core_order.order[0] = '40.1'), 'is "40.1", not a core of this mesh'],
    ['too many steps', FEATURES, (f) => (f.timesteps = 1e9), 'timesteps is 1000000000, not an integer in 1..1000000'],
    ['a row too short', FEATURES, (f) => f.results.per_timestep.sops.pop(), 'results.per_timestep.sops has 59 items, not 60'],
    ['a row that is not there', FEATURES, (f) => delete f.results.per_timestep.sops, 'results.per_timestep has no sops'],
    ['no results', FEATURES, (f) => delete f.results, 'the file has no results'],
    ['a column nobody knows', FEATURES, (f) => (f.results.message_columns[4] = 'x'), 'message_columns[4] is "x"; known: mid'],
    ['a message nobody sent', SPREAD, (f) => (f.results.message_sample[2][0][0] = 5), 'there is no such message in step 2'],
    ['a step that is none', SPREAD, (f) => (f.results.message_sample.x = []), 'has the key "x", not a step in 1..60'],
    ['a reset nobody knows', FEATURES, (f) => (f.network.groups[2].params.reset_mode = 'x'), 'is "x"; known: hard, soft, none, saturate'],
    ['a flag that is none', FEATURES, (f) => (f.network.groups[3].params.force_update = 'x'), 'neither true nor false'],
  ])('%s', async (_, name, edit, text) => {
    expect(await edited(name, edit)).toContain(text);
  });

  it('bytes that are not JSON', async () => {
    expect(await checkVector(Uint8Array.of(0xff))).toContain('not JSON');
    expect(await checkVector(asBytes([]))).toContain('the file is not an object');
    expect(await checkVector(asBytes(null))).toContain('the file is not an object');
  });

  it('whatever is torn out of it', async () => {
    const whole = jsonOf(HOTSPOT);
    const broken = pathsOf(whole, 3);
    expect(broken.length).toBeGreaterThan(50);
    for (const path of broken) {
      for (const value of [null, 'x']) {
        const file = structuredClone(whole);
        const owner = path.slice(0, -1).reduce((at, key) => at[key], file);
        owner[path.at(-1) ?? ''] = value;
        // Some are only notes; the rest is told, never thrown.
        const told = await checkVector(asBytes(file));
        expect(told === null || typeof told === 'string', path.join('.')).toBe(true);
      }
    }
  });
});

// biome-ignore lint/suspicious/noExplicitAny: any JSON
function pathsOf(json: any, depth: number): string[][] {
  if (typeof json !== 'object' || json === null || depth === 0) return [];
  return Object.keys(json)
    .slice(0, 8)
    .flatMap((key) => [[key], ...pathsOf(json[key], depth - 1).map((rest) => [key, ...rest])]);
}

// biome-ignore lint/suspicious/noExplicitAny: an edge as JSON
function withoutZeros(edge: any): unknown {
  const rows: [number, number][][] = edge.weights.map((row: number[]) => [...row.entries()].filter(([column]) => column !== 3));
  const row_ptr = [0];
  for (const row of rows) row_ptr.push(row_ptr[row_ptr.length - 1] + row.length);
  return {
    pre: edge.pre,
    post: edge.post,
    type: 'sparse',
    row_ptr,
    col: rows.flat().map(([c]) => c),
    weight: rows.flat().map(([, w]) => w),
  };
}
