import { describe, expect, it } from 'vitest';
import { type Diagnostic, type DiagnosticCode, DiagnosticError } from '../../../src/diagnostics/index.ts';
import type { ChipModel } from '../../../src/ir/chip-model.ts';
import { nodeId } from '../../../src/ir/ids.ts';
import type { Network, NetworkNode, Projection } from '../../../src/ir/network.ts';
import { integer } from '../../../src/ir/payload.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { withCores, withLimits, withOperations } from '../chips.ts';
import { chain, context, dense, input, LIF, miniature, oneToOne, population, projection, readout, scheduled } from '../networks.ts';

const check = (network: Network, chip: ChipModel = LOIHI2): readonly Diagnostic[] => loihiTarget(chip).check(network);

/** The single diagnostic of a check, of this code. */
function only(diagnostics: readonly Diagnostic[], code: DiagnosticCode): Diagnostic {
  expect(diagnostics.map((d) => d.code)).toEqual([code]);
  return diagnostics[0];
}

const mini = miniature({ steps: 6, heads: 2, width: 4, seed: 1 });

const changeNode = (network: Network, id: string, change: (node: NetworkNode) => NetworkNode): Network => ({
  ...network,
  nodes: network.nodes.map((node) => (node.id === id ? change(node) : node)),
});

const changeProjection = (network: Network, id: string, change: Partial<Projection>): Network => ({
  ...network,
  projections: network.projections.map((p) => (p.id === id ? { ...p, ...change } : p)),
});

