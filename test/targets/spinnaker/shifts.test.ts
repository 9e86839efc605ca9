import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/index.ts';
import type { SpinnakerCore } from '../../../src/ir/spinnaker-core.ts';
import { createCoreSimulator } from '../../../src/simulator/spinnaker/core-simulator.ts';
import { ROUNDED } from '../../../src/simulator/spinnaker/dialect.ts';
import { ProblemLog } from '../../../src/simulator/spinnaker/problem-log.ts';
import { assembleCore } from '../../../src/targets/spinnaker/images/assemble.ts';
import { chooseShifts, type ShiftOptions } from '../../../src/targets/spinnaker/shifts/choose-shifts.ts';
import type { ReceptorPart, ScaledProjection } from '../../../src/targets/spinnaker/shifts/incoming.ts';
import { largerSlots, measureSlots } from '../../../src/targets/spinnaker/shifts/measure-slots.ts';
import { expectedLargest, shiftAbove, worstCase } from '../../../src/targets/spinnaker/shifts/spynnaker-rules.ts';
import { rawWeight, weightUnit } from '../../../src/targets/spinnaker/weights.ts';
import { below, seededRandom } from '../../support/random.ts';
import { plainContent, SOURCE_KEY } from '../../support/spinnaker-cores.ts';

const part = (edit: Partial<ReceptorPart>): ReceptorPart => ({
  projection: 'p',
  synapses: 1,
  mean: 0,
  variance: 0,
  largest: 0,
  fanInMax: 1,
  delaysVary: false,
  spikesPerStepMax: 1,
  ...edit,
});

/** All-to-all, one delay: weight(source, target). */
function dense(
  sources: number,
  targets: number,
  weight: (i: number, j: number) => number,
  edit: Partial<ScaledProjection> = {},
): ScaledProjection {
  const pairs = Array.from({ length: sources * targets }, (_, k) => [Math.floor(k / targets), k % targets] as const);
  return {
    projection: 'p',
    target: pairs.map(([, j]) => j),
    weight: pairs.map(([i, j]) => weight(i, j)),
    delay: pairs.map(() => 1),
    spikesPerStepMax: 1,
    ...edit,
  };
}

const options = (neurons: number, edit: Partial<ShiftOptions> = {}): ShiftOptions => ({
  neurons,
  stepMs: 1,
  measured: null,
  margin: 0.25,
  ...edit,
});

describe('raw weights', () => {
  it('round half to even and lose their sign', () => {
    expect([0.5, 1.5, 2.5, -2.5, 2.6].map((units) => rawWeight(units * weightUnit(3), 3))).toEqual([0, 2, 2, 2, 3]);
    expect([weightUnit(0), weightUnit(9)]).toEqual([2 ** -15, 1 / 64]);
  });
});

describe('the rules of sPyNNaker', () => {
  it('take the power of two above the largest value', () => {
    expect([0, 0.3, 0.999, 1, 1.001, 2, 392, 512].map(shiftAbove)).toEqual([0, 0, 0, 1, 1, 2, 9, 10]);
  });

  it('give 784 inputs of up to 0.5 a unit of 1/64', () => {
    const layer = part({ synapses: 7840, mean: 0.1, largest: 0.5, fanInMax: 784 });
    expect([worstCase([layer], 1), expectedLargest([layer], 1)]).toEqual([392, 392]);
    expect(weightUnit(shiftAbove(392))).toBe(1 / 64);
  });

  // Their formula with log-gamma and the incomplete gamma function, evaluated in Python.
  it.each([
    [0.5, 0.25, 200, 1, 9.840485534084529],
    [0.1, 0.05, 784, 1, 5.0620976751737174],
    [2, 0, 50, 0.1, 4.172983346207417],
    [0.3, 0.2, 5000, 1, 67.07271708970183],
  ])('expect a mean of %d, sigma %d, of %d inputs to stay below mean + 5 sigma', (mean, sigma, inputs, stepMs, expected) => {
    const varied = part({ synapses: inputs, mean, variance: sigma ** 2, largest: mean + 3 * sigma, fanInMax: inputs, delaysVary: true });
    expect(expectedLargest([varied], stepMs)).toBeCloseTo(expected, 8);
  });

  it('never expect more than the worst case, nor less than one weight', () => {
    expect(expectedLargest([part({ mean: 1, largest: 1, fanInMax: 2, delaysVary: true })], 1)).toBeCloseTo(0.06 + 5 * Math.sqrt(0.06), 8);
    // In a step of a second, 30 Hz is 30 spikes; one that fires once a step at most brings one weight.
    const slow = part({ mean: 1, largest: 1, delaysVary: true });
    expect([1, null].map((spikesPerStepMax) => expectedLargest([{ ...slow, spikesPerStepMax }], 1000))).toEqual([1, 30]);
    expect(expectedLargest([part({ mean: 0.01, largest: 7, fanInMax: 3, delaysVary: true })], 1)).toBe(7);
  });
});

