import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics/index.ts';
import type { ChipModel, CoreTables } from '../../../src/ir/chip-model.ts';
import { nodeId } from '../../../src/ir/ids.ts';
import type { Network, Projection } from '../../../src/ir/network.ts';
import { integer } from '../../../src/ir/payload.ts';
import { EXACT_PASSES, LOWERING_PASSES, runPasses } from '../../../src/passes/index.ts';
import { checkNetwork } from '../../../src/targets/loihi/check.ts';
import { LOIHI1 } from '../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { importForm } from '../../main-job/models.ts';
import { withCores, withLimits, withOperations } from '../chips.ts';
import { chain, dense, input, LIF, miniature, population, projection, readout, scheduled } from '../networks.ts';

type Limits = Partial<Record<keyof ChipModel['limits'], number>>;

function loihi1With(limits: Limits, tables: Partial<Record<keyof CoreTables, number>> = {}): ChipModel {
  const raise = <Key extends string, Value extends { value: number }>(entries: Record<Key, Value>, values: Partial<Record<Key, number>>) =>
    Object.fromEntries(Object.entries<Value>(entries).map(([key, limit]) => [key, { ...limit, value: values[key as Key] ?? limit.value }]));
  return {
    ...LOIHI1,
    limits: raise(LOIHI1.limits, limits) as ChipModel['limits'],
    tables: raise(LOIHI1.tables as CoreTables, tables) as unknown as CoreTables,
  };
}

const editsOf = ({ notes }: Diagnostic): readonly string[] => notes.filter((note) => note.startsWith('edit '));
const check = (network: Network, chip: ChipModel): readonly Diagnostic[] => loihiTarget(chip).check(network);

const mini = miniature({ steps: 6, heads: 2, width: 4, seed: 1 });
const wide = scheduled(
  [input('in', 2), population('hidden', 40), readout('out', 2)],
  [
    projection('in', 'hidden', dense(2, 40, new Int16Array(80).fill(2))),
    projection('hidden', 'out', dense(40, 2, new Int16Array(80).fill(2))),
  ],
  'out',
  10,
);

const withHidden = (change: object): Network => {
  const network = chain();
  return {
    ...network,
    nodes: network.nodes.map((node) => (node.id === nodeId('hidden') ? ({ ...node, ...change } as typeof node) : node)),
  };
};
const withFirst = (change: Partial<Projection>): Network => {
  const network = chain();
  return { ...network, projections: network.projections.map((p, i) => (i === 0 ? { ...p, ...change } : p)) };
};
const weights = (...values: number[]): Partial<Projection> => ({
  synapses: dense(2, 3, [...values, ...new Array<number>(6 - values.length).fill(0)]),
});
const sum = { ...population('x', 2), kind: 'sum', terms: [nodeId('hidden')] } as unknown as Network['nodes'][number];

/** Counts up to 255: all eight digits have to be sent. */
const counting: Network = {
  ...chain(),
  nodes: chain().nodes.map((node) => (node.kind === 'input' ? { ...node, payload: integer(0, 255) } : node)),
};

/** A network and a chip that it does not fit, by constraint. */
const CASES: readonly (readonly [string, Network, ChipModel])[] = [
  ['compartments', wide, { ...withLimits({ compartmentsPerCore: 4 }), geometry: withCores(4).geometry }],
  ['compartments of one neuron', mini, withLimits({ compartmentsPerCore: 1 })],
  ['memory', chain(), withLimits({ memoryPerCore: 40 })],
  ['synapse words', chain(), loihi1With({ memoryPerCore: 16 })],
  ['input axons', chain(), withLimits({ inputAxonsPerCore: 2 })],
  ['axons of digits', counting, loihi1With({ inputAxonsPerCore: 10 })],
  ['output axons', chain(), withLimits({ outputAxonsPerCore: 0 })],
  ['synapse lists', wide, loihi1With({}, { wordsPerSynapseList: 0 })],
  ['synapse formats', chain(), loihi1With({}, { synapseFormats: 0 })],
  ['compartment profiles', mini, loihi1With({}, { compartmentProfiles: 1 })],
  ['threshold profiles', mini, loihi1With({}, { thresholdProfiles: 1 })],
  ['cores', wide, { ...withLimits({ compartmentsPerCore: 10 }), geometry: withCores(4).geometry }],
  ['delays', mini, withLimits({ synapticDelay: 5 })],
  ['biases', withHidden({ bias: Int32Array.from([0, 4096 * 128, 0]) }), LOIHI2],
  ['odd biases', withHidden({ bias: Int32Array.from([0, 4097, 0]) }), LOIHI2],
  ['thresholds', withHidden({ neuron: { ...LIF, thresholdMantissa: 2 ** 17 } }), LOIHI2],
  ['decays', withHidden({ neuron: { ...LIF, voltageDecay: 5000 } }), LOIHI2],
  ['weights', withFirst(weights(300, -40)), LOIHI2],
  ['odd weights', withFirst(weights(3, -4)), LOIHI2],
  ['exponents', withFirst({ weightExponent: 9 }), LOIHI2],
  ['negative exponents', withFirst({ weightExponent: -2 }), LOIHI2],
  ['fast weights', mini, withLimits({ fastWeightMax: 5 })],
  ['payloads', mini, withLimits({ gradedPayloadBits: 7 })],
  ['digits', mini, loihi1With({ weightExponent: 0 })],
  ['operations', mini, withOperations({ rotary: 'unsupported', reorder: 'unsupported', fastWeights: 'embedded', gate: 'unsupported' })],
  ['integers', mini, withOperations({ gradedSpikes: false })],
  ['counts of a population', withHidden({ payload: integer(0, 2) }), LOIHI1],
  ['sums', { ...chain(), nodes: [...chain().nodes, sum] }, LOIHI2],
  ['two inputs', { ...chain(), nodes: [input('in2', 3), ...chain().nodes] }, LOIHI2],
];

