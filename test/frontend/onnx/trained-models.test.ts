import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics/index.ts';
import { importOnnx } from '../../../src/frontend/onnx/index.ts';
import type { Network, NetworkNode } from '../../../src/ir/network.ts';
import { LIF } from '../../support/networks.ts';

const MODELS = ['spikescr-t100', 'spikescr-t40', 'spikescr-n128-t100', 'spikescr-n128-t40'] as const;
const root = new URL('../../../models/', import.meta.url);

interface Expected {
  readonly steps: number;
  readonly heads: number;
  readonly width: number;
  readonly classes: number;
  readonly parameters: number;
  readonly layers: readonly { readonly name: string; readonly neurons: number }[];
}

function load(model: string, form: 'loop' | 'custom'): { network: Network; warnings: Diagnostic[] } {
  const warnings: Diagnostic[] = [];
  const bytes = readFileSync(new URL(`${model}/${form}.onnx`, root));
  return { network: importOnnx(bytes, { file: `${model}.onnx`, report: (warning) => warnings.push(warning) }), warnings };
}

/** Everything but where it came from; rotary tables apart, which one form computes and the other holds. */
function comparable(network: Network) {
  const nodes = network.nodes.map(({ origin: _, ...node }) => (node.kind === 'rotary' ? { ...node, direct: null, partner: null } : node));
  return { ...network, nodes, projections: network.projections.map(({ origin: _, ...projection }) => projection) };
}

function ofKind<Kind extends NetworkNode['kind']>(network: Network, kind: Kind): Extract<NetworkNode, { kind: Kind }>[] {
  return network.nodes.filter((node): node is Extract<NetworkNode, { kind: Kind }> => node.kind === kind);
}

/** Distance in units of the last place of the larger value. */
function ulps(a: number, b: number): number {
  const bits = new Int32Array(Float32Array.of(Math.abs(a), Math.abs(b)).buffer);
  return Math.sign(a) * Math.sign(b) < 0 ? Number.POSITIVE_INFINITY : Math.abs(bits[0] - bits[1]);
}

