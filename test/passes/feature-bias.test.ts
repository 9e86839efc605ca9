import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/ir/network.ts';
import { verifyNetwork } from '../../src/ir/network-verify.ts';
import { quantizeFeatures, runPasses } from '../../src/passes/index.ts';
import { quantize } from '../../src/passes/quantize.ts';
import { splitFeatureBias, splitPowerMax } from '../../src/passes/split-feature-bias.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { splitBias } from '../../src/targets/loihi/split-bias.ts';
import { centred, dense, input, networkOf, population, projection, readout } from '../support/networks.ts';
import { seededRandom, uniform } from '../support/random.ts';

describe('a bias of many thresholds', () => {
  it('is the sum of what registers and spikes bring, to a few units, whatever the bits of a weight', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 16 }),
        fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 6 }),
        (bits, values) => {
          const unit = 2 ** Math.min(18, splitPowerMax(values, bits, LOIHI2));
          const bias = Float64Array.from(values, (value) => value * unit);
          const { register, spikes } = splitFeatureBias(bias, bits, LOIHI2);
          const { count = 0, mantissas = new Int16Array(), exponent = 0 } = spikes ?? {};
          expect(count).toBeLessThanOrEqual(4);
          expect(exponent).toBeLessThanOrEqual(LOIHI2.limits.weightExponent.value);
          for (const mantissa of mantissas) expect(Math.abs(mantissa) <= 254 && mantissa % 2 ** Math.max(1, 9 - bits) === 0).toBe(true);
          bias.forEach((wanted, n) => {
            let sum = register[n];
            for (let spike = 0; spike < count; spike++) sum += mantissas[spike * bias.length + n] * 64 * 2 ** exponent;
            // A register of 12 bits and exponents up to 7.
            expect(splitBias(register[n], LOIHI2.limits)).not.toBeNull();
            expect(Math.abs(sum - wanted)).toBeLessThanOrEqual(64);
          });
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

const random = seededRandom(5);
const [TAPS, SOURCES, TARGETS, STEPS] = [3, 4, 5, 6];
/** Features around -60, and a bias that makes up for them. */
const weights = uniform(random, TAPS * SOURCES * TARGETS, -0.02, 0.02);
const bias = Float32Array.from({ length: TARGETS }, (_, n) => {
  let sum = 0;
  for (let i = n; i < weights.length; i += TARGETS) sum += weights[i] * 60;
  return sum + 6 * n;
});
const network = networkOf({
  name: 'far from zero',
  timesteps: STEPS,
  nodes: [input('features', SOURCES), population('hidden', TARGETS, { bias }), readout('logits', 2)],
  projections: [
    projection('features', 'hidden', centred(SOURCES, TARGETS, TAPS, 1, weights)),
    projection('hidden', 'logits', dense(TARGETS, 2, uniform(random, 2 * TARGETS, -1, 1))),
  ],
  output: 'logits',
});

function lowered(featureMeans: Float64Array | null, made: Network = network): Network {
  const part = { firstChannel: 0, channels: SOURCES, bits: 8, fractionBits: 0 };
  const report = (): void => {};
  const exact = runPasses(made, [quantizeFeatures], { report, quantized: [part] });
  return runPasses(exact, [quantize], { report, chip: LOIHI2, weightBits: 8, unitPowerMax: new Map(), featureMeans });
}

describe('biases beside real-valued features', () => {
  it('take off what rounding adds on average, in units; their rest comes through spikes of every step', () => {
    const means = Float64Array.of(-60, -55.5, -70, -61);
    const made = lowered(means);
    expect(verifyNetwork(made)).toEqual([]);
    const hidden = made.nodes.find(({ id }) => id === 'hidden');
    if (hidden?.kind !== 'population' || hidden.neuron.parameters !== 'integer') throw new Error('no integer population');
    const { unit } = hidden.neuron;
    expect(unit).toBe(2 ** 18);
    const [features, spikes] = ['features', 'bias.hidden'].map((source) => made.projections.find((each) => each.source === source));
    if (features?.synapses.kind !== 'time-convolution' || spikes?.synapses.kind !== 'dense') throw new Error('no projections');
    for (let n = 0; n < TARGETS; n++) {
      // Mean current over the steps of a clip, of which the first and the last have two taps inside.
      let error = 0;
      for (let t = 0; t < STEPS; t++) {
        for (let tap = 0; tap < TAPS; tap++) {
          const from = t + tap - 1;
          if (from < 0 || from >= STEPS) continue;
          for (let c = 0; c < SOURCES; c++) {
            const at = (tap * SOURCES + c) * TARGETS + n;
            error += ((features.synapses.weights[at] * 64 * 2 ** features.weightExponent - weights[at] * unit) * means[c]) / STEPS;
          }
        }
      }
      let brought = hidden.bias?.[n] ?? 0;
      for (let k = n; k < spikes.synapses.weights.length; k += TARGETS)
        brought += spikes.synapses.weights[k] * 64 * 2 ** spikes.weightExponent;
      expect(Math.abs(error)).toBeGreaterThan(0);
      expect(Math.abs(brought - (bias[n] * unit + 1 - error))).toBeLessThanOrEqual(8);
    }
  });

  it('stay as they are where the mean is not known, and where features are counts', () => {
    const unknown = lowered(null).nodes.find(({ id }) => id === 'hidden');
    const known = lowered(new Float64Array(SOURCES).fill(-60)).nodes.find(({ id }) => id === 'hidden');
    expect(unknown).not.toEqual(known);
    const counts = runPasses(network, [quantize], { report: () => {}, chip: LOIHI2, weightBits: 8, unitPowerMax: new Map() });
    expect(counts.nodes.some(({ id }) => id === 'bias.hidden')).toBe(false);
  });
});