describe('what does not fit', () => {
  it.each(CASES)('%s: three edits, each with its price in accuracy and in energy', (_, network, chip) => {
    const found = check(network, chip);
    expect(found.length).toBeGreaterThan(0);
    for (const diagnostic of found) {
      const edits = editsOf(diagnostic);
      expect(edits, diagnostic.message).toHaveLength(3);
      expect(new Set(edits).size).toBe(3);
      for (const [i, edit] of edits.entries()) {
        expect(edit).toMatch(new RegExp(`^edit ${i + 1}: .{12,}; accuracy: .{4,}; energy: .{6,}$`));
        expect(edit).not.toMatch(/NaN|Infinity|undefined|null|(?<!\d)0 (neuron|synaptic)/);
      }
    }
  });

  it('fits on the chip that an edit declares, on as many cores as it says', () => {
    let applied = 0;
    for (const [name, network, chip] of CASES) {
      const declared = check(network, chip)
        .flatMap(editsOf)
        .flatMap((edit) => {
          const found = /declare a chip .*`(limits|tables)\.(\w+)` of (\d+) or more: it fits on (\d+) cores/.exec(edit);
          return found === null ? [] : [found];
        });
      for (const [, group, key, value, cores] of declared) {
        const limits = Object.entries(chip[group as 'limits'] ?? {}).map(([k, limit]) => [
          k,
          k === key ? { ...limit, value: Number(value) } : limit,
        ]);
        const legality = checkNetwork(network, { ...chip, [group]: Object.fromEntries(limits) }, null);
        expect(legality.legal && legality.layout.cores.length, `${name}: ${key}`).toBe(Number(cores));
        applied++;
      }
    }
    expect(applied).toBeGreaterThan(10);
  });

  it('counts what an edit saves', () => {
    const [, [, network, chip]] = [0, CASES[0]];
    // A slice of 10 neurons where 4 have room: 16 of 40 stay. 10 steps; a channel spikes once a clip, as assumed without data.
    const [narrower] = editsOf(check(network, chip)[0]);
    expect(narrower).toContain('narrow hidden from 40 to 16 neurons');
    const updates = -24 * 10;
    const events = -(24 / 40) * (2 * 40 + 40 * 2);
    const joules = updates * 81e-12 + events * 23.6e-12;
    const total = (40 + 2) * 10 * 81e-12 + 160 * 23.6e-12;
    const percent = Math.round((1000 * joules) / total) / 10;
    expect(narrower).toContain(
      `energy: ${Number((joules * 1e9).toPrecision(3))} nJ a clip (${percent} % of updates and events): ${updates} neuron updates, ${events} synaptic events`,
    );
    // By measured traffic, where there is some.
    const legality = checkNetwork(
      network,
      chip,
      new Map([
        [nodeId('in'), 20],
        [nodeId('hidden'), 0],
      ]),
    );
    const [measured] = legality.legal ? [] : editsOf(legality.problems[0]);
    expect(measured).toContain(`${-(24 / 40) * 20 * 40} synaptic events`);
  });

  it('fits with the weight bits, and on the chips, that an edit names', () => {
    const imported = importForm('spikescr-n128-t40', 'loop');
    const chip: ChipModel = { ...loihi1With({ chips: 1 }), geometry: { ...LOIHI1.geometry, coresPerChip: 8 } };
    const lower = (weightBits: number): Network => {
      const passes = { chip, weightBits, unitPowerMax: new Map(), report: () => {} };
      return runPasses(runPasses(imported, EXACT_PASSES, passes), LOWERING_PASSES, passes);
    };
    const [found] = check(lower(8), chip);
    const [chips, bits, narrower] = editsOf(found);
    expect(chips).toMatch(
      /^edit 1: declare 2 chips .*: it fits on \d+ cores; accuracy: the same; energy: \+0\.104 W of static power over steps with a barrier of 14\.3 us/,
    );
    expect(checkNetwork(lower(8), { ...chip, limits: loihi1With({ chips: 2 }).limits }, null).legal).toBe(true);
    const stated = /--weight-bits (\d): it fits on (\d+) cores/.exec(bits) ?? [];
    const legality = checkNetwork(lower(Number(stated[1])), chip, null);
    expect(legality.legal && legality.layout.cores.length).toBe(Number(stated[2]));
    expect(checkNetwork(lower(Number(stated[1]) + 1), chip, null).legal).toBe(false);
    expect(bits).toContain('of 560 decisions are the float');
    expect(narrower).toContain('narrow embedding_lif from 128 to');
  });

  it('names another chip that holds the network', () => {
    const [found] = check(mini, withOperations({ gate: 'unsupported' }));
    const [other] = editsOf(found);
    const legality = checkNetwork(mini, LOIHI1, null);
    expect(legality.legal && other).toContain(
      `compile for loihi1 (--target loihi1): it fits on ${legality.legal && legality.layout.cores.length} cores`,
    );
  });
});
