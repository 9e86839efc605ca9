import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../../src/ir/chip-model.ts';
import { nodeId, projectionId } from '../../../src/ir/ids.ts';
import { loadChipModel } from '../../../src/ir/load-chip.ts';
import type { Network } from '../../../src/ir/network.ts';
import { totalCounts } from '../../../src/simulator/event-counts.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { LOIHI1 } from '../../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { digitCodes } from '../../../src/targets/loihi/digit-codes.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { compartmentsAllowed } from '../../../src/targets/loihi/resources/compartments.ts';
import { coreShares, countCore } from '../../../src/targets/loihi/usage.ts';
import { chain, context, dense, input, miniature, population, projection, randomClip, readout, scheduled } from '../networks.ts';

const target = loihiTarget(LOIHI1);
const bytes = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? new TextEncoder().encode(text) : text);

function deploy(network: Network, chip: ChipModel, seed: number) {
  const { program } = loihiTarget(chip).map(network, context(network));
  const clip = randomClip(network, seed);
  return { program, clip, trace: createChipSimulator(program, chip).run(clip, { record: true }) };
}

describe('loihi1', () => {
  it('is a chip model like any other', async () => {
    expect(await loadChipModel(JSON.parse(JSON.stringify(LOIHI1)), 'loihi1.json')).toEqual(LOIHI1);
  });

  it('fires as the integer network does, with binary spikes alone', () => {
    let spikes = 0;
    fc.assert(
      fc.property(
        fc.record({
          steps: fc.integer({ min: 2, max: 9 }),
          heads: fc.integer({ min: 1, max: 3 }),
          width: fc.constantFrom(2, 4),
          seed: fc.nat(1000),
        }),
        (shape) => {
          const network = miniature(shape);
          const { program, clip, trace } = deploy(network, LOIHI1, shape.seed);
          const { streams } = simulateNetwork(network, clip);
          expect(program.gradedPayloadBits).toBe(1);
          for (const node of network.nodes) {
            if (node.kind !== 'population') continue;
            const stream = Array.from(streams.get(node.id) ?? []);
            const raster = stream.flatMap((value, i) => (value === 0 ? [] : [Math.floor(i / node.size), i % node.size]));
            expect(Array.from(trace.rasters.get(node.id) ?? []), node.id).toEqual(raster);
            spikes += raster.length / 2;
          }
        },
      ),
      { numRuns: 25, seed: 3 },
    );
    expect(spikes).toBeGreaterThan(500);
  });

  it('reads its own files back', async () => {
    const network = miniature({ steps: 5, heads: 2, width: 2, seed: 4 });
    const mapping = target.map(network, context(network));
    const files = new Map(target.emit(mapping).map(({ path, content }) => [path, bytes(content)]));
    expect(await target.load(files)).toEqual(mapping);
  });

  it('sends a count as its digits: a packet and an axon for each', () => {
    const network = chain(3);
    const { program } = target.map(network, context(network));
    expect(program.embedded).toEqual([
      { kind: 'bit-planes', afterSegment: -1, source: 'in', output: 'in#planes', steps: 3, size: 2, digits: 8, signed: false },
    ]);
    const features = Float32Array.from([3, 0, 0, 5, 128, 0]);
    const clip = { steps: 3, channels: 2, features, valid: new Uint8Array(3).fill(1), label: null };
    const trace = createChipSimulator(program, LOIHI1).run(clip, { record: false });
    const counts = totalCounts(trace);
    const spikes = [...trace.populations.values()].reduce((sum, each) => sum + each.spikes, 0);
    // 3, 5 and 128 have 2 + 2 + 1 digits set; three neurons read two channels, two read-outs three neurons.
    expect(counts.packets).toBe(5 + spikes + 2 * 3);
    expect(counts.synapticEvents).toBe(5 * 3 + spikes * 2);
    expect(counts.hostValues).toBe(3);
    // Values turned into digits; packets; membranes read; 3 register writes for each of five compartments; decisions.
    expect(counts.embeddedOperations).toBe(3 + 5 + 2 * 3 + 3 * 5 + 2 * 3);
    const tooMany = { ...clip, features: Float32Array.from([256, 0, 0, 0, 0, 0]) };
    expect(() => createChipSimulator(program, LOIHI1).run(tooMany, { record: false })).toThrow(
      expect.objectContaining({ diagnostics: [expect.objectContaining({ code: 'value-out-of-range' })] }),
    );
  });

  it('counts powers of two beyond mantissa and exponent as copies of the synapse', () => {
    const network = scheduled(
      [input('in', 1), population('hidden', 1), readout('out', 1)],
      [projection('in', 'hidden', dense(1, 1, [254]), { weightExponent: 2 }), projection('hidden', 'out', dense(1, 1, [2]))],
      'out',
      1,
    );
    const { program } = target.map(network, context(network));
    const core = program.cores[0];
    const perAxon = Array.from({ length: 8 }, (_, digit) => {
      const blocks = Array.from(
        core.blocks.subarray(core.listFirst[core.axonList[digit]] * 6, core.listFirst[core.axonList[digit] + 1] * 6),
      );
      return { exponent: blocks[4], copies: blocks.length / 6, weight: core.weights[blocks[3]] };
    });
    perAxon.forEach(({ exponent, copies, weight }, digit) => {
      expect(copies * weight * 2 ** exponent).toBe(254 * 4 * 2 ** digit);
    });
    expect(perAxon[7]).toEqual({ exponent: 7, copies: 4, weight: 254 });
  });

  it('refuses weights that cannot count for the highest digit, and integers of populations', () => {
    const steep = chain();
    const heavy: Network = {
      ...steep,
      projections: steep.projections.map((p) => (p.source === 'in' ? { ...p, weightExponent: 6 } : p)),
    };
    // Of counts that may be any, seven digits are sent in place of eight; of counts up to 255 all are.
    expect(target.check(heavy)).toEqual([]);
    expect(digitCodes(heavy, LOIHI1).get(nodeId('in'))?.digits).toBe(7);
    const bounded: Network = {
      ...heavy,
      nodes: heavy.nodes.map((node) => (node.kind === 'input' ? { ...node, payload: { kind: 'integer', min: 0, max: 255 } } : node)),
    };
    // Nor has a core of ten axons room for eight digits of two channels: five are sent.
    const narrow = { ...LOIHI1, limits: { ...LOIHI1.limits, inputAxonsPerCore: { ...LOIHI1.limits.inputAxonsPerCore, value: 10 } } };
    expect(digitCodes(steep, narrow).get(nodeId('in'))?.digits).toBe(5);
    const [found] = target.check(bounded);
    expect([found.code, found.message]).toEqual(['value-out-of-range', 'digit 7 of in needs 32 synapses of exponent 7 in in>hidden']);
    const counting = {
      ...steep,
      nodes: steep.nodes.map((node) =>
        node.id === nodeId('hidden') ? { ...node, payload: { kind: 'integer' as const, min: 0, max: 2 } } : node,
      ),
    };
    const [refused] = target.check(counting as Network);
    expect(refused.code).toBe('operation-unsupported');
    expect(refused.message).toBe('loihi1 has binary spikes only, and hidden carries integer 0..2');
    expect(refused.notes[0]).toContain('to fit:');
  });

  it('gives up compartments for delays', () => {
    expect([0, 6, 7, 14, 15, 30, 31, 62].map((delay) => compartmentsAllowed(LOIHI1, delay))).toEqual([
      1024, 1024, 512, 512, 256, 256, 128, 128,
    ]);
    expect(compartmentsAllowed(LOIHI2, 62)).toBe(8192);
    const delayed = scheduled(
      [input('in', 1), population('hidden', 200), readout('out', 1)],
      [
        projection('in', 'hidden', dense(1, 200, new Int16Array(200).fill(100))),
        projection('in', 'hidden', dense(1, 200, new Int16Array(200).fill(-20)), { id: projectionId('again'), delaySteps: 40 }),
        projection('hidden', 'out', dense(200, 1, new Int16Array(200).fill(2))),
      ],
      'out',
      50,
    );
    const three: ChipModel = { ...LOIHI1, geometry: { ...LOIHI1.geometry, coresPerChip: 3 } };
    const { program } = loihiTarget(three).map(delayed, context(delayed));
    expect(program.cores.map((core) => core.compartments)).toEqual([100, 100, 1]);
  });

  it('keeps every table of every core, packed or not', () => {
    const network = miniature({ steps: 6, heads: 2, width: 4, seed: 2 });
    const few: ChipModel = {
      ...LOIHI1,
      geometry: { ...LOIHI1.geometry, coresPerChip: 5 },
      limits: { ...LOIHI1.limits, chips: { ...LOIHI1.limits.chips, value: 3 } },
    };
    for (const chip of [LOIHI1, few]) {
      const { program } = loihiTarget(chip).map(network, context(network));
      for (const core of program.cores) {
        for (const { resource, used, allowed } of coreShares(countCore(core, core.outputs.core.length, chip), chip)) {
          expect(used, `core ${core.core}: ${resource}`).toBeLessThanOrEqual(allowed);
        }
      }
    }
  });

  it('names the table in the way, and three edits with their price', () => {
    const tight: ChipModel = { ...LOIHI1, limits: { ...LOIHI1.limits, memoryPerCore: { ...LOIHI1.limits.memoryPerCore, value: 64 } } };
    const found = loihiTarget(tight).check(chain());
    expect(found.map((d) => d.code)).toContain('does-not-fit');
    const [first] = found;
    expect(first.message).toBe('a single neuron of hidden needs 120 bytes of memory, 56 more than a core of loihi1 has');
    expect(first.notes.filter((note) => note.startsWith('edit '))).toHaveLength(3);
    expect(first.notes.join('\n')).toMatch(/let hidden read 1 channels in place of 2; accuracy: not known .*; energy: -0\.0378 nJ a clip/);
  });
});
