import { describe, expect, it } from 'vitest';
import { networksEqual, ulpsBetween } from '../../src/ir/equal.ts';
import { tinyDense, tinyEverySynapse, tinyInteger, tinySpikeScr } from '../support/networks.ts';
import { replaceAt } from '../support/replace-at.ts';

/** The next float32. */
function above(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  view.setInt32(0, view.getInt32(0) + (value < 0 ? -1 : 1));
  return view.getFloat32(0);
}

describe('networksEqual', () => {
  it.each([tinyDense, tinyEverySynapse, tinyInteger, tinySpikeScr])('finds no difference between two that were built alike', (build) => {
    expect(networksEqual(build(), build())).toBeNull();
  });

  it.each([
    ['nodes.1.size', 5, 'nodes.1.size: 4, 5'],
    ['nodes.1.name', 'other', 'nodes.1.name: "hidden", "other"'],
    ['nodes.1.bias', null, 'nodes.1.bias: Float32Array[4], null'],
    ['nodes.1.bias', new Float32Array(3), 'nodes.1.bias: Float32Array[4], Float32Array[3]'],
    ['nodes.1.bias', new Int32Array(4), 'nodes.1.bias: Float32Array[4], Int32Array[4]'],
    ['nodes.1.neuron.leak', -0, 'nodes.1.neuron.leak: 0, -0'],
    ['nodes', [], 'nodes: 3 entries, 0 entries'],
    ['projections.1.synapses.weights.7', 9, 'projections.1.synapses.weights[7]: '],
  ])('names the first difference: %s', (path, value, difference) => {
    expect(networksEqual(tinyDense(), replaceAt(tinyDense(), path, value))).toContain(difference);
  });

  it('looks into schedules', () => {
    const other = replaceAt(tinyInteger(), 'schedule.segments.0.starts.logits', 3);
    expect(networksEqual(tinyInteger(), other)).toBe('schedule.segments.0.starts.1.1: 2, 3');
  });

  it('ignores origins where it is told to', () => {
    const other = replaceAt(tinyDense(), 'nodes.1.origin.recogniser', 'other');
    expect(networksEqual(tinyDense(), other)).toBe('nodes.1.origin.recogniser: "handmade", "other"');
    expect(networksEqual(tinyDense(), other, { ignoreOrigin: true })).toBeNull();
  });

  it('lets rotary tables, and nothing else, differ in the last place', () => {
    const network = tinySpikeScr();
    const index = network.nodes.findIndex(({ kind }) => kind === 'rotary');
    const rotary = network.nodes[index];
    if (rotary.kind !== 'rotary') throw new Error('no rotary node');
    const near = replaceAt(network, `nodes.${index}.partner.17`, above(rotary.partner[17]));
    expect(networksEqual(network, near)).toContain(`nodes.${index}.partner[17]: `);
    expect(networksEqual(network, near, { ulps: 1 })).toBeNull();
    const farther = replaceAt(near, `nodes.${index}.partner.17`, above(above(rotary.partner[17])));
    expect(networksEqual(network, farther, { ulps: 1 })).not.toBeNull();
    const { synapses } = network.projections[0];
    const first = 'weights' in synapses && synapses.weights !== null ? synapses.weights[0] : 0;
    const weight = replaceAt(network, 'projections.0.synapses.weights.0', above(first));
    expect(networksEqual(network, weight, { ulps: 1 })).toContain('projections.0.synapses.weights[0]');
  });
});

describe('ulpsBetween', () => {
  it('counts float32 steps, across zero too', () => {
    const least = 2 ** -149;
    expect(ulpsBetween(1, 1 + 2 ** -23)).toBe(1);
    expect(ulpsBetween(1, 1 - 2 ** -24)).toBe(1);
    expect(ulpsBetween(0, -0)).toBe(0);
    expect(ulpsBetween(-least, 2 * least)).toBe(3);
    expect(ulpsBetween(1, Number.NaN)).toBe(Number.POSITIVE_INFINITY);
  });
});
