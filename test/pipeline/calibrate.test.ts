import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import type { Clip, ClipSource } from '../../src/ir/clip.ts';
import type { Network } from '../../src/ir/network.ts';
import { EXACT_PASSES, type LoweringContext, runPasses } from '../../src/passes/index.ts';
import { calibrationOf, measureTraffic } from '../../src/pipeline/calibrate.ts';
import { simulateNetwork } from '../../src/simulator/reference/index.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { lowerWithCalibration } from '../../src/targets/loihi/lower.ts';
import { randomClip, tinyDense, tinySpikeScr } from '../support/networks.ts';

const context: LoweringContext = { chip: LOIHI2, weightBits: 8, unitPowerMax: new Map(), report: () => {} };

const sourceOf = (clips: readonly Clip[]): ClipSource => ({
  file: 'calibration.h5',
  count: clips.length,
  channels: clips[0].channels,
  classNames: null,
  framing: null,
  clip: (index) => clips[index],
});

/** Clips whose counts are `factor` times too large for registers chosen without data. */
const loudClips = (network: Network, factor: number): readonly Clip[] =>
  [1, 2, 3].map((seed) => {
    const clip = randomClip(network, seed);
    return { ...clip, features: clip.features.map((count) => count * factor) };
  });

const unitsOf = (network: Network): number[] =>
  network.nodes.flatMap((node) => (node.kind === 'population' && node.neuron.parameters === 'integer' ? [node.neuron.unit] : []));

function codesOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
}

describe('calibration', () => {
  const network = tinyDense();
  const exact = runPasses(network, EXACT_PASSES, context);

  it('changes nothing where the registers hold', () => {
    const quiet = sourceOf([1, 2, 3].map((seed) => randomClip(network, seed)));
    expect(lowerWithCalibration(exact, context, calibrationOf(quiet))).toEqual(lowerWithCalibration(exact, context, null));
  });

  it('makes the unit smaller until no state leaves its register', () => {
    const clips = loudClips(network, 200);
    const without = lowerWithCalibration(exact, context, null);
    expect(clips.some((clip) => [...simulateNetwork(without, clip).ranges.values()].some(({ peak }) => peak >= 2 ** 23))).toBe(true);
    const calibrated = lowerWithCalibration(exact, context, calibrationOf(sourceOf(clips)));
    expect(unitsOf(calibrated)[0]).toBeLessThan(unitsOf(without)[0]);
    for (const clip of clips) {
      for (const { overflows, peak } of simulateNetwork(calibrated, clip).ranges.values()) {
        expect(overflows).toBe(0);
        expect(peak).toBeLessThan(2 ** 23);
      }
    }
  });

  it('gives up with state-overflow where the unit would be too coarse', () => {
    expect(codesOf(() => lowerWithCalibration(exact, context, calibrationOf(sourceOf(loudClips(network, 1e6)))))).toEqual([
      'state-overflow',
    ]);
  });

  it('gives up where the unit cannot be made smaller: membranes of rotated currents that hardly leak', () => {
    const network = tinySpikeScr({ steps: 60 });
    const nodes = network.nodes.map((node) =>
      node.kind === 'population' && node.neuron.parameters === 'discrete' && node.timeline !== network.timelines[0].id
        ? { ...node, neuron: { ...node.neuron, decay: 1 } }
        : node,
    );
    const exact = runPasses({ ...network, nodes }, EXACT_PASSES, context);
    const clips = sourceOf([1, 2, 3, 4, 5, 6].map((seed) => randomClip(network, seed)));
    expect(new Set(codesOf(() => lowerWithCalibration(exact, context, calibrationOf(clips))))).toEqual(new Set(['state-overflow']));
  });

  it('counts the mean traffic of every stream', () => {
    const large = tinySpikeScr();
    const clips = [1, 2].map((seed) => randomClip(large, seed));
    const traffic = measureTraffic(large, sourceOf(clips));
    for (const node of large.nodes) {
      const counts = clips.map(
        (clip) => [...(simulateNetwork(large, clip).streams.get(node.id) ?? [])].filter((value) => value !== 0).length,
      );
      expect(traffic.get(node.id)).toBeCloseTo((counts[0] + counts[1]) / 2, 9);
    }
  });
});

describe('quantize', () => {
  it('refuses biases that leave no room for a threshold', () => {
    const network = tinyDense();
    const nodes = network.nodes.map((node) =>
      node.kind === 'population' ? { ...node, bias: new Float32Array(node.size).fill(1e5) } : node,
    );
    const exact = runPasses({ ...network, nodes }, EXACT_PASSES, context);
    expect(codesOf(() => lowerWithCalibration(exact, context, null))).toEqual(['value-out-of-range']);
  });
});
