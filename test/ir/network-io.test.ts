import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/index.ts';
import { decodeArray, encodeArray } from '../../src/ir/array-text.ts';
import { networksEqual } from '../../src/ir/equal.ts';
import { inspectNetwork } from '../../src/ir/inspect.ts';
import type { Network } from '../../src/ir/network.ts';
import { loadNetwork, saveNetwork } from '../../src/ir/network-io.ts';
import { printNetwork } from '../../src/ir/network-print.ts';
import { EXACT_PASSES, LOWERING_PASSES, type LoweringContext, runPasses } from '../../src/passes/index.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { tinyDense, tinyEverySynapse, tinyInteger, tinySpikeScr } from '../support/networks.ts';
import { replaceAt } from '../support/replace-at.ts';

const lowered = (): Network =>
  runPasses<LoweringContext>(tinySpikeScr(), [...EXACT_PASSES, ...LOWERING_PASSES], {
    chip: LOIHI2,
    weightBits: 8,
    unitPowerMax: new Map(),
    report: () => {},
  });

/** `code: message` of everything that is said of a file. */
const complaintsOf = async (text: string): Promise<readonly string[]> => {
  try {
    await loadNetwork(text, 'network.json');
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    for (const { places } of error.diagnostics) expect(places[0].file).toBe('network.json');
    return error.diagnostics.map(({ code, message }) => `${code}: ${message}`);
  }
  return [];
};

describe('saving and loading', () => {
  it.each([
    ['dense', tinyDense()],
    ['every synapse', tinyEverySynapse()],
    ['integer', tinyInteger()],
    ['SpikeSCR', tinySpikeScr({ depth: 2 })],
    ['lowered', lowered()],
  ])('gives %s back', async (_, network) => {
    const text = saveNetwork(network);
    const loaded = await loadNetwork(text, 'network.json');
    expect(networksEqual(loaded, network)).toBeNull();
    expect(saveNetwork(loaded)).toBe(text);
    for (const [index, segment] of (network.schedule?.segments ?? []).entries()) {
      expect([...(loaded.schedule?.segments[index].starts ?? [])]).toEqual([...segment.starts]);
    }
  });

  it('keeps what projections share, and saves it once', async () => {
    const network = lowered();
    const shared = (of: Network): readonly number[] =>
      of.projections.map(({ synapses }) => of.projections.findIndex((other) => other.synapses === synapses));
    const loaded = await loadNetwork(saveNetwork(network), 'network.json');
    expect(shared(loaded)).toEqual(shared(network));
    expect(new Set(shared(network)).size).toBeLessThan(network.projections.length);
  });

  it('keeps -0, in arrays and alone', async () => {
    const network = replaceAt(replaceAt(tinyDense(), 'nodes.1.bias.0', -0), 'nodes.1.neuron.leak', -0);
    const loaded = await loadNetwork(saveNetwork(network), 'network.json');
    expect(networksEqual(loaded, network)).toBeNull();
    expect(networksEqual(loaded, replaceAt(network, 'nodes.1.neuron.leak', 0))).toBe('nodes.1.neuron.leak: -0, 0');
  });

  it('does not save numbers that could not be read back', () => {
    expect(() => saveNetwork(replaceAt(tinyDense(), 'nodes.1.bias.0', Number.NaN))).toThrow('bias has NaN at 0');
    expect(() => saveNetwork(replaceAt(tinyDense(), 'nodes.1.neuron.threshold', Number.POSITIVE_INFINITY))).toThrow(
      'threshold is Infinity',
    );
  });

  it('keeps every bit of an array', () => {
    const bits = (array: Float32Array | Float64Array | Int16Array | Int32Array) =>
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    fc.assert(
      fc.property(fc.constantFrom(Float32Array, Float64Array, Int16Array, Int32Array), fc.uint8Array({ maxLength: 80 }), (Type, bytes) => {
        const whole = bytes.slice(0, bytes.length - (bytes.length % Type.BYTES_PER_ELEMENT));
        const array = new Type(whole.buffer);
        const back = decodeArray(encodeArray(array));
        expect(back?.constructor).toBe(Type);
        expect(back === null ? null : bits(back)).toEqual(bits(array));
      }),
    );
  });

  it('keeps arrays that are longer than a call may have arguments', () => {
    const array = Int32Array.from({ length: 300_000 }, (_, i) => i * 7919);
    expect(decodeArray(encodeArray(array))).toEqual(array);
  });
});

