import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ir/ids.ts';
import { BLOCK_FIELDS, BlockField, type CoreProgram, type Mapping } from '../../../src/ir/mapping.ts';
import type { Network } from '../../../src/ir/network.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { splitBias } from '../../../src/targets/loihi/split-bias.ts';
import { countCore, memoryBits } from '../../../src/targets/loihi/usage.ts';
import { withCores, withLimits } from '../chips.ts';
import { chain, context, miniature } from '../networks.ts';

const map = (network: Network, chip = LOIHI2): Mapping => loihiTarget(chip).map(network, context(network));
const coreOf = (mapping: Mapping, population: string): CoreProgram => {
  const core = mapping.program.cores.find((candidate) => candidate.groups.some((group) => group.population === population));
  if (core === undefined) throw new Error(`no core holds ${population}`);
  return core;
};
const blocksOf = (core: CoreProgram): number[][] =>
  Array.from({ length: core.blocks.length / BLOCK_FIELDS }, (_, b) =>
    Array.from(core.blocks.subarray(b * BLOCK_FIELDS, (b + 1) * BLOCK_FIELDS)),
  );

const mini = miniature({ steps: 6, heads: 2, width: 4, seed: 1 });

describe('map', () => {
  it('lays a small network out as computed by hand', () => {
    const { program } = map(chain());
    expect(program.cores.map((core) => core.compartments)).toEqual([3, 2]);
    const [hidden, out] = program.cores;
    expect(hidden.groups).toEqual([
      {
        population: 'hidden',
        firstNeuron: 0,
        first: 0,
        count: 3,
        segment: 0,
        start: 1,
        steps: 4,
        role: 'spiking',
        currentDecay: 4095,
        voltageDecay: 2048,
        thresholdMantissa: 100,
        gateFirst: null,
        teachFirst: null,
        buffered: false,
      },
    ]);
    expect(out.groups[0]).toMatchObject({ role: 'readout', start: 2, currentDecay: 4095, voltageDecay: 4096, thresholdMantissa: 131071 });
    expect(Array.from(hidden.weights)).toEqual([102, 60, 0, 0, 60, 20]);
    expect(blocksOf(hidden)).toEqual([
      [0, 3, 0, 0, 0, 0],
      [0, 3, 0, 3, 0, 0],
    ]);
    expect(hidden.outputs).toEqual({
      first: Int32Array.from([0, 1, 2, 3]),
      core: Int32Array.from([1, 1, 1]),
      axon: Int32Array.from([0, 1, 2]),
    });
    expect(out.outputs.core).toHaveLength(0);
    expect(program.segments).toEqual([
      {
        index: 0,
        kind: 'run',
        steps: 6,
        injections: [
          {
            stream: 'in',
            start: 0,
            steps: 4,
            size: 2,
            routes: { first: Int32Array.from([0, 1, 2]), core: Int32Array.from([0, 0]), axon: Int32Array.from([0, 1]) },
          },
        ],
      },
    ]);
    expect(program.readout).toEqual({ population: 'out', classes: 2, scale: 1 / 6400, featuresStream: 'in', maskStream: null });
  });

  it('splits biases with the smallest exponent', () => {
    const { limits } = LOIHI2;
    expect(splitBias(4095, limits)).toEqual({ mantissa: 4095, exponent: 0 });
    expect(splitBias(-4096, limits)).toEqual({ mantissa: -2048, exponent: 1 });
    expect(splitBias(-4095 * 128, limits)).toEqual({ mantissa: -4095, exponent: 7 });
    expect(splitBias(0, limits)).toEqual({ mantissa: 0, exponent: 0 });
    expect(splitBias(-0, limits)).toEqual({ mantissa: 0, exponent: 0 });
    expect(splitBias(4097, limits)).toBeNull();
    expect(splitBias(4096 * 128, limits)).toBeNull();
    const mapping = map(mini);
    for (const node of mini.nodes) {
      if (node.kind !== 'population' || node.bias === null) continue;
      const core = coreOf(mapping, node.id);
      expect(Array.from(node.bias, (_, i) => core.biasMantissa[i] << core.biasExponent[i])).toEqual(Array.from(node.bias));
    }
  });

  it('stores weights that several terms of a sum share once', () => {
    const u = coreOf(map(mini), 'u');
    expect(u.weights).toHaveLength(8 * 8);
    expect(u.axonList).toHaveLength(2 * 8);
    // The same row, read by a and by e.
    expect(u.axonList.slice(0, 8)).toEqual(u.axonList.slice(8));
    expect(new Set(blocksOf(u).map((block) => block[BlockField.weight])).size).toBe(8);
    expect(u.axonBase).toEqual(new Int32Array(16));
  });

  it('turns taps into delays', () => {
    const w = coreOf(map(mini), 'w');
    const first = blocksOf(w).slice(0, 5);
    expect(first.map((block) => block[BlockField.delay])).toEqual([4, 3, 2, 1, 0]);
    expect(first.map((block) => [block[BlockField.target], block[BlockField.count]])).toEqual(new Array(5).fill([0, 1]));
  });

  it('gives fast weights one block per query channel, shared by keys, and a teaching compartment per neuron', () => {
    const mapping = map(mini);
    const a = coreOf(mapping, 'a');
    expect(a.groups[0]).toMatchObject({ first: 0, count: 8, gateFirst: null, teachFirst: 8 });
    expect(a.compartments).toBe(16);
    expect(a.fastWeightCells).toBe(2 * 4 * 4);
    const fast = blocksOf(a).filter((block) => block[BlockField.memory] === 1);
    expect(fast.map((block) => block.slice(0, 2))).toEqual([...new Array(4).fill([0, 4]), ...new Array(4).fill([4, 4])]);
    expect(fast.map((block) => block[BlockField.weight])).toEqual([0, 4, 8, 12, 16, 20, 24, 28]);
    const injection = (segment: number, stream: string) => mapping.program.segments[segment].injections.find((i) => i.stream === stream);
    expect(mapping.program.segments[2].kind).toBe('write');
    expect(injection(2, 'k-back#masked')?.routes).toEqual(injection(3, 'q-back')?.routes);
    expect(injection(2, 'k-back')).toBeUndefined();
    // One list, of one synapse, which each value reads at a place of its own.
    const axons = Array.from(injection(2, 'v')?.routes.axon ?? []);
    expect(new Set(axons.map((axon) => a.axonList[axon])).size).toBe(1);
    expect(a.listFirst[a.axonList[axons[0]] + 1] - a.listFirst[a.axonList[axons[0]]]).toBe(1);
    const [target, count, , weight] = a.blocks.subarray(a.listFirst[a.axonList[axons[0]]] * 6);
    expect([count, a.weights[weight]]).toEqual([1, 1]);
    expect(axons.map((axon) => target + a.axonBase[axon])).toEqual(Array.from({ length: 8 }, (_, i) => 8 + i));
  });

  it('gives gated neurons a gate compartment that the gate reaches in the same model step', () => {
    const mapping = map(mini);
    const o = coreOf(mapping, 'o');
    expect(o.groups[0]).toMatchObject({ gateFirst: 8, teachFirst: null });
    const blocks = blocksOf(o);
    const gates = Array.from(o.axonList, (list, axon) => ({ block: blocks[o.listFirst[list]], base: o.axonBase[axon] })).filter(
      ({ block }) => block[BlockField.target] >= 8,
    );
    expect(gates.map(({ block, base }) => [block[0] + base, block[1], block[2], o.weights[block[3]], block[4]])).toEqual(
      Array.from({ length: 8 }, (_, i) => [8 + i, 1, 0, 1, 0]),
    );
  });

  it('lets the embedded processor work in the order that its streams need', () => {
    const { embedded } = map(mini).program;
    expect(
      embedded.map((operation) => [
        operation.kind,
        operation.afterSegment,
        operation.kind === 'constant' ? null : operation.source,
        operation.output,
      ]),
    ).toEqual([
      ['rotary', 0, 'q', 'q-rotated'],
      ['reorder', 0, 'q-rotated', 'q-walk'],
      ['rotary', 0, 'k', 'k-rotated'],
      ['reorder', 0, 'k-rotated', 'k-walk'],
      ['reorder', 1, 'q-relay', 'q-back'],
      ['reorder', 1, 'k-relay', 'k-back'],
      ['mask', 1, 'k-back', 'k-back#masked'],
    ]);
    const buffered = map(mini).program.cores.flatMap((core) =>
      core.groups.filter((group) => group.buffered).map((group) => group.population),
    );
    expect(buffered).toEqual(['e', 'q', 'k', 'v', 'q-relay', 'k-relay']);
  });

  it('keeps every core within its limits when it cuts', () => {
    const chip = withLimits({ compartmentsPerCore: 6, memoryPerCore: 400, outputAxonsPerCore: 12 });
    const { cores } = map(mini, chip).program;
    for (const core of cores) {
      expect(core.compartments).toBeLessThanOrEqual(6);
      expect(core.outputs.core.length).toBeLessThanOrEqual(12);
      expect(memoryBits(countCore(core, core.outputs.core.length, chip), chip)).toBeLessThanOrEqual(400 * 8);
    }
    expect(cores.length).toBeGreaterThan(20);
  });

  it('shares cores only where there are too few, and takes no more chips than it needs', () => {
    expect(map(mini).program.cores.every((core) => core.groups.length === 1)).toBe(true);
    const packed = map(mini, withCores(3)).program.cores;
    expect(packed.length).toBeLessThanOrEqual(3);
    expect(packed.flatMap((core) => core.groups)).toHaveLength(12);
    const spread = map(mini, { ...withLimits({ compartmentsPerCore: 16, chips: 4 }), geometry: withCores(4).geometry });
    const chips = new Set(spread.program.cores.map((core) => core.chip));
    expect(chips.size).toBe(Math.max(...chips) + 1);
    expect(chips.size).toBeGreaterThan(1);
    const sites = spread.program.cores.map((core) => `${core.chip}/${core.tile}/${core.slot}`);
    expect(new Set(sites).size).toBe(sites.length);
  });

  it('counts memory by the published formula', () => {
    const counts = {
      compartments: 3,
      inputAxons: 5,
      populationAxons: 0,
      outputAxons: 7,
      blocks: 11,
      weights: 13,
      fastWeightCells: 17,
      tables: null,
    };
    expect(memoryBits(counts, LOIHI2)).toBe(3 * 160 + 5 * 32 + 7 * 32 + 11 * 64 + 13 * 8 + 17 * 16);
  });

  it('places better than greedily and than by chance, the same way each time, and follows measured traffic', () => {
    const { placement } = map(mini);
    expect(placement.hops).toBeLessThanOrEqual(placement.greedyHops);
    expect(placement.hops).toBeLessThan(placement.randomHops);
    expect(placement.criticalLoad).toBeGreaterThan(1);
    expect(map(mini)).toEqual(map(mini));
    const busy = loihiTarget(LOIHI2).map(mini, context(mini, new Map([[nodeId('in'), 10_000]])));
    expect(coreOf(busy, 'e').tile).toBe(0);
    expect(busy.placement.randomHops).toBeGreaterThan(10 * placement.randomHops);
    expect(busy.placement.hops).toBeLessThan(2 * placement.hops);
  });
});