describe('chooseShifts', () => {
  it('splits a projection by sign and scales each receptor by itself', () => {
    const { receptors, projections } = chooseShifts([dense(8, 2, (i) => (i < 2 ? 0.25 : -4))], options(2));
    expect(receptors.map(({ shift, bound, guaranteed, basis }) => [shift, bound, guaranteed, basis])).toEqual([
      [0, 0.5, true, 'bound'],
      [4, 24, true, 'bound'],
    ]);
    expect(projections.map(({ receptor, weightBits }) => [receptor, weightBits])).toEqual([
      [0, 14],
      [1, 14],
    ]);
  });

  it('wins what the bound of the true weights leaves of the worst case, with a guarantee', () => {
    // One weight of 0.5 in 100; the others are small.
    const { receptors, projections } = chooseShifts([dense(100, 3, (i, j) => (i === j ? 0.5 : 0.01))], options(3));
    expect(receptors[0]).toMatchObject({ shift: 0, basis: 'bound', guaranteed: true, measured: null, worstCaseShift: 6 });
    expect(projections[0]).toMatchObject({ wonOverWorstCase: 6, weightBits: 15, lost: 0, lostInWorstCase: 0 });
  });

  it('follows measured sums with a margin, and says that nothing is guaranteed', () => {
    const layer = dense(784, 10, () => 0.5);
    const measured = [new Float64Array(10).fill(20), new Float64Array(10)];
    const { receptors, projections } = chooseShifts([layer], options(10, { measured }));
    // 25 = 20 with a quarter more: a slot of shift 4 holds 32.
    expect(receptors[0]).toMatchObject({ shift: 4, basis: 'measured', guaranteed: false, measured: 20, bound: 392, worstCaseShift: 9 });
    expect(projections[0]).toMatchObject({ wonOverWorstCase: 5, weightBits: 11 });
    expect(chooseShifts([layer], options(10, { measured, margin: 0.7 })).receptors[0].shift).toBe(5);
    // Room for the rounding of 784 weights: 31.8 fits, 31.9 does not.
    expect(chooseShifts([layer], options(10, { measured: measured.map((a) => a.map((v) => v * 1.272)) })).receptors[0].shift).toBe(4);
    expect(chooseShifts([layer], options(10, { measured: measured.map((a) => a.map((v) => v * 1.276)) })).receptors[0].shift).toBe(5);
  });

  it('leaves room for a single weight even where nothing was measured', () => {
    const measured = [new Float64Array(1), new Float64Array(1)];
    const { receptors } = chooseShifts([dense(50, 1, () => 3.9)], options(1, { measured }));
    expect(receptors[0]).toMatchObject({ shift: 1, basis: 'measured', guaranteed: false });
  });

  it('takes one grid for both signs where that is asked for', () => {
    const layer = dense(8, 2, (i) => (i < 2 ? 0.25 : -4));
    const { receptors, projections } = chooseShifts([layer], options(2, { common: true }));
    expect(receptors.map(({ shift, guaranteed }) => [shift, guaranteed])).toEqual([
      [4, true],
      [4, true],
    ]);
    expect(projections.map(({ weightBits, wonOverWorstCase }) => [weightBits, wonOverWorstCase])).toEqual([
      [10, -4],
      [14, 1],
    ]);
  });

  it('knows no bound of sources that send any number of spikes', () => {
    const counted = dense(10, 1, () => 1, { spikesPerStepMax: null });
    expect(chooseShifts([counted], options(1)).receptors[0]).toMatchObject({
      shift: 4,
      basis: 'worst-case',
      guaranteed: false,
      bound: null,
    });
    const measured = [Float64Array.of(70), new Float64Array(1)];
    expect(chooseShifts([counted], options(1, { measured })).receptors[0]).toMatchObject({ shift: 6, basis: 'measured', bound: null });
    const upTo70 = { ...counted, spikesPerStepMax: 70 };
    expect(chooseShifts([upTo70], options(1, { measured })).receptors[0]).toMatchObject({ shift: 6, bound: 700, worstCaseShift: 10 });
  });

  it('counts the weights that are lost', () => {
    const layer = dense(200, 2, (i) => (i === 0 ? 4 : 0.001));
    const { projections } = chooseShifts([layer], options(2));
    // 800 in the worst case: a unit of 1/32. The true sum is 4.2.
    expect(projections[0]).toMatchObject({ wonOverWorstCase: 8, lost: 0, lostInWorstCase: 398 });
  });

  it('refuses a measurement that its own bound forbids', () => {
    const measured = [Float64Array.of(3), new Float64Array(1)];
    expect(() => chooseShifts([dense(2, 1, () => 1)], options(1, { measured }))).toThrow('spikesPerStepMax is too low');
  });

  it('keeps its promises on a core: guaranteed slots hold all inputs at once, and the next smaller shift does not', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 20; round++) {
      const neurons = 1 + below(random, 4);
      const sources = 2 + below(random, 30);
      const scale = 2 ** (below(random, 8) - 3);
      const layer = dense(sources, neurons, () => scale * (random() - 0.5));
      const { receptors } = chooseShifts([layer], options(neurons));
      for (const down of [0, 1]) {
        const shifts = Uint32Array.from(receptors, ({ shift }) => Math.max(0, shift - down));
        if (down === 1 && receptors.every(({ shift }) => shift === 0)) continue;
        expect(holds(layer, sources, neurons, shifts), `round ${round}, ${down} bits less`).toBe(down === 0);
      }
    }
  });
});

