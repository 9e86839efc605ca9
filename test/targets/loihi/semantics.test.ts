import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChipModel } from '../../../src/ir/chip-model.ts';
import type { Clip } from '../../../src/ir/clip.ts';
import type { Network } from '../../../src/ir/network.ts';
import { STEP_FIELDS, StepField, type Trace } from '../../../src/ir/trace.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { simulateNetwork } from '../../../src/simulator/reference/index.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { withCores, withLimits } from '../chips.ts';
import { chain, context, dense, input, miniature, population, projection, randomClip, readout, scheduled } from '../networks.ts';

function deploy(network: Network, chip: ChipModel, clip: Clip): Trace {
  const { program } = loihiTarget(chip).map(network, context(network));
  return createChipSimulator(program, chip).run(clip, { record: true });
}

/** (step, neuron) pairs of a [steps, size] stream. */
function rasterOf(stream: ArrayLike<number>, size: number): number[] {
  return Array.from(stream).flatMap((value, i) => (value === 0 ? [] : [Math.floor(i / size), i % size]));
}

/** Spikes of every population and the read-out are those of the integer network in model time. */
function expectSameAsNetwork(network: Network, trace: Trace, clip: Clip): number {
  const { streams, logits } = simulateNetwork(network, clip);
  let spikes = 0;
  for (const node of network.nodes) {
    if (node.kind !== 'population') continue;
    const raster = Array.from(trace.rasters.get(node.id) ?? []);
    expect(raster, node.id).toEqual(rasterOf(streams.get(node.id) ?? [], node.size));
    spikes += raster.length / 2;
  }
  const scale = network.nodes.find((node) => node.kind === 'readout')?.scale ?? 1;
  expect(Float32Array.from(trace.readout, (v) => v * scale)).toEqual(logits);
  return spikes;
}

