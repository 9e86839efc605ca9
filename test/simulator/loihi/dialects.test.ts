import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXACT_PASSES, LOWERING_PASSES, type LoweringContext, runPasses } from '../../../src/passes/index.ts';
import { BRIAN2_LOIHI, CHIP, type Dialect, LAVA, NENGO_LOIHI, showCounter } from '../../../src/simulator/loihi/dialects/index.ts';
import { type EmulatedGroup, type EmulatedNet, EmulationError, emulate } from '../../../src/simulator/loihi/emulator.ts';
import { createChipSimulator } from '../../../src/simulator/loihi/index.ts';
import { LOIHI2 } from '../../../src/targets/loihi/chips/loihi2.ts';
import { loihiTarget } from '../../../src/targets/loihi/index.ts';
import { FACTS, randomClip, tinySpikeScr } from '../../support/networks.ts';

const mixed = (bits: number, exponent = 0) => ({ bits, exponent, sign: 'mixed' }) as const;

describe('rules that no golden vector isolates', () => {
  it('weights with a negative exponent: lava floors the sum, brian2-loihi and chip each weight, nengo-loihi rounds', () => {
    const brought = (dialect: Dialect) => dialect.blockInput(2 * dialect.weight(6, mixed(8, -2)), -2);
    expect(brought(LAVA)).toBe(3 * 64);
    expect(brought(BRIAN2_LOIHI)).toBe(2 * 64);
    expect(brought(CHIP)).toBe(2 * 64);
    expect(brought(NENGO_LOIHI)).toBe(4 * 64);
  });

  it('odd mixed weights: down, half to even, toward zero', () => {
    const stored = (dialect: Dialect) => [-5, -3, 3, 5].map((w) => dialect.blockInput(dialect.weight(w, mixed(8)), 0) / 64);
    expect(stored(LAVA)).toEqual([-6, -4, 2, 4]);
    expect(stored(NENGO_LOIHI)).toEqual([-4, -4, 4, 4]);
    expect(stored(BRIAN2_LOIHI)).toEqual([-4, -2, 2, 4]);
    expect(stored(CHIP)).toEqual([-4, -2, 2, 4]);
  });

  it('the edges of 24 bits', () => {
    expect([2 ** 23, -(2 ** 23)].map(LAVA.wrapCurrent)).toEqual([2 ** 23, 2 ** 23]);
    expect([2 ** 23, -(2 ** 23)].map(CHIP.wrapCurrent)).toEqual([-(2 ** 23), -(2 ** 23)]);
    expect([2 ** 23 + 5, -(2 ** 23) - 5].map(CHIP.wrapCurrent)).toEqual([5 - 2 ** 23, 2 ** 23 - 5]);
  });

  it('an accumulator of 24 bits is not seen behind a current of 24 bits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 23), max: 2 ** 23 - 1 }), fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), (left, q) => {
        expect(CHIP.wrapCurrent(left + CHIP.wrapInput(q))).toBe(CHIP.wrapCurrent(left + q));
      }),
    );
  });

  it('the counter shows for as many steps as the neuron is held', () => {
    expect([3, 2, 1, 0].map((counter) => showCounter(77, counter))).toEqual([384, 256, 128, 77]);
  });

  it('an emulator without overflow stops where integers are no longer exact', () => {
    const net = netOf([2 ** 20], [[[127]]], 60, 0);
    const [block] = net.blocks;
    const wide = { ...net, blocks: [{ ...block, synapses: { ...block.synapses, weight: Float64Array.of(2 ** 38) } }] };
    expect(() => emulate(wide, { ...BRIAN2_LOIHI, fires: () => false }, () => true)).toThrow(EmulationError);
  });
});

const filled = (size: number, value: number): Float64Array => new Float64Array(size).fill(value);

/** One input that fires in every second step into one recurrent group; weights[target][source]. */
function netOf(
  thresholds: readonly number[],
  weights: readonly number[][][],
  steps: number,
  exponent: number,
  decays: readonly [number, number] = [0, 0],
  bias = 0,
): EmulatedNet {
  const size = thresholds.length;
  const group: EmulatedGroup = {
    name: 'g',
    size,
    currentDecay: filled(size, decays[0]),
    voltageDecay: filled(size, decays[1]),
    thresholdMantissa: Float64Array.from(thresholds),
    biasMantissa: filled(size, bias),
    biasExponent: filled(size, 3),
    refractDelay: filled(size, 1),
    vMin: filled(size, 1 - 2 ** 23),
    vMax: filled(size, 2 ** 23 - 1),
  };
  const blocks = weights.map((matrix, index) => {
    const sources = matrix[0].length;
    const entries = matrix[0].flatMap((_, i) => matrix.map((row, j): [number, number] => [j, row[i]]));
    return {
      source: index === 0 ? 'in' : 'g',
      target: 'g',
      synapses: {
        first: Int32Array.from({ length: sources + 1 }, (_, i) => i * matrix.length),
        target: Int32Array.from(entries, ([target]) => target),
        weight: Float64Array.from(entries, ([, weight]) => weight),
        delay: new Uint8Array(entries.length),
      },
      exponent,
      messageBits: null,
      convolution: false,
    };
  });
  const inputSize = weights[0][0].length;
  const spikes = Array.from({ length: steps }, (_, step) => ({ step, neuron: step % inputSize, payload: 1 }));
  return { steps, inputs: [{ name: 'in', size: inputSize, spikes }], groups: [group], blocks };
}