describe.each(MODELS)('%s', (model) => {
  const expected = JSON.parse(readFileSync(new URL(`${model}/expected.json`, root), 'utf8')) as Expected;
  const { network: loop, warnings } = load(model, 'loop');
  const { network: custom } = load(model, 'custom');
  const { steps, heads, width } = expected;

  it('gives the same network from both forms', () => {
    expect(comparable(loop)).toEqual(comparable(custom));
    expect(loop.nodes.some((node, k) => node.origin.nodes.join() !== custom.nodes[k].origin.nodes.join())).toBe(true);
    const [a, b] = [ofKind(loop, 'rotary'), ofKind(custom, 'rotary')];
    expect(a).toHaveLength(2);
    a.forEach((node, k) => {
      for (const table of ['direct', 'partner'] as const) {
        const worst = Math.max(...Array.from(node[table], (value, i) => ulps(value, b[k][table][i])));
        expect(worst).toBeLessThanOrEqual(1);
      }
    });
  });

  it('recovers the layers in order, with their neurons and parameters', () => {
    const populations = ofKind(loop, 'population');
    expect(populations.map(({ name, size }) => ({ name, neurons: size }))).toEqual(expected.layers);
    for (const { neuron, payload } of populations) {
      expect(payload).toEqual({ kind: 'binary' });
      expect(neuron).toEqual(LIF);
    }
    expect(loop.parameterCount).toBe(expected.parameters);
    expect(loop.timesteps).toBe(steps);
    // The published reshape, and nothing to warn of.
    expect(warnings.map(({ code }) => code)).toEqual(['batch-dependent']);
  });

  it('says what each stream can be', () => {
    const sums = ofKind(loop, 'sum');
    expect(sums.map((node) => [node.terms.length, node.payload])).toEqual(
      [2, 3, 4, 5].map((max) => [max, { kind: 'integer', min: 0, max }]),
    );
    expect(ofKind(loop, 'input').map((node) => [node.name, node.role, node.size, node.payload])).toEqual([
      ['spikes', 'features', 140, { kind: 'integer', min: 0, max: null }],
      ['valid', 'mask', 1, { kind: 'binary' }],
    ]);
    const real = loop.nodes.filter((node) => node.payload.kind === 'real').map((node) => node.kind);
    expect(real).toEqual(['rotary', 'reorder', 'rotary', 'reorder', 'attention', 'readout']);
  });

  it('reads the scramble as the permutation of (step, neuron) that it is', () => {
    const D = width / heads;
    const permutation = new Int32Array(steps * width);
    for (let p = 0; p < heads * steps; p++) {
      const [h, t] = [Math.floor(p / steps), p % steps];
      const [tau, slot] = [Math.floor(p / heads), p % heads];
      for (let d = 0; d < D; d++) permutation[tau * width + slot * D + d] = t * width + h * D + d;
    }
    const inverse = new Int32Array(permutation.length);
    permutation.forEach((from, to) => {
      inverse[from] = to;
    });
    const reorders = ofKind(loop, 'reorder');
    expect(reorders.map((node) => node.timeline)).toEqual(['permuted-1', 'permuted-1', 'time', 'time']);
    const wanted = [permutation, permutation, inverse, inverse];
    reorders.forEach((node, k) => {
      expect(Buffer.from(node.permutation.buffer).equals(Buffer.from(wanted[k].buffer))).toBe(true);
    });
    expect(loop.timelines).toEqual([
      { id: 'time', steps, order: 'time' },
      { id: 'permuted-1', steps, order: 'permuted' },
    ]);
  });

  it('rotates pairs of neighbouring channels by the published angles', () => {
    const D = width / heads;
    for (const node of ofKind(custom, 'rotary')) {
      expect(Array.from(node.partnerOf)).toEqual(Array.from({ length: width }, (_, c) => c ^ 1));
      for (let i = 0; i < node.direct.length; i++) {
        const c = i % width;
        const theta = Math.floor(i / width) * 10000 ** ((-2 * Math.floor((c % D) / 2)) / D);
        expect(Math.abs(node.direct[i] - Math.cos(theta))).toBeLessThan(1e-4);
        expect(Math.abs(node.partner[i] - (c % 2 === 0 ? -1 : 1) * Math.sin(theta))).toBeLessThan(1e-4);
      }
    }
  });

  it('joins attention, gate and read-out', () => {
    const [attention] = ofKind(loop, 'attention');
    expect(attention.heads).toBe(heads);
    expect(attention.mask).toBe('valid');
    expect(attention.scale).toBe(Math.fround(1 / Math.sqrt(width / heads)));
    const gated = ofKind(loop, 'population').filter((node) => node.gate !== null);
    expect(gated.map((node) => [node.name, node.gate])).toEqual([['blocks.0.convolution.lif', 'blocks.0.convolution.gating.gate.lif']]);
    const readout = loop.nodes.find((node) => node.id === loop.output);
    expect(readout).toMatchObject({ kind: 'readout', size: expected.classes, bias: null, normalization: null, timeline: 'time' });
    const shapes = loop.projections.map(({ synapses }) => synapses.kind);
    expect(shapes.filter((kind) => kind === 'time-convolution')).toHaveLength(2);
    expect(shapes.filter((kind) => kind === 'one-to-one')).toHaveLength(3);
  });
});

it('lays weights out by source', () => {
  const { network } = load('spikescr-t40', 'custom');
  const synapsesOf = (target: string) => network.projections.find((projection) => projection.target === target)?.synapses;
  expect(synapsesOf('embedding_lif')).toMatchObject({
    kind: 'time-convolution',
    sources: 140,
    targets: 64,
    taps: 3,
    groups: 1,
    firstOffset: -1,
    dilation: 1,
  });
  expect(synapsesOf('blocks.0.convolution.mix_lif')).toMatchObject({
    kind: 'time-convolution',
    sources: 64,
    targets: 64,
    taps: 31,
    groups: 64,
    firstOffset: -15,
  });
  expect(synapsesOf('blocks.0.convolution.lif')).toMatchObject({ kind: 'dense', sources: 64, targets: 64 });
});
