import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../src/frontend/onnx/index.ts';
import type { Network } from '../../src/ir/network.ts';
import { EXACT_PASSES, LOWERING_PASSES, runPasses } from '../../src/passes/index.ts';
import type { LoweringContext, Pass } from '../../src/passes/pass.ts';
import { createChipSimulator } from '../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../src/targets/loihi/index.ts';
import { readExported } from '../frontend/onnx/support/variants.ts';
import { FACTS, randomClip, type SpikeScrShape, tinySpikeScr } from '../support/networks.ts';

const context: LoweringContext = { chip: LOIHI2, weightBits: 8, unitPowerMax: new Map(), report: () => {} };

const SHAPES: readonly Partial<SpikeScrShape>[] = [
  { steps: 9, heads: 2 },
  { steps: 16, heads: 4, width: 16, depth: 2, seed: 3 },
  { steps: 12, scrambled: false, masked: false, seed: 4 },
  { steps: 21, heads: 2, width: 12, taps: 31, seed: 5 },
];

/** Spikes of every population that both networks have. */
function expectSameSpikes(before: Network, after: Network, seed: number): void {
  const clip = randomClip(before, seed);
  const [a, b] = [simulateNetwork(before, clip), simulateNetwork(after, clip)];
  let spikes = 0;
  for (const node of before.nodes) {
    if (node.kind !== 'population') continue;
    const [x, y] = [a.streams.get(node.id), b.streams.get(node.id)];
    expect(y, node.name).toEqual(x);
    for (const value of x ?? []) spikes += value;
  }
  expect(spikes).toBeGreaterThan(10);
  for (const [i, logit] of a.logits.entries()) expect(b.logits[i]).toBeCloseTo(logit, 4);
}

/** Exported networks with what no shape has: position codes, a decision once a clip, synaptic currents with biases. */
const EXPORTED = [
  'once-a-clip.custom',
  'learned-position.loop-seq',
  'position-on-input.custom',
  'position-on-current.custom',
  'two-inputs-apart',
] as const;
const CURRENT_BASED = ['norse-late-input.unrolled', 'norse-current.unrolled'] as const;

const NETWORKS: readonly (readonly [string, () => Network])[] = [
  ...SHAPES.map((shape) => [JSON.stringify(shape), () => tinySpikeScr(shape)] as const),
  ...[...EXPORTED, ...CURRENT_BASED].map(
    (name) => [name, () => importOnnx(readExported(name), { file: `${name}.onnx`, report: () => {} })] as const,
  ),
];

describe.each(NETWORKS)('passes keep the function of %s', (_name, make) => {
  const network = make();

  it.each(EXACT_PASSES.map((pass): [string, Pass] => [pass.name, pass]))('%s', (_, pass) => {
    const index = EXACT_PASSES.indexOf(pass);
    const before = runPasses(network, EXACT_PASSES.slice(0, index), context);
    const after = runPasses(before, [pass], context);
    for (const seed of [1, 2, 3]) expectSameSpikes(before, after, seed);
    expect(pass.run(after, context)).toBe(after);
  });

  it('align-latency changes no value, and the chip computes in its own time what the network computes in model time', () => {
    const exact = runPasses(network, EXACT_PASSES, context);
    const lowered = runPasses(exact, LOWERING_PASSES, context);
    const target = loihiTarget(LOIHI2);
    const mapping = target.map(lowered, {
      traffic: null,
      facts: FACTS,
      scaleRule: 'test',
      seed: 0,
    });
    const chip = createChipSimulator(mapping.program, LOIHI2);
    for (const seed of [1, 2, 3, 4]) {
      const clip = randomClip(network, seed);
      const expected = simulateNetwork(lowered, clip);
      const trace = chip.run(clip, { record: true });
      for (const node of lowered.nodes) {
        if (node.kind !== 'population') continue;
        const raster: number[] = [];
        expected.streams.get(node.id)?.forEach((value, i) => {
          if (value !== 0) raster.push(Math.floor(i / node.size), i % node.size);
        });
        expect([...(trace.rasters.get(node.id) ?? [])], node.name).toEqual(raster);
      }
      const readout = lowered.nodes.find((node) => node.kind === 'readout');
      expect([...trace.readout]).toEqual([...(expected.streams.get(readout?.id ?? lowered.output) ?? [])]);
    }
  });
});
