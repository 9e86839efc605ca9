import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import type { Clip } from '../../src/ir/clip.ts';
import type { Network } from '../../src/ir/network.ts';
import type { ContinuousNeuron } from '../../src/ir/neuron.ts';
import { discretize } from '../../src/passes/discretize.ts';
import { EXACT_PASSES, LOWERING_PASSES, type LoweringContext, runPasses } from '../../src/passes/index.ts';
import { createChipSimulator } from '../../src/simulator/loihi/index.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../src/targets/loihi/index.ts';
import { dense, FACTS, input, networkOf, population, projection, readout, tinyDense } from '../support/networks.ts';

/** The neuron of the NIR paper's first experiment (neuromorphs/NIR, paper/01_lif): all numbers in seconds and volts. */
const NIR_LIF: ContinuousNeuron = {
  parameters: 'continuous',
  timeConstantS: 0.0025,
  synapticTimeConstantS: null,
  resistance: 1,
  leak: 0,
  threshold: 0.1,
  tie: 'gt',
  reset: { kind: 'to-value', value: 0 },
};
const context: LoweringContext = { chip: LOIHI2, weightBits: 8, unitPowerMax: new Map(), report: () => {}, timestepS: 1e-4 };

const networkWith = (neuron: ContinuousNeuron, steps: number, size = 1): Network =>
  networkOf({
    name: 'nir lif',
    timesteps: steps,
    nodes: [input('features', 1), population('lif', size, { neuron }), readout('logits', 1)],
    projections: [
      projection('features', 'lif', dense(1, size, new Float32Array(size).fill(1))),
      projection('lif', 'logits', dense(size, 1, new Float32Array(size).fill(1))),
    ],
    output: 'logits',
  });

function neuronOf(network: Network) {
  const node = network.nodes.find(({ name }) => name === 'lif');
  if (node?.kind !== 'population' || node.neuron.parameters !== 'discrete') throw new Error('no discrete neuron');
  return node.neuron;
}

const discrete = (neuron: ContinuousNeuron, more: Partial<LoweringContext> = {}, size = 1) =>
  neuronOf(discretize.run(networkWith(neuron, 4, size), { ...context, ...more }));

const codesOf = (action: () => unknown): string[] => {
  try {
    action();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
};

describe('discretize', () => {
  it('returns a network without continuous neurons itself', () => {
    const network = tinyDense();
    expect(discretize.run(network, context)).toBe(network);
  });

  it('steps the membrane by forward Euler, or exactly', () => {
    const neuron = { ...NIR_LIF, resistance: 3, leak: 0.5 };
    const euler = discrete(neuron);
    expect(euler).toMatchObject({ threshold: 0.1, tie: 'gt', currentDecay: null, initial: 0, reset: { kind: 'to-value', value: 0 } });
    expect(euler.decay).toBeCloseTo(0.96, 12);
    expect(euler.leak).toBeCloseTo(0.02, 12);
    expect(euler.inputGain).toBeCloseTo(0.12, 12);
    const exact = discrete(neuron, { discretization: 'exponential' });
    expect(exact.decay).toBeCloseTo(Math.exp(-0.04), 12);
    expect(exact.leak).toBeCloseTo(0.5 * (1 - Math.exp(-0.04)), 12);
    expect(exact.inputGain).toBeCloseTo(3 * (1 - Math.exp(-0.04)), 12);
  });

  it('integrates without leak, and filters through a synapse', () => {
    expect(discrete({ ...NIR_LIF, timeConstantS: null, resistance: 5 })).toMatchObject({ decay: 1, leak: 0, inputGain: 5e-4 });
    const filtered = discrete({ ...NIR_LIF, synapticTimeConstantS: 5e-4 });
    expect(filtered.currentDecay).toBeCloseTo(0.8, 12);
    expect(filtered.inputGain).toBeCloseTo(0.04 * 0.2, 12);
  });

  it('keeps what differs from neuron to neuron', () => {
    const { decay, inputGain } = discrete({ ...NIR_LIF, timeConstantS: Float64Array.of(0.001, 0.002) }, {}, 2);
    expect([...(decay as Float64Array)].map((x) => x.toFixed(6))).toEqual(['0.900000', '0.950000']);
    expect([...(inputGain as Float64Array)].map((x) => x.toFixed(6))).toEqual(['0.100000', '0.050000']);
  });

  it('needs a timestep, and one that is short enough', () => {
    expect(codesOf(() => discrete(NIR_LIF, { timestepS: null }))).toEqual(['timestep-missing']);
    expect(codesOf(() => discrete(NIR_LIF, { timestepS: 0.01 }))).toEqual(['timestep-too-long']);
    expect(codesOf(() => discrete(NIR_LIF, { timestepS: 0.01, discretization: 'exponential' }))).toEqual([]);
  });
});

describe('the chip trace of the NIR paper from its continuous parameters', () => {
  const golden = JSON.parse(readFileSync(new URL('../golden/loihi/loihi2_hw_nir_lif.json', import.meta.url), 'utf8'));
  const steps: number = golden.T;
  const features = new Float32Array(steps);
  for (const [step] of golden.inputs[0].events) features[step] = 1;
  const clip: Clip = { steps, channels: 1, features, valid: new Uint8Array(steps).fill(1), label: null };
  const lowered = runPasses(runPasses(networkWith(NIR_LIF, steps), EXACT_PASSES, context), LOWERING_PASSES, context);

  it('fires at the recorded chip steps', () => {
    const { program } = loihiTarget(LOIHI2).map(lowered, { traffic: null, facts: FACTS, scaleRule: 'test', seed: 0 });
    const trace = createChipSimulator(program, LOIHI2).run(clip, { record: true });
    const group = program.cores.flatMap((core) => core.groups).find(({ population: name }) => name === 'lif');
    const injected = program.segments[0].injections[0].start;
    const raster = [...(trace.rasters.get('lif') ?? [])].filter((_, i) => i % 2 === 0);
    // The recording counts from the step in which the first frame is sent.
    const chipSteps = raster.map((step) => step + (group?.start ?? 0) - injected);
    expect(chipSteps).toEqual([461, 511, 711, 761]);
    expect(chipSteps).toEqual(golden.expected.spikes.n.map(([step]: [number]) => step));
  });
});