describe('files that are not networks', () => {
  const text = saveNetwork(tinyDense());
  const json: Readonly<Record<string, unknown>> = JSON.parse(text);
  const changed = (path: string, value: unknown): string => JSON.stringify(replaceAt(json, path, value));

  it.each([
    ['nothing', '', 'it is not JSON'],
    ['cut short', text.slice(0, text.length / 2), 'it is not JSON'],
    ['an array', '[]', 'it holds no JSON object'],
    ['null', 'null', 'it holds no JSON object'],
    ['nested without end', '['.repeat(200_000), 'it is not JSON'],
    ['no version', '{}', 'states no version'],
    ['a version in words', changed('version', '1'), 'states no version'],
    ['another field', JSON.stringify({ ...json, more: 1 }), '`more`'],
    ['a missing field', JSON.stringify({ ...json, nodes: undefined }), "required property 'nodes'"],
    ['a node of no kind', changed('nodes.1.kind', 'layer'), '`nodes.1` value of tag "kind" must be in oneOf'],
    ['an enormous size', changed('nodes.1.size', 1e12), '`nodes.1.size` must be <= 1048576'],
    ['an enormous delay', changed('projections.0.delaySteps', 1e9), '`projections.0.delaySteps` must be <= 1048576'],
    ['an array of another length', changed('nodes.1.bias.length', 5), '`nodes.1.bias` is not 5 values of float32'],
    ['an array that claims gigabytes', changed('nodes.1.bias.length', 2 ** 40), '`nodes.1.bias` is not 1099511627776 values'],
    ['an array that is no base64', changed('nodes.1.bias.base64', '*'.repeat(24)), '`nodes.1.bias.base64` must match pattern'],
    ['an array with padding too soon', changed('nodes.1.bias.base64', `${'A'.repeat(21)}=`), '`nodes.1.bias` is not 4 values'],
    ['an array of another type', changed('nodes.1.bias.type', 'int64'), '`nodes.1.bias'],
    ['NaN in an array', changed('nodes.1.bias.base64', encodeArray(Float32Array.of(1, Number.NaN, 0, 0)).base64), 'bias has NaN at 1'],
    ['synapses that are not there', changed('projections.0.synapses', 2), 'there are no synapses 2'],
    ['a read-out that is not there', changed('output', 'nobody'), 'the output nobody is not in the network'],
    ['an operand that is not there', changed('projections.0.source', 'nobody'), 'its source nobody is not in the network'],
  ])('refuses %s', async (_, hostile, sentence) => {
    const complaints = await complaintsOf(hostile);
    expect(complaints.join('\n')).toContain(sentence);
    for (const complaint of complaints) expect(complaint).toMatch(/^program-malformed: /);
  });

  it('refuses another version by name', async () => {
    expect(await complaintsOf(changed('version', 2))).toEqual(['version-unsupported: the network has version 2']);
    expect(await complaintsOf(changed('version', 0))).toEqual(['version-unsupported: the network has version 0']);
  });

  it('refuses two starts of one node', async () => {
    const saved = JSON.parse(saveNetwork(tinyInteger()));
    saved.schedule.segments[0].starts.push({ node: 'hidden', step: 1 });
    expect(await complaintsOf(JSON.stringify(saved))).toEqual(['program-malformed: a node has two starts in one segment']);
  });

  it('refuses streams that would fill the memory', async () => {
    const steps = 2 ** 20;
    const large = { ...json, timesteps: steps, timelines: [{ id: 'time', steps, order: 'time' }] };
    const nodes = (json.nodes as { kind: string }[]).map((node) => (node.kind === 'input' ? { ...node, size: 2 ** 20 } : node));
    const complaints = await complaintsOf(JSON.stringify({ ...large, nodes, projections: [], synapses: [] }));
    expect(complaints.join()).toMatch(/^program-malformed: the streams of one clip have \d+ values$/);
  });

  it('follows sums of sums of sums without doubling its work at each', async () => {
    const saved = JSON.parse(saveNetwork(tinyDense()));
    const [features, hidden, logits] = saved.nodes;
    const sums = Array.from({ length: 50 }, (_, k) => {
      const before = k === 0 ? 'hidden' : `sum${k - 1}`;
      const payload = { kind: 'integer', min: 0, max: 2 ** (k + 1) };
      const { origin, timeline, size } = hidden;
      return { kind: 'sum', id: `sum${k}`, name: `sum${k}`, size, timeline, payload, origin, terms: [before, before] };
    });
    const starts = Object.entries({ features: 0, hidden: 1, logits: 2, sum49: 0 }).map(([node, step]) => ({ node, step }));
    const segment = { index: 0, kind: 'run', timeline: 'time', steps: 20, starts, injected: ['features', 'sum49'] };
    const network = { ...saved, nodes: [features, hidden, ...sums, logits], schedule: { segments: [segment] } };
    expect(await complaintsOf(JSON.stringify(network))).toEqual(['program-malformed: segment 0: sum49 is injected before it is known']);
  });

  it('survives any value in any place: a diagnostic, or a network that can be printed and inspected', async () => {
    const saved: unknown = JSON.parse(saveNetwork(tinyInteger()));
    const places = pathsOf(saved, '');
    const value = fc.oneof(
      fc.jsonValue(),
      fc.integer(),
      fc.constantFrom('features', 'hidden', 'logits', 'time', -0, 1e308, 2 ** 31, 2 ** 20),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), value, async (path, replacement) => {
        const mutated = JSON.stringify(replaceAt(saved, path, replacement));
        if ((await complaintsOf(mutated)).length > 0) return;
        const network = await loadNetwork(mutated, 'network.json');
        expect(printNetwork(network)).toContain('features');
        expect(inspectNetwork(network).populations).toHaveLength(1);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

/** The paths of all fields and entries below a value. */
function pathsOf(value: unknown, prefix: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, child]) => {
    const path = prefix === '' ? field : `${prefix}.${field}`;
    return [path, ...pathsOf(child, path)];
  });
}