describe('check', () => {
  it('finds nothing in networks that fit', () => {
    expect(check(mini)).toEqual([]);
    expect(check(chain())).toEqual([]);
  });

  it('names each operation that the chip lacks, all at once', () => {
    const none = withOperations({ rotary: 'unsupported', reorder: 'unsupported', fastWeights: 'unsupported', gate: 'unsupported' });
    const found = check(mini, none);
    expect(new Set(found.map((d) => d.code))).toEqual(new Set(['operation-unsupported']));
    const items = found.flatMap((d) => d.places.map((place) => place.item));
    expect(items.sort()).toEqual(['k-back', 'k-rotated', 'k-walk', 'kv', 'o (/o/LIF)', 'q-back', 'q-rotated', 'q-walk']);
  });

  it('refuses an operation that the chip runs elsewhere than it is compiled for', () => {
    const elsewhere = only(check(mini, withOperations({ fastWeights: 'embedded' })), 'operation-unsupported');
    expect(elsewhere.notes.join()).toContain('embedded; spikec compiles it for: plasticity');
  });

  it('refuses nodes that should have been rewritten, and rotations of the input', () => {
    const sum: NetworkNode = { ...population('x', 2), kind: 'sum', terms: [nodeId('hidden')] };
    const network = chain();
    expect(only(check({ ...network, nodes: [...network.nodes, sum] }), 'operation-unsupported').message).toContain('sums of streams');
    const rotated = changeNode(mini, 'q-rotated', (node) => (node.kind === 'rotary' ? { ...node, source: nodeId('valid') } : node));
    expect(only(check(rotated), 'operation-unsupported').message).toContain("works on the network's input");
    const twice = { ...network, nodes: [input('in2', 3), ...network.nodes] };
    expect(only(check(twice), 'operation-unsupported').message).toContain('takes one features input');
  });

  it('refuses graded streams on a chip of binary spikes, and payloads that are too wide', () => {
    const binary = check(mini, withOperations({ gradedSpikes: false }));
    expect(binary.map((d) => d.places[0].item).sort()).toEqual(['in', 'k-rotated', 'k-walk', 'q-rotated', 'q-walk']);
    // Tables of the miniature reach 120: 8 bits with the sign.
    const narrow = check(mini, withLimits({ gradedPayloadBits: 7 }));
    expect(new Set(narrow.map((d) => d.code))).toEqual(new Set(['value-out-of-range']));
    expect(narrow[0].message).toContain('needs 8 bits, 1 more than');
    const counts = changeNode(chain(), 'in', (node) => ({ ...node, payload: integer(0, 70) }));
    expect(check(counts, withLimits({ gradedPayloadBits: 8 }))).toEqual([]);
    expect(only(check(counts, withLimits({ gradedPayloadBits: 6 })), 'value-out-of-range').message).toContain('needs 8 bits, 2 more');
  });

  it('refuses counts where spikes are compared, gated or rotated', () => {
    const counting = (id: string): Network => changeNode(mini, id, (node) => ({ ...node, payload: integer(0, 2) }));
    expect(only(check(counting('g')), 'operation-unsupported').message).toBe('the gate of o has to be a stream of spikes on loihi2');
    expect(only(check(counting('q')), 'operation-unsupported').message).toContain('the source of q-rotated');
    expect(only(check(counting('v')), 'operation-unsupported').notes[0]).toBe('v carries integer 0..2; allowed: binary');
    // Keys are reordered spikes of the relay.
    expect(only(check(counting('k-relay')), 'operation-unsupported').message).toContain('the key of kv');
  });

  it('says which projection is delayed too long, by how much, and what is allowed', () => {
    const found = check(mini, withLimits({ synapticDelay: 5 }));
    // a runs and e is injected at step 1, out starts at step 8.
    expect(found.map((d) => [d.code, d.message])).toEqual(
      ['e', 'a'].map((source) => ['delay-too-long', `${source} -> out needs a synaptic delay of 6 steps, 1 more than loihi2 has`]),
    );
    expect(found[0].notes[0]).toContain('0..5 steps');
    expect(found[0].places).toEqual([{ file: 'test.onnx', item: 'e>out' }]);
    expect(check(mini, withLimits({ synapticDelay: 6 }))).toEqual([]);
  });

  it('calls a schedule that would need negative delays a bug', () => {
    const network = chain();
    const segment = {
      ...(network.schedule?.segments[0] ?? { starts: new Map() }),
      starts: new Map([
        ['in', 0],
        ['hidden', 0],
        ['out', 1],
      ]),
    };
    const broken = { ...network, schedule: { segments: [segment] } } as unknown as Network;
    expect(() => check(broken)).toThrow(expect.objectContaining({ diagnostics: [expect.objectContaining({ code: 'internal-error' })] }));
  });

  it('holds biases, thresholds, weights and exponents against the registers', () => {
    const bias = (value: number): Network =>
      changeNode(chain(), 'hidden', (node) => (node.kind === 'population' ? { ...node, bias: Int32Array.from([0, value, 0]) } : node));
    expect(check(bias(4095 * 128))).toEqual([]);
    expect(check(bias(-4095 * 128))).toEqual([]);
    expect(check(bias(4094 * 2))).toEqual([]);
    const odd = only(check(bias(4097)), 'value-out-of-range');
    expect(odd.message).toBe('one bias of hidden cannot be held by loihi2; the largest is 4097, of neuron 1');
    only(check(bias(4096 * 128)), 'value-out-of-range');
    const threshold = (mantissa: number): Network =>
      changeNode(chain(), 'hidden', (node) =>
        node.kind === 'population' ? { ...node, neuron: { ...LIF, thresholdMantissa: mantissa } } : node,
      );
    expect(check(threshold(2 ** 17 - 1))).toEqual([]);
    only(check(threshold(2 ** 17)), 'value-out-of-range');
    const weights = (...values: number[]): Network =>
      changeProjection(chain(), 'in>hidden', { synapses: dense(2, 3, [...values, ...new Array<number>(6 - values.length).fill(0)]) });
    expect(check(weights(254, -256))).toEqual([]);
    expect(check(weights(255, 1))).toEqual([]);
    expect(check(weights(-255, -1))).toEqual([]);
    for (const values of [[256], [-1, 1], [-258], [255, -2], [-257]]) {
      expect(only(check(weights(...values)), 'value-out-of-range').message).toContain('in>hidden');
    }
    expect(check(changeProjection(chain(), 'in>hidden', { weightExponent: 7 }))).toEqual([]);
    only(check(changeProjection(chain(), 'in>hidden', { weightExponent: 8 })), 'value-out-of-range');
    only(check(changeProjection(chain(), 'in>hidden', { weightExponent: -8 })), 'value-out-of-range');
    // The chip would round weights that a negative exponent leaves with a fraction.
    for (const [values, exponent] of [
      [[254, -2], -1],
      [[4, -12], -2],
    ] as const) {
      const synapses = dense(2, 3, [...values, 0, 0, 0, 0]);
      expect(check(changeProjection(chain(), 'in>hidden', { synapses, weightExponent: exponent }))).toEqual([]);
      only(check(changeProjection(chain(), 'in>hidden', { synapses, weightExponent: exponent - 2 })), 'value-out-of-range');
    }
  });

  it('refuses clips that are longer than a fast weight can count', () => {
    expect(check(mini, withLimits({ fastWeightMax: 6 }))).toEqual([]);
    expect(only(check(mini, withLimits({ fastWeightMax: 5 })), 'value-out-of-range').message).toContain('can reach 6, 1 more');
  });

  it('says which population does not fit a core, and which limit is in the way', () => {
    const axons = only(check(chain(), withLimits({ inputAxonsPerCore: 2 })), 'does-not-fit');
    expect(axons.message).toBe('a single neuron of out needs 3 input axons, 1 more than a core of loihi2 has');
    expect(axons.notes[0]).toBe('allowed: 2 input axons per core');
    expect(only(check(chain(), withLimits({ outputAxonsPerCore: 0 })), 'does-not-fit').message).toContain('output axons');
    const memory = check(chain(), withLimits({ memoryPerCore: 40 }));
    expect(memory.map((d) => [d.code, d.places[0].item])).toEqual([
      ['does-not-fit', 'hidden (/hidden/LIF)'],
      ['does-not-fit', 'out'],
    ]);
  });

  it('says how many cores are missing', () => {
    const wide = scheduled(
      [input('in', 2), population('hidden', 40), readout('out', 2)],
      [projection('in', 'hidden', dense(2, 40, new Int16Array(80))), projection('hidden', 'out', dense(40, 2, new Int16Array(80)))],
      'out',
      2,
    );
    const chip = { ...withLimits({ compartmentsPerCore: 10 }), geometry: withCores(4).geometry };
    const found = only(check(wide, chip), 'does-not-fit');
    expect(found.message).toBe('the network needs 5 cores, 1 more than loihi2 has');
    expect(found.notes[1]).toContain('hidden (4 slices)');
    expect(check(wide, { ...withLimits({ compartmentsPerCore: 10, chips: 2 }), geometry: withCores(4).geometry })).toEqual([]);
    const lone = only(check(wide, { ...withLimits({ compartmentsPerCore: 4 }), geometry: withCores(4).geometry }), 'does-not-fit');
    expect(lone.message).toBe('a slice of 10 neurons of hidden needs 10 compartments, 6 more than a core of loihi2 has');
  });

  it('lists violations of different kinds together, and map throws them all', () => {
    const chip = withLimits({ synapticDelay: 5, fastWeightMax: 5, inputAxonsPerCore: 5 });
    const codes = check(mini, chip).map((d) => d.code);
    expect(codes.filter((code) => code === 'value-out-of-range')).toHaveLength(1);
    expect(codes).toContain('delay-too-long');
    expect(codes).toContain('does-not-fit');
    try {
      loihiTarget(chip).map(mini, context(mini));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(DiagnosticError);
      expect((error as DiagnosticError).diagnostics.map((d) => d.code)).toEqual(codes);
    }
  });

  it('calls networks that are not lowered a bug', () => {
    const bug = expect.objectContaining({ diagnostics: [expect.objectContaining({ code: 'internal-error', kind: 'bug' })] });
    expect(() => check({ ...chain(), schedule: null })).toThrow(bug);
    const real = { ...dense(2, 3, []), weights: new Float32Array(6) };
    expect(() => check(changeProjection(chain(), 'in>hidden', { synapses: real as never }))).toThrow(bug);
    const weighted = changeProjection(mini, 'kv>a', { synapses: { ...oneToOne(8), weights: new Int16Array(8).fill(2) } as never });
    expect(() => check(weighted)).toThrow(bug);
  });
});
