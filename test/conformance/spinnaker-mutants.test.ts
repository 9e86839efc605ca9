import { describe, expect, it } from 'vitest';
import { JsonValue } from '../../src/conformance/json.ts';
import { checkLif } from '../../src/conformance/spinnaker/lif-check.ts';
import { multiplyTruncated } from '../../src/simulator/spinnaker/accum.ts';
import type { Dialect } from '../../src/simulator/spinnaker/dialect.ts';
import { fixtureFiles, goldenFiles, readFile } from './spinnaker-files.ts';

/** Ours show what no golden trace happens to: ties, a threshold tested in a refractory step, truncated products. */
const VECTORS = [...goldenFiles('lif_'), ...fixtureFiles('lif_')].map((path) => JsonValue.parse(readFile(path)));
/** exp_TC and decays are of recorded constants; without them a wrong exponential has to show in a trace. */
const withoutDerived = (file: JsonValue): JsonValue => {
  const copy = structuredClone(file.json) as { expected: { derived?: unknown } };
  delete copy.expected.derived;
  return new JsonValue(copy, '');
};

const MUTANTS: readonly (readonly [name: string, change: (dialect: Dialect) => Partial<Dialect>])[] = [
  ['products round down', () => ({ multiply: multiplyTruncated })],
  ['products round toward zero', () => ({ multiply: (x, y) => Math.trunc((x * y) / 32768) })],
  ['products round half down', () => ({ multiply: (x, y) => Math.ceil((x * y) / 32768 - 0.5) })],
  ['products are not rounded but cut one bit lower', () => ({ multiply: (x, y) => Math.floor((x * y + 8192) / 32768) })],
  ['decays round to nearest', () => ({ decay: (x, factor) => Math.round((x * factor) / 2 ** 32) })],
  ['decays round up', () => ({ decay: (x, factor) => Math.ceil((x * factor) / 2 ** 32) })],
  ['decays round toward zero', () => ({ decay: (x, factor) => Math.trunc((x * factor) / 2 ** 32) })],
  ['exp rounds to nearest', () => ({ exponential: (x) => Math.round(Math.exp(x / 32768) * 32768) })],
  ['exp is one too large', ({ exponential }) => ({ exponential: (x) => exponential(x) + 1 })],
  ['decays come of an exact exp', () => ({ exponentialFraction: (x) => Math.floor(Math.exp(x / 32768) * 2 ** 32) })],
  ['refractory periods round down', () => ({ refractorySteps: (ratio) => ratio >> 15 })],
  ['refractory periods round to nearest', () => ({ refractorySteps: (ratio) => (ratio + 16384) >> 15 })],
  ['a refractory step more', ({ refractorySteps }) => ({ refractorySteps: (ratio) => refractorySteps(ratio) + 1 })],
  ['no refractory period', () => ({ integrates: () => true })],
  ['a refractory step less', () => ({ integrates: (counter) => counter <= 1 })],
  ['a slot wraps', () => ({ accumulate: (slot, weight) => (slot + weight) % 2 ** 16 })],
  ['a slot has 15 bits', () => ({ accumulate: (slot, weight) => Math.min(slot + weight, 2 ** 15 - 1) })],
  ['a slot that is full keeps what it had', () => ({ accumulate: (slot, weight) => (slot + weight > 0xffff ? slot : slot + weight) })],
  ['a slot stops one short of 16 bits', () => ({ accumulate: (slot, weight) => Math.min(slot + weight, 0xfffe) })],
  ['delay 0 is one step', () => ({ delaySteps: (field) => Math.max(1, field) })],
  ['delay 0 is a lap less one', () => ({ delaySteps: (field, slots) => (field === 0 ? slots - 1 : field) })],
  ['delays are a step longer', () => ({ delaySteps: (field) => field + 1 })],
  ['delays are a step shorter', () => ({ delaySteps: (field) => field - 1 + 2 ** 16 })],
  ['a slot is shifted once more', ({ toInput }) => ({ toInput: (slot, shift) => toInput(slot, shift + 1) })],
  ['a slot is shifted once less', ({ toInput }) => ({ toInput: (slot, shift) => toInput(slot, shift - 1) })],
  ['a tie does not fire', () => ({ fires: (v, threshold) => v > threshold })],
  ['a refractory neuron cannot fire', ({ fires }) => ({ fires: (v, threshold, counter) => counter <= 0 && fires(v, threshold, counter) })],
  ['reset by subtraction', () => ({ reset: (v, _, threshold) => v - threshold })],
  ['reset to 0', () => ({ reset: () => 0 })],
  ['synapses decay before the neuron reads them', () => ({ order: ['transfer', 'shape', 'update', 'deliver'] })],
  ['synapses decay before new weights arrive', () => ({ order: ['shape', 'transfer', 'update', 'deliver'] })],
  ['new weights arrive after the neuron', () => ({ order: ['update', 'transfer', 'shape', 'deliver'] })],
  ['synapses do not decay', () => ({ order: ['transfer', 'update', 'deliver'] })],
  ['spikes are delivered before slots are read', () => ({ order: ['deliver', 'transfer', 'update', 'shape'] })],
  ['spikes are not delivered', () => ({ order: ['transfer', 'update', 'shape'] })],
];

describe('single wrong rules are caught by the traces', () => {
  it.each(MUTANTS)('%s', (_, change) => {
    const caught = VECTORS.some((file) => checkLif(withoutDerived(file), (dialect) => ({ ...dialect, ...change(dialect) })) !== null);
    expect(caught).toBe(true);
  });

  it('and an unchanged rule by none', () => {
    expect(VECTORS.map((file) => checkLif(withoutDerived(file), ({ ...rules }) => rules))).toEqual(VECTORS.map(() => null));
  });
});
