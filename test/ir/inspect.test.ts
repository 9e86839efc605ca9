import { describe, expect, it } from 'vitest';
import { type InspectedNetwork, inspectNetwork } from '../../src/ir/inspect.ts';
import { describeModel } from '../../src/ir/model-facts.ts';
import { tinyDense, tinyEverySynapse, tinyInteger, tinySpikeScr } from '../support/networks.ts';

const edge = ({ projections }: InspectedNetwork, from: string, to: string) =>
  projections.filter((projection) => projection.from === from && projection.to === to).map(({ from: _, to: __, ...rest }) => rest);

const kindOf = (inspection: InspectedNetwork, name: string): string | undefined =>
  inspection.populations.find((each) => each.name === name)?.kind;

describe('inspectNetwork', () => {
  const spikescr = inspectNetwork(tinySpikeScr());

  it('shows 17 populations at depth 1 and 33 at depth 2', () => {
    expect(spikescr.populations).toHaveLength(17);
    expect(inspectNetwork(tinySpikeScr({ depth: 2 })).populations).toHaveLength(33);
    expect(spikescr).toMatchObject({ timesteps: 9, classes: 3, model: { file: 'handmade.onnx', format: 'onnx' } });
  });

  it('shows what a population is and where it came from', () => {
    expect(spikescr.populations[0]).toEqual({
      name: 'embed',
      origin: { file: 'handmade.onnx', recogniser: 'handmade', nodes: ['/embed'] },
      neurons: 8,
      kind: 'LIF',
      parameters: {
        decay: 0.5,
        leak: 0,
        inputGain: 1,
        currentDecay: null,
        threshold: 1,
        fires: 'v >= threshold',
        reset: 'to 0',
        initial: 0,
      },
      lookahead: 1,
      lookaheadTotal: 1,
      dependsOn: 'lookahead',
    });
  });

  it('shows what every edge carries', () => {
    expect(edge(spikescr, 'features', 'embed')).toEqual([
      { kind: 'time-convolution', role: null, payload: 'integer 0..', synapses: 120, lookahead: 1 },
    ]);
    expect(edge(spikescr, 'embed', 'block0.q')).toEqual([{ kind: 'dense', role: null, payload: 'binary', synapses: 64, lookahead: 0 }]);
    expect(edge(spikescr, 'block0.q', 'block0.q.rotary')).toEqual([
      { kind: 'rotary', role: null, payload: 'binary', synapses: 0, lookahead: 0 },
    ]);
    expect(edge(spikescr, 'block0.q.rotary', 'block0.q.walk')).toEqual([
      { kind: 'reorder', role: null, payload: 'real', synapses: 0, lookahead: null },
    ]);
    expect(edge(spikescr, 'block0.q.walk', 'block0.q.relay')).toEqual([
      { kind: 'one-to-one', role: null, payload: 'real', synapses: 0, lookahead: 0 },
    ]);
    expect(edge(spikescr, 'block0.v', 'block0.attention')).toEqual([
      { kind: 'attention', role: 'value', payload: 'binary', synapses: 0, lookahead: null },
    ]);
    expect(edge(spikescr, 'valid', 'block0.attention')).toEqual([
      { kind: 'attention', role: 'mask', payload: 'binary', synapses: 0, lookahead: null },
    ]);
    expect(edge(spikescr, 'block0.conv.gate', 'block0.conv.gated')).toEqual([
      { kind: 'gate', role: 'gate', payload: 'binary', synapses: 0, lookahead: 0 },
    ]);
    expect(edge(spikescr, 'head.in', 'logits')).toEqual([
      { kind: 'dense', role: null, payload: 'integer 0..5', synapses: 24, lookahead: 0 },
    ]);
  });

  it.each([tinyDense, tinyEverySynapse, tinySpikeScr])('counts the synapses that the report counts', (build) => {
    const network = build();
    const total = inspectNetwork(network).projections.reduce((sum, { synapses }) => sum + synapses, 0);
    expect(total).toBe(describeModel(network, { file: '', sha256: '' }).synapses);
    expect(total).toBeGreaterThan(0);
  });

  it('shows operations, and which of them need the whole clip', () => {
    const kinds = (wholeClip: boolean) =>
      new Set(spikescr.operations.filter((each) => each.wholeClip === wholeClip).map(({ kind }) => kind));
    expect(kinds(true)).toEqual(new Set(['reorder', 'attention']));
    expect(kinds(false)).toEqual(new Set(['rotary', 'sum', 'readout']));
    expect(spikescr.operations.find(({ name }) => name === 'block0.x2')?.inputs).toEqual(['embed', 'block0.out', 'block0.mlp1.second']);
  });

  it('says why each segment begins', () => {
    expect(spikescr.segments.map(({ reason }) => reason)).toEqual([
      'the clip begins',
      'block0.q.walk, block0.k.walk need the whole clip',
      'block0.q.back, block0.k.back, block0.attention need the whole clip',
    ]);
    expect(spikescr.segments[0].buffered).toContainEqual({ stream: 'block0.q.rotary', values: 72, payload: 'real' });
    expect(spikescr.segments[2].populations).toHaveLength(11);
  });

  it('names neurons by what they do', () => {
    const every = inspectNetwork(tinyEverySynapse());
    expect(kindOf(every, 'time')).toBe('CUBA-LIF');
    expect(kindOf(every, 'ring')).toBe('LIF');
    expect(every.populations.find(({ name }) => name === 'time')?.parameters).toMatchObject({
      decay: '0.5..1 per neuron',
      fires: 'v > threshold',
      reset: 'by subtraction',
    });
    expect(kindOf(inspectNetwork(tinyInteger()), 'hidden')).toBe('LIF');
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(spikescr))).toEqual(spikescr);
  });
});