/** The same net with its weights as the dialect stores them. */
const storedIn = (net: EmulatedNet, dialect: Dialect): EmulatedNet => ({
  ...net,
  blocks: net.blocks.map((block) => ({
    ...block,
    synapses: { ...block.synapses, weight: block.synapses.weight.map((w) => dialect.weight(w, mixed(8, block.exponent))) },
  })),
});

function record(net: EmulatedNet, dialect: Dialect): number[][] {
  const rows: number[][] = [];
  emulate(storedIn(net, dialect), dialect, (_, [group]) => {
    // + 0: no difference is made between 0 and -0.
    rows.push([...group.u, ...group.v, ...group.fired].map((x) => x + 0));
    return true;
  });
  return rows;
}

describe('chip and lava on what the compiler emits', () => {
  const even = fc.integer({ min: -128, max: 127 }).map((w) => 2 * w);
  const matrix = (columns: number) => fc.array(fc.array(even, { minLength: columns, maxLength: columns }), { minLength: 3, maxLength: 3 });

  it('agree on even weights, exponents from 0 on, no refractory period, as long as nothing overflows', () => {
    let fired = 0;
    fc.assert(
      fc.property(
        matrix(2),
        matrix(3),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 4095 }),
        fc.integer({ min: 64, max: 4096 }),
        fc.integer({ min: -4095, max: 4095 }),
        (feed, back, exponent, du, dv, bias) => {
          const net = netOf([100, 500, 2000], [feed, back], 40, exponent, [Math.max(du, 200), dv], bias);
          const rows = record(net, LAVA);
          // 4096 / 201 steps of at most 5 spikes of 256 << 9 stay below 2^23.
          expect(rows.flat().every((x) => Math.abs(x) < 2 ** 23)).toBe(true);
          expect(record(net, CHIP)).toEqual(rows);
          fired += rows.flat().length - rows.length * 6;
        },
      ),
      { numRuns: 50, seed: 1 },
    );
    expect(fired).toBeGreaterThan(100);
  });

  it('differ where something overflows: the agreement is no accident of the emulator', () => {
    const current = netOf([131071], [[[254]]], 400, 7);
    expect(record(current, CHIP)).toEqual(record(current, LAVA));
    // A current that wraps is the same in both; together with a bias, chip wraps where lava clips.
    const biased = netOf([131071], [[[254]]], 2000, 7, [0, 0], 4095);
    expect(record(biased, CHIP)).not.toEqual(record(biased, LAVA));
  });

  const context: LoweringContext = { chip: LOIHI2, weightBits: 8, unitPowerMax: new Map(), report: () => {} };

  it('emitted programs stay where all rules of chip and lava coincide', () => {
    const network = tinySpikeScr({ steps: 21, heads: 2, width: 12 });
    const lowered = runPasses(runPasses(network, EXACT_PASSES, context), LOWERING_PASSES, context);
    const { program } = loihiTarget(LOIHI2).map(lowered, { traffic: null, facts: FACTS, scaleRule: 'test', seed: 0 });
    for (const core of program.cores) {
      expect(Math.min(0, ...core.biasExponent)).toBe(0);
      for (let b = 0; b < core.blocks.length; b += 6) {
        const [, count, delay, cell, exponent, memory] = core.blocks.subarray(b, b + 6);
        expect(exponent).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(CHIP.registers.delayMax);
        if (memory === 1) continue;
        for (const w of core.weights.subarray(cell, cell + count)) {
          // An odd weight is held by blocks of positive weights only, and there is only the 1 of unit links.
          const format = { bits: 8, exponent, sign: w % 2 === 0 ? 'mixed' : 'excitatory' } as const;
          expect(CHIP.blockInput(CHIP.weight(w, format), exponent)).toBe(LAVA.blockInput(LAVA.weight(w, format), exponent));
          expect(CHIP.blockInput(CHIP.weight(w, format), exponent)).toBe(w * 2 ** exponent * 64);
        }
      }
    }
    let largest = 0;
    const probe = (_s: number, _t: number, core: number, u: Int32Array): void => {
      const { biasMantissa, biasExponent } = program.cores[core];
      u.forEach((current, c) => {
        largest = Math.max(largest, Math.abs(current), Math.abs(current + biasMantissa[c] * 2 ** biasExponent[c]));
      });
    };
    const simulator = createChipSimulator(program, LOIHI2);
    for (const seed of [1, 2, 3]) simulator.run(randomClip(network, seed), { record: false, probe });
    expect(largest).toBeGreaterThan(2 ** 14);
    expect(largest).toBeLessThan(2 ** 23);
  });
});