/** Whether every weight fits and no slot saturates when all sources fire at once. */
function holds(layer: ScaledProjection, sources: number, neurons: number, shifts: Uint32Array): boolean {
  const log = new ProblemLog();
  const first = Int32Array.from({ length: sources + 1 }, (_, i) => i * neurons);
  const incoming = [{ key: SOURCE_KEY, mask: 0xffff0000, cores: null, projections: [{ ...layer, first }] }];
  let core: SpinnakerCore;
  try {
    core = assembleCore(plainContent({ neurons, shifts, incoming }), 'core 0');
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === 'weight-wrapped')) return false;
    throw error;
  }
  const simulator = createCoreSimulator(core, 'core 0', ROUNDED, log);
  simulator.tick(0);
  for (let i = 0; i < sources; i++) simulator.receive(SOURCE_KEY + i, 0);
  return log.counts['slot-saturated'] === 0;
}

describe('measureSlots', () => {
  it('finds the largest sum that arrives in one step, by receptor and neuron', () => {
    const projection = {
      first: Int32Array.of(0, 2, 4),
      target: [0, 1, 0, 1],
      weight: [1, -2, 0.5, 3],
      delay: [1, 1, 2, 1],
      spikes: [/* step 0 */ 0, 1, /* 1 */ 1, 0, /* 2 */ 2, 1],
    };
    // Neuron 0: step 2 has 1 (sent in 1) and 0.5 (sent in 0); step 3 has 2 of one source twice; step 4 0.5.
    expect(measureSlots([projection], 2, 3)).toEqual([Float64Array.of(2, 3), Float64Array.of(0, 4)]);
    expect(measureSlots([projection, projection], 2, 2)).toEqual([Float64Array.of(3, 6), Float64Array.of(0, 4)]);
  });

  it('agrees with the slots of a core', () => {
    const random = seededRandom(11);
    const [sources, neurons, steps] = [12, 4, 20];
    const layer = dense(sources, neurons, () => Math.round(200 * (random() - 0.5)) * weightUnit(0));
    const delays = Array.from(layer.weight, () => 1 + below(random, 4));
    const first = Int32Array.from({ length: sources + 1 }, (_, i) => i * neurons);
    const spikes = Uint8Array.from({ length: steps * sources }, () => (random() < 0.3 ? 1 : 0));
    const projection = { ...layer, delay: delays, first };
    const incoming = [{ key: SOURCE_KEY, mask: 0xffff0000, cores: null, projections: [projection] }];
    const simulator = createCoreSimulator(assembleCore(plainContent({ neurons, incoming }), 'core 0'), 'core 0', ROUNDED, new ProblemLog());
    for (let step = 0; step < steps + 4; step++) {
      simulator.tick(step);
      for (let i = 0; i < sources; i++) if (spikes[step * sources + i] === 1) simulator.receive(SOURCE_KEY + i, step);
    }
    const measured = measureSlots([{ ...projection, spikes }], neurons, steps);
    expect([...simulator.slotMaxima]).toEqual(measured.flatMap((values) => [...values].map((value) => value / weightUnit(0))));
  });

  it('takes the larger of two runs', () => {
    expect(largerSlots([Float64Array.of(1, 5)], [Float64Array.of(2, 3)])).toEqual([Float64Array.of(2, 5)]);
  });
});
