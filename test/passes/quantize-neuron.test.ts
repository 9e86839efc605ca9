import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import type { Network, NetworkNode } from '../../src/ir/network.ts';
import type { DiscreteNeuron, IntegerNeuron, Reset } from '../../src/ir/neuron.ts';
import type { LoweringContext } from '../../src/passes/pass.ts';
import { quantize } from '../../src/passes/quantize.ts';
import { quantizeNeuron } from '../../src/passes/quantize-neuron.ts';
import { timesOfCurrent } from '../../src/passes/quantize-reset.ts';
import { LOIHI1 } from '../../src/targets/loihi/chips/loihi1.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { LIF, population, readout, tinyDense } from '../support/networks.ts';

const context: LoweringContext = { chip: LOIHI2, weightBits: 8, unitPowerMax: new Map(), report: () => {} };
const UNIT = 2 ** 16;

const soft = (amount?: number | Float64Array): Reset =>
  amount === undefined ? { kind: 'by-subtraction' } : { kind: 'by-subtraction', amount };
const made = (change: Partial<DiscreteNeuron>, unit = UNIT, given = context) =>
  quantizeNeuron({ ...LIF, threshold: 1, ...change } as DiscreteNeuron & { threshold: number }, unit, given);

describe('resets in whole numbers', () => {
  it.each<[string, Partial<DiscreteNeuron>, number | Float64Array | undefined]>([
    ['to a value', {}, undefined],
    ['by the threshold', { reset: soft() }, UNIT],
    ['by the threshold, which is another', { reset: soft(), threshold: 0.3 }, 19661],
    ['by another amount, to the nearest unit', { reset: soft(1 / 0.9) }, 72818],
    ['neuron by neuron', { reset: soft(Float64Array.of(1, 2.00001, 0.5)) }, Float64Array.of(65536, 131073, 32768)],
    ['neuron by neuron, which comes to the same', { reset: soft(Float64Array.of(1, 1.0000001)) }, UNIT],
  ])('%s', (_, change, expected) => {
    expect(made(change)).toMatchObject({ neuron: { unit: UNIT } });
    expect((made(change) as { neuron: IntegerNeuron }).neuron.resetAmount).toEqual(expected);
  });

  it('that take away more than a potential holds, or less than a unit, are none', () => {
    expect(made({ reset: soft(127.9) })).toMatchObject({ neuron: { resetAmount: 8382054 } });
    expect(made({ reset: soft(128) })).toBe('takes 8388608 units away at a spike');
    expect(made({ reset: soft(Float64Array.of(1, 2 ** -18)) })).toBe('takes 0 units away at a spike');
  });
});

describe('ties', () => {
  const facts = (change: Partial<DiscreteNeuron>, given = context) => {
    const found = made(change, UNIT, given);
    if (typeof found === 'string') throw new Error(found);
    return [found.neuron.tie, found.bonus, 1024 - found.neuron.thresholdMantissa];
  };

  it('cost a unit in every step, or steps of the threshold; of soft resets neither where the chip can be told', () => {
    const coarse = { ...context, biasExponentLeast: 6 };
    const registers = { ...context, chip: LOIHI1 };
    expect(facts({ tie: 'gt' })).toEqual([undefined, 0, 0]);
    expect(facts({ tie: 'gt', reset: soft() })).toEqual([undefined, 0, 0]);
    expect(facts({ tie: 'ge' })).toEqual([undefined, 1, 0]);
    expect(facts({ tie: 'ge' }, coarse)).toEqual([undefined, 0, 1]);
    expect(facts({ tie: 'ge', reset: soft() })).toEqual(['ge', 0, 0]);
    expect(facts({ tie: 'ge', reset: soft() }, coarse)).toEqual(['ge', 0, 0]);
    expect(facts({ tie: 'ge', reset: soft() }, registers)).toEqual([undefined, 1, 0]);
  });
});

describe('units', () => {
  /** tinyDense with soft resets and weights that ask for fine units. */
  const fine = (amount: number): Network => {
    const network = tinyDense();
    const nodes = network.nodes.map((node): NetworkNode => {
      if (node.kind !== 'population' || node.neuron.parameters !== 'discrete') return node;
      return { ...node, bias: null, neuron: { ...node.neuron, reset: soft(amount) } };
    });
    const projections = network.projections.map((projection) => {
      const { synapses } = projection;
      return synapses.kind !== 'dense'
        ? projection
        : { ...projection, synapses: { ...synapses, weights: Float32Array.from(synapses.weights, (weight) => weight / 64) } };
    });
    return { ...network, nodes, projections };
  };
  const unitOf = (amount: number): number | undefined =>
    quantize.run(fine(amount), context).nodes.flatMap(({ kind, ...node }) => {
      const { neuron } = node as { neuron?: IntegerNeuron };
      return kind === 'population' && neuron !== undefined ? [Math.log2(neuron.unit)] : [];
    })[0];

  it('are smaller where what a spike takes away would not fit', () => {
    expect([1, 31.9, 32, 100, 1000].map(unitOf)).toEqual([18, 18, 17, 16, 13]);
    expect(() => unitOf(10000)).toThrow(DiagnosticError);
    expect(() => unitOf(10000)).toThrow(/population hidden takes 10240000 units away at a spike/);
  });
});

describe('the room for sums of attention', () => {
  it('is what a leak lets add up, where spikes do not clear it', () => {
    const node = (change: Partial<DiscreteNeuron>) => population('p', 2, { neuron: { ...LIF, ...change } });
    expect(timesOfCurrent(node({ decay: 0.75 }), 100)).toBe(1);
    expect(timesOfCurrent(node({ decay: 0.75, reset: soft() }), 100)).toBe(4);
    expect(timesOfCurrent(node({ decay: Float64Array.of(0.5, 0.75), reset: soft() }), 3)).toBe(3);
    expect(timesOfCurrent(node({ decay: 1, reset: soft() }), 100)).toBe(100);
    expect(timesOfCurrent(readout('r', 2), 100)).toBe(1);
  });
});