describe('mapped programs', () => {
  it('compute a small network worked out by hand', () => {
    const network = chain(3);
    const clip: Clip = {
      steps: 3,
      channels: 2,
      features: Float32Array.from([1, 0, 0, 2, 0, 0]),
      valid: new Uint8Array(3).fill(1),
      label: null,
    };
    const trace = deploy(network, LOIHI2, clip);
    // Step 0: channel 0 brings 102, 60, 0: neuron 0 fires (6528 > 6400), neuron 1 keeps 3840.
    // Step 1: channel 1 twice brings 0, 120, 40: neuron 1 has 1920 + 7680 and fires, neuron 2 keeps 2560.
    expect(Array.from(trace.rasters.get('hidden') ?? [])).toEqual([0, 0, 1, 1]);
    expect(Array.from(trace.readout)).toEqual([2 * 64, 4 * 64, 6 * 64, 8 * 64, 0, 0]);
  });

  it('compute what the network computes in model time, whatever the shape', () => {
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
          const clip = randomClip(network, shape.seed);
          spikes += expectSameAsNetwork(network, deploy(network, LOIHI2, clip), clip);
        },
      ),
      { numRuns: 40, seed: 7 },
    );
    expect(spikes).toBeGreaterThan(1000);
  });

  it('compute the same however the populations are cut and packed', () => {
    const network = miniature({ steps: 8, heads: 2, width: 4, seed: 3 });
    const clip = randomClip(network, 5);
    const { program } = loihiTarget(LOIHI2).map(network, context(network));
    const whole = deploy(network, LOIHI2, clip);
    expect(expectSameAsNetwork(network, whole, clip)).toBeGreaterThan(50);
    const cut = withLimits({ compartmentsPerCore: 5 });
    const cutProgram = loihiTarget(cut).map(network, context(network)).program;
    expect(cutProgram.cores.length).toBeGreaterThan(2 * program.cores.length);
    expect(Math.max(...cutProgram.cores.map((core) => core.compartments))).toBeLessThanOrEqual(5);
    const packed = withCores(4);
    const packedProgram = loihiTarget(packed).map(network, context(network)).program;
    expect(packedProgram.cores.length).toBeLessThanOrEqual(4);
    for (const chip of [cut, packed]) {
      const trace = deploy(network, chip, clip);
      expect(trace.rasters).toEqual(whole.rasters);
      expect(trace.readout).toEqual(whole.readout);
      expect(trace.populations).toEqual(whole.populations);
    }
  });

  it('cost the hops that were estimated when the traffic was that of the clip', () => {
    const network = miniature({ steps: 9, heads: 2, width: 4, seed: 3 });
    const clip = { ...randomClip(network, 5), valid: new Uint8Array(9).fill(1) };
    const { streams } = simulateNetwork(network, clip);
    const traffic = new Map([...streams].map(([id, stream]) => [id, Array.from(stream).filter((value) => value !== 0).length]));
    const { program, placement } = loihiTarget(LOIHI2).map(network, context(network, traffic));
    const { perStep } = createChipSimulator(program, LOIHI2).run(clip, { record: false });
    let hops = 0;
    for (let row = 0; row < perStep.length; row += STEP_FIELDS) {
      hops += perStep[row + StepField.hopsHorizontal] + perStep[row + StepField.hopsVertical];
    }
    expect(hops).toBeGreaterThan(50);
    expect(placement.hops).toBeCloseTo(hops, 6);
  });

  it('read convolution and pooling over space, sparse synapses with delays, and groups, like the network does', () => {
    const window = {
      sourceShape: [2, 3, 4],
      targetShape: [4, 2, 2],
      kernel: [2, 3],
      stride: [1, 1],
      padding: [0, 0],
      dilation: [1, 1],
    } as const;
    const pooled = {
      sourceShape: [4, 2, 2],
      targetShape: [4, 1, 1],
      kernel: [2, 2],
      stride: [2, 2],
      padding: [0, 0],
      dilation: [1, 1],
    } as const;
    const weights = Int16Array.from({ length: 4 * 1 * 2 * 3 }, (_, i) => 2 * ((i * 7) % 31));
    const network = scheduled(
      [input('in', 24), population('c', 16), population('p', 4), population('s', 3), readout('out', 2)],
      [
        projection('in', 'c', { kind: 'convolution', sources: 24, targets: 16, ...window, groups: 2, weights }),
        projection('c', 'p', { kind: 'pooling', sources: 16, targets: 4, ...pooled, factor: 60 }),
        projection('p', 's', {
          kind: 'sparse',
          sources: 4,
          targets: 3,
          sourceIndex: Int32Array.from([0, 0, 1, 2, 2, 3]),
          targetIndex: Int32Array.from([0, 1, 1, 0, 2, 2]),
          weights: Int16Array.from([102, 104, 106, 0, 108, 110]),
          delays: Int32Array.from([0, 0, 2, 0, 1, 0]),
        }),
        projection('s', 'out', dense(3, 2, [2, 4, 6, 8, 10, 12])),
      ],
      'out',
      6,
    );
    const clip = randomClip(network, 11);
    const trace = deploy(network, LOIHI2, clip);
    const raster = (id: string): number[] => Array.from(trace.rasters.get(id) ?? []);
    const pool = new Set(pairs(raster('p')));
    // y[t] = sum of the synapses above; each alone is over the threshold, so s fires exactly where one arrives.
    const expected = new Set<string>();
    for (const [source, target, delay] of [
      [0, 0, 0],
      [0, 1, 0],
      [1, 1, 2],
      [2, 2, 1],
      [3, 2, 0],
    ]) {
      for (let t = 0; t + delay < 6; t++) if (pool.has(`${t},${source}`)) expected.add(`${t + delay},${target}`);
    }
    expect(pool.size).toBeGreaterThan(3);
    expect(new Set(pairs(raster('s')))).toEqual(expected);
    expect(new Set(pairs(raster('c')))).toEqual(convolve(clip, weights));
  });
});

const pairs = (raster: readonly number[]): string[] => raster.flatMap((step, i) => (i % 2 === 0 ? [`${step},${raster[i + 1]}`] : []));

/** Spikes of the grouped 2 x 3 convolution over (2, 3, 4) pictures, straight from its definition, with LIF decay 1/2 and threshold 6400. */
function convolve(clip: Clip, weights: Int16Array): Set<string> {
  const spikes = new Set<string>();
  const v = new Array<number>(16).fill(0);
  for (let t = 0; t < clip.steps; t++) {
    for (let target = 0; target < 16; target++) {
      const [channel, row, column] = [Math.floor(target / 4), Math.floor(target / 2) % 2, target % 2];
      let sum = 0;
      for (let i = 0; i < 2; i++) {
        for (let j = 0; j < 3; j++) {
          const pixel = clip.features[t * 24 + Math.floor(channel / 2) * 12 + (row + i) * 4 + column + j];
          sum += pixel * weights[channel * 6 + i * 3 + j];
        }
      }
      v[target] = Math.trunc(v[target] / 2) + sum * 64;
      if (v[target] <= 6400) continue;
      spikes.add(`${t},${target}`);
      v[target] = 0;
    }
  }
  return spikes;
}
