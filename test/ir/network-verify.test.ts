import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../src/frontend/onnx/index.ts';
import type { Network, NetworkNode } from '../../src/ir/network.ts';
import { verifyNetwork } from '../../src/ir/network-verify.ts';
import { EXACT_PASSES, LOWERING_PASSES, runPasses } from '../../src/passes/index.ts';
import { LOIHI2 } from '../../src/targets/loihi/chips/loihi2.ts';
import { tinyDense, tinyEverySynapse, tinyInteger, tinySpikeScr } from '../support/networks.ts';
import { replaceAt } from '../support/replace-at.ts';

const context = { chip: LOIHI2, weightBits: 8, unitPowerMax: new Map(), report: () => {} };
const lower = (network: Network): Network => runPasses(network, [...EXACT_PASSES, ...LOWERING_PASSES], context);

const SOUND = {
  dense: tinyDense(),
  synapses: tinyEverySynapse(),
  integer: tinyInteger(),
  soft: withSoftResets(tinyInteger()),
  spikescr: tinySpikeScr(),
  plain: tinySpikeScr({ scrambled: false, masked: false, depth: 2 }),
  lowered: lower(tinySpikeScr()),
};
type Base = keyof typeof SOUND;

describe('sound networks', () => {
  it.each(Object.entries(SOUND))('finds nothing in %s', (_, network) => {
    expect(verifyNetwork(network)).toEqual([]);
  });

  it('finds nothing in a trained model, as imported and lowered', () => {
    const file = new URL('../../models/spikescr-t40/custom.onnx', import.meta.url);
    const network = importOnnx(readFileSync(file), { file: 'custom.onnx', report: () => {} });
    expect(verifyNetwork(network)).toEqual([]);
    expect(verifyNetwork(lower(network))).toEqual([]);
  });
});

const at = (base: Base, name: string): number => SOUND[base].nodes.findIndex((node) => node.name === name);
const node = (base: Base, name: string): string => `nodes.${at(base, name)}`;
const into = (base: Base, name: string): string => `projections.${SOUND[base].projections.findIndex(({ target }) => target === name)}`;
const run = (base: Base, name: string): string =>
  `schedule.segments.${SOUND[base].schedule?.segments.findIndex(({ starts, injected }) => [...starts.keys()].some((id) => id === name && !injected.includes(id)))}`;
const write = `schedule.segments.${SOUND.lowered.schedule?.segments.findIndex(({ kind }) => kind === 'write')}`;

/** [network, what is changed, into what, the sentence that must come out]. */
const MUTATIONS: readonly (readonly [Base, string, unknown, string])[] = [
  ['dense', 'version', 2, 'version 2'],
  ['dense', 'timesteps', 0, '0 timesteps'],
  ['dense', 'timesteps', 7, 'timeline time: 5 steps in time, the clip has 7'],
  ['dense', 'parameterCount', -1, '-1 parameters'],
  ['dense', 'output', 'hidden', 'the output hidden is of kind population'],
  ['dense', 'output', 'nobody', 'the output nobody is not in the network'],
  ['spikescr', 'timelines.1.id', 'time', 'two timelines are called time'],
  ['dense', 'timelines.0.steps', 0.5, 'timeline time: 0.5 steps'],
  ['dense', 'timelines.0.order', 'permuted', "features: in timeline time, which is not the clip's own"],
  ['dense', 'nodes.1.id', 'features', 'two nodes are called features'],
  ['dense', 'nodes.1.name', 'features', 'two node names are called features'],
  ['spikescr', 'projections.1.id', SOUND.spikescr.projections[0].id, `two projections are called ${SOUND.spikescr.projections[0].id}`],
  ['dense', 'nodes.0.role', 'mask', 'no input for features'],
  ['spikescr', `${node('spikescr', 'valid')}.role`, 'features', '2 inputs for all features'],
  ['spikescr', `${node('spikescr', 'features')}.role`, 'mask', '2 inputs for a mask'],
  // nodes
  ['dense', 'nodes.1.size', 0, 'hidden: size 0'],
  ['dense', 'nodes.1.timeline', 'nowhere', 'hidden: timeline nowhere is not in the network'],
  ['spikescr', `${node('spikescr', 'valid')}.size`, 2, 'valid: a mask of 2 values a step'],
  ['spikescr', `${node('spikescr', 'valid')}.payload`, { kind: 'real' }, 'valid: the payload of this input is real, not binary'],
  ['dense', 'nodes.1.payload', { kind: 'real' }, 'hidden: the payload of this population is real, not binary'],
  ['dense', 'nodes.2.payload', { kind: 'binary' }, 'logits: the payload of this readout is binary, not real'],
  ['dense', 'nodes.2.scale', 0, 'logits: scale 0'],
  ['dense', 'nodes.2.scale', Number.NaN, 'logits: scale NaN'],
  ['dense', 'nodes.1.gate', 'logits', 'hidden: stands before logits, which it reads'],
  ['dense', 'nodes.1.gate', 'nobody', 'hidden: reads nobody, which is not in the network'],
  ['spikescr', `${node('spikescr', 'head.in')}.terms`, ['embed', 'head.in'], 'head.in: stands before head.in, which it reads'],
  [
    'spikescr',
    `${node('spikescr', 'block0.conv.gated')}.gate`,
    'block0.x1',
    'block0.conv.gated: its gate block0.x1 carries integer 0..2, not binary',
  ],
  [
    'spikescr',
    `${node('spikescr', 'block0.conv.gated')}.gate`,
    'block0.mlp1.first',
    'block0.conv.gated: has size 8, reads block0.mlp1.first of size 6',
  ],
  [
    'spikescr',
    `${node('spikescr', 'block0.conv.gated')}.gate`,
    'block0.q.relay',
    'block0.conv.gated: in timeline time, reads block0.q.relay of walk',
  ],
  ['spikescr', `${node('spikescr', 'block0.x1')}.terms`, [], 'block0.x1: a sum of nothing'],
  ['spikescr', `${node('spikescr', 'block0.x1')}.payload.max`, 3, 'block0.x1: the payload of this sum is integer 0..3, not integer 0..2'],
  [
    'spikescr',
    `${node('spikescr', 'block0.x1')}.terms`,
    ['embed', 'block0.q.relay'],
    'block0.x1: in timeline time, reads block0.q.relay of walk',
  ],
  ['spikescr', `${node('spikescr', 'block0.x1')}.terms`, ['embed', 'valid'], 'block0.x1: has size 8, reads valid of size 1'],
  // biases, normalizations, neurons
  ['dense', 'nodes.1.bias', new Float32Array(3), 'hidden: bias has 3 values, 4 are wanted'],
  ['dense', 'nodes.1.bias.2', Number.NaN, 'hidden: bias has NaN at 2'],
  ['dense', 'nodes.1.bias', new Int32Array(4), 'hidden: the bias of a real-valued network is Int32Array'],
  ['integer', 'nodes.1.bias', new Float32Array(3), 'hidden: the bias of an integer network is Float32Array'],
  ['spikescr', `${node('spikescr', 'embed')}.normalization.shift`, new Float32Array(7), 'embed: shift has 7 values, 8 are wanted'],
  ['spikescr', `${node('spikescr', 'embed')}.normalization.mean.7`, Number.POSITIVE_INFINITY, 'embed: mean has Infinity at 7'],
  ['spikescr', `${node('spikescr', 'embed')}.normalization.variance.3`, -1, 'embed: variance + epsilon is -0.99999 at 3'],
  ['spikescr', `${node('spikescr', 'embed')}.normalization.epsilon`, Number.NaN, 'embed: epsilon is NaN'],
  ['integer', 'nodes.1.normalization', normalizationOf(3), 'hidden: a normalization in an integer network'],
  [
    'lowered',
    `${node('lowered', 'embed')}.neuron`,
    { ...at0('dense'), parameters: 'discrete' },
    'embed: discrete neurons in an integer network',
  ],
  ['dense', 'nodes.1.neuron.decay', Number.NaN, 'hidden: decay is NaN'],
  ['dense', 'nodes.1.neuron.initial', Number.POSITIVE_INFINITY, 'hidden: initial is Infinity'],
  ['dense', 'nodes.1.neuron.reset.value', Number.NaN, 'hidden: reset is NaN'],
  ['synapses', `${node('synapses', 'time')}.neuron.decay`, new Float64Array(3), 'time: decay has 3 values, 4 are wanted'],
  ['synapses', `${node('synapses', 'time')}.neuron.threshold.1`, Number.NaN, 'time: threshold has NaN at 1'],
  ['synapses', `${node('synapses', 'ring')}.neuron.timeConstantS`, 0, 'ring: timeConstantS is not positive'],
  ['synapses', `${node('synapses', 'ring')}.neuron.resistance`, Number.NaN, 'ring: resistance is NaN'],
  ['integer', 'nodes.1.neuron.currentDecay', 4096, 'hidden: currentDecay is 4096, not an integer in 0..4095'],
  ['integer', 'nodes.1.neuron.voltageDecay', 0.5, 'hidden: voltageDecay is 0.5, not an integer in 0..4096'],
  ['integer', 'nodes.1.neuron.thresholdMantissa', 2 ** 17, 'hidden: thresholdMantissa is 131072, not an integer in 0..131071'],
  ['soft', 'nodes.1.neuron.resetAmount', 0, 'hidden: resetAmount is 0, not an integer in 1..8388607'],
  ['soft', 'nodes.1.neuron.resetAmount', Float64Array.of(1, 2 ** 23, 1), 'hidden: resetAmount is 8388608, not an integer in 1..8388607'],
  ['soft', 'nodes.1.neuron.resetAmount', Float64Array.of(1, 2), 'hidden: resetAmount has 2 values, 3 are wanted'],
  ['integer', 'nodes.1.neuron.unit', 0, 'hidden: the unit is 0'],
  // rotary, reorder, attention
  [
    'spikescr',
    `${node('spikescr', 'block0.q.rotary')}.direct`,
    new Float32Array(71),
    'block0.q.rotary: direct has 71 values, 72 are wanted',
  ],
  ['spikescr', `${node('spikescr', 'block0.q.rotary')}.partner.5`, Number.NaN, 'block0.q.rotary: partner has NaN at 5'],
  ['spikescr', `${node('spikescr', 'block0.q.rotary')}.partnerOf.0`, 8, 'block0.q.rotary: partnerOf has 8 at 0, outside 0..7'],
  ['spikescr', `${node('spikescr', 'block0.q.rotary')}.partnerOf.0`, 2, 'block0.q.rotary: channel 0 has partner 2, which has another'],
  [
    'spikescr',
    `${node('spikescr', 'block0.q.rotary')}.partnerOf`,
    new Int32Array(7),
    'block0.q.rotary: partnerOf has 7 values, 8 are wanted',
  ],
  ['spikescr', `${node('spikescr', 'block0.q.rotary')}.fractionBits`, 3, 'block0.q.rotary: 3 fraction bits'],
  ['spikescr', `${node('spikescr', 'block0.q.rotary')}.direct`, new Int32Array(72), 'block0.q.rotary: one table is real, the other not'],
  [
    'spikescr',
    `${node('spikescr', 'block0.q.rotary')}.payload`,
    { kind: 'binary' },
    'block0.q.rotary: the payload of this rotary is binary, not real',
  ],
  ['spikescr', `${node('spikescr', 'block0.q.rotary')}.source`, 'features', 'block0.q.rotary: has size 8, reads features of size 5'],
  ['lowered', `${node('lowered', 'block0.q.rotary')}.fractionBits`, 32, 'block0.q.rotary: 32 fraction bits'],
  [
    'lowered',
    `${node('lowered', 'block0.k.rotary')}.source`,
    'block0.q.rotary',
    'block0.k.rotary: integer tables hold the products of spikes, block0.q.rotary carries real',
  ],
  [
    'lowered',
    `${node('lowered', 'block0.q.rotary')}.direct`,
    new Float32Array(72),
    'block0.q.rotary: real tables in a network that is not',
  ],
  [
    'spikescr',
    `${node('spikescr', 'block0.q.walk')}.permutation`,
    new Int32Array(71),
    'block0.q.walk: permutation has 71 values, 72 are wanted',
  ],
  ['spikescr', `${node('spikescr', 'block0.q.walk')}.permutation.3`, 72, 'block0.q.walk: permutation has 72 at 3, outside 0..71'],
  ['spikescr', `${node('spikescr', 'block0.q.walk')}.permutation.3`, 0, 'block0.q.walk: permutation has 0 twice'],
  [
    'spikescr',
    `${node('spikescr', 'block0.q.walk')}.payload`,
    { kind: 'binary' },
    'block0.q.walk: the payload of this reorder is binary, not real',
  ],
  ['spikescr', `${node('spikescr', 'block0.q.walk')}.source`, 'features', 'block0.q.walk: 72 values of features, which has 45'],
  ['spikescr', `${node('spikescr', 'block0.attention')}.heads`, 3, 'block0.attention: 3 heads of 8 channels'],
  ['spikescr', `${node('spikescr', 'block0.attention')}.scale`, Number.NaN, 'block0.attention: scale NaN'],
  [
    'spikescr',
    `${node('spikescr', 'block0.attention')}.payload`,
    { kind: 'binary' },
    'block0.attention: the payload of this attention is binary, not real',
  ],
  ['spikescr', `${node('spikescr', 'block0.attention')}.query`, 'features', 'block0.attention: has size 8, reads features of size 5'],
  [
    'spikescr',
    `${node('spikescr', 'block0.attention')}.key`,
    'block0.k.relay',
    'block0.attention: its keys in timeline walk, its values in time',
  ],
  ['spikescr', `${node('spikescr', 'block0.attention')}.value`, 'nobody', 'block0.attention: reads nobody, which is not in the network'],
  ['spikescr', `${node('spikescr', 'block0.attention')}.mask`, 'features', 'block0.attention: its mask features is no mask input'],
  [
    'spikescr',
    `${node('spikescr', 'block0.attention')}.timeline`,
    'walk',
    'block0.attention: in timeline walk, reads block0.q.back of time',
  ],
  // projections
  ['dense', 'projections.0.source', 'nobody', 'projection features -> hidden: its source nobody is not in the network'],
  ['dense', 'projections.0.target', 'nobody', 'projection features -> hidden: its target nobody is not in the network'],
  ['dense', 'projections.1.target', 'features', 'projection hidden -> logits: ends in the input features'],
  ['dense', 'projections.0.source', 'logits', 'projection features -> hidden: begins in the read-out logits'],
  ['dense', 'projections.0.delaySteps', -1, 'projection features -> hidden: a delay of -1 steps'],
  ['dense', 'projections.0.delaySteps', 0.5, 'projection features -> hidden: a delay of 0.5 steps'],
  ['dense', 'projections.0.weightExponent', 1, 'projection features -> hidden: weight exponent 1 in a real-valued network'],
  ['integer', 'projections.0.weightExponent', 0.5, 'projection features -> hidden: weight exponent 0.5'],
  [
    'spikescr',
    `${into('spikescr', 'block0.q.relay')}.source`,
    'block0.q.rotary',
    'projection block0.q.walk -> block0.q.relay: from timeline time to walk',
  ],
  ['dense', 'nodes.0.size', 4, 'projection features -> hidden: 3 sources, features has 4'],
  ['dense', 'nodes.1.size', 5, 'projection features -> hidden: 4 targets, hidden has 5'],
  ['synapses', `${into('synapses', 'ring')}.source`, 'logits', 'projection time -> ring: begins in the read-out logits'],
  ['synapses', 'projections.4.delaySteps', 0, 'projection ring -> ring: recurrent, and without a delay of a step'],
  // synapses
  ['dense', 'projections.0.synapses.weights', new Float32Array(11), 'projection features -> hidden: weights has 11 values, 12 are wanted'],
  ['dense', 'projections.0.synapses.weights.4', Number.NEGATIVE_INFINITY, 'projection features -> hidden: weights has -Infinity at 4'],
  [
    'dense',
    'projections.0.synapses.weights',
    new Int16Array(12),
    'projection features -> hidden: Int16Array weights in a real-valued network',
  ],
  [
    'integer',
    'projections.0.synapses.weights',
    new Float32Array(6),
    'projection features -> hidden: Float32Array weights in an integer network',
  ],
  ['dense', 'projections.0.synapses.sources', 0, 'projection features -> hidden: synapses from 0 to 4 neurons'],
  [
    'spikescr',
    `${into('spikescr', 'block0.conv.w')}.synapses.weights`,
    new Float32Array(41),
    'projection block0.conv.u -> block0.conv.w: weights has 41 values, 40 are wanted',
  ],
  [
    'spikescr',
    `${into('spikescr', 'block0.conv.w')}.synapses.groups`,
    3,
    'projection block0.conv.u -> block0.conv.w: 3 groups of 8 source and 8 target channels',
  ],
  [
    'spikescr',
    `${into('spikescr', 'block0.conv.w')}.synapses.dilation`,
    0,
    'projection block0.conv.u -> block0.conv.w: 5 taps, dilation 0, first offset -2',
  ],
  [
    'spikescr',
    `${into('spikescr', 'block0.conv.w')}.synapses.firstOffset`,
    0.5,
    'projection block0.conv.u -> block0.conv.w: 5 taps, dilation 1, first offset 0.5',
  ],
  ['synapses', 'projections.5.synapses.weights', new Float32Array(3), 'projection ring -> logits: weights has 3 values, 4 are wanted'],
  ['synapses', 'projections.5.synapses.targets', 5, 'projection ring -> logits: one-to-one from 4 to 5 neurons'],
  ['synapses', 'projections.3.synapses.sourceIndex', new Int32Array(3), 'projection time -> ring: 4 weights, 3 sources and 4 targets'],
  ['synapses', 'projections.3.synapses.sourceIndex.3', 4, 'projection time -> ring: sourceIndex has 4 at 3, outside 0..3'],
  ['synapses', 'projections.3.synapses.targetIndex.0', -1, 'projection time -> ring: targetIndex has -1 at 0, outside 0..3'],
  ['synapses', 'projections.3.synapses.targetIndex.1', 0, 'projection time -> ring: synapse 1 is out of order (by source, target, delay)'],
  ['synapses', 'projections.3.synapses.delays', new Int32Array(3), 'projection time -> ring: delays has 3 values, 4 are wanted'],
  ['synapses', 'projections.3.synapses.delays.2', -1, 'projection time -> ring: a delay of -1 at 2'],
  ['synapses', 'projections.0.synapses.weights', new Float32Array(9), 'projection features -> space: weights has 9 values, 8 are wanted'],
  ['synapses', 'projections.0.synapses.groups', 2, 'projection features -> space: 2 groups of 1 source and 2 target channels'],
  ['synapses', 'projections.0.synapses.sourceShape', [1, 3, 4], 'projection features -> space: source shape 1x3x4 for 9 neurons'],
  ['synapses', 'projections.0.synapses.targetShape', [2, 2, 3], 'projection features -> space: 3 target columns, the window gives 2'],
  ['synapses', 'projections.0.synapses.stride', [2, 1], 'projection features -> space: 2 target rows, the window gives 1'],
  [
    'synapses',
    'projections.0.synapses.kernel',
    [0, 2],
    'projection features -> space: a shape, kernel, stride, dilation or padding is out of range',
  ],
  ['synapses', 'projections.1.synapses.sourceShape', [1, 2, 2], 'projection space -> pool: pooling from 1 to 2 channels'],
  ['synapses', 'projections.1.synapses.factor', Number.NaN, 'projection space -> pool: the factor is NaN'],
  // schedule
  ['integer', 'schedule.segments.0.index', 1, 'segment 0: is numbered 1'],
  ['integer', 'schedule.segments.0.steps', 0, 'segment 0: 0 steps'],
  ['integer', 'schedule.segments.0.steps', 5, 'segment 0: the window 2..6 of logits is not within 5 steps'],
  ['integer', 'schedule.segments.0.timeline', 'nowhere', 'segment 0: timeline nowhere is not in the network'],
  ['integer', 'schedule.segments.0.starts.hidden', -1, 'segment 0: the window -1..3 of hidden is not within 6 steps'],
  ['integer', 'schedule.segments.0.starts.hidden', 0, 'hidden: starts at step 0, too early to read features of step 0'],
  ['integer', 'schedule.segments.0.starts.logits', 1, 'logits: starts at step 1, too early to read hidden of step 1'],
  ['integer', 'schedule.segments.0.starts', new Map([['nobody', 0]]), 'segment 0: nobody is not in the network'],
  [
    'integer',
    'schedule.segments.0.starts',
    new Map([
      ['features', 0],
      ['hidden', 1],
    ]),
    'logits: runs in 0 segments',
  ],
  ['integer', 'schedule.segments.0.injected', ['features', 'logits'], 'segment 0: logits is injected before it is known'],
  ['integer', 'schedule.segments.0.injected', [], 'segment 0: the input features has a start and is not injected'],
  ['integer', 'schedule.segments.0.injected', ['features', 'nobody'], 'segment 0: nobody is injected without a start'],
  ['integer', 'schedule.segments', [segmentOf('integer'), { ...segmentOf('integer'), index: 1 }], 'hidden: runs in 2 segments'],
  ['integer', 'schedule.segments', [{ ...segmentOf('integer'), kind: 'write' }], 'segment 0: hidden runs while fast weights are written'],
  [
    'lowered',
    `${run('lowered', 'block0.conv.gated')}.starts.block0.conv.gated`,
    3,
    'block0.conv.gated: starts at step 3, too early to read block0.conv.gate of step',
  ],
  ['lowered', `${write}.kind`, 'run', 'block0.attended: reads block0.attention before its fast weights are written'],
  ['lowered', `${run('lowered', 'block0.attended')}.starts`, new Map(), 'block0.attended: runs in 0 segments'],
];

function normalizationOf(size: number): object {
  const values = new Float32Array(size).fill(1);
  return { mean: values, variance: values, scale: values, shift: values, epsilon: 1e-5 };
}

function at0(base: Base): object {
  const population = SOUND[base].nodes.find((each) => each.kind === 'population');
  if (population?.kind !== 'population') throw new Error('no population');
  return population.neuron;
}

function segmentOf(base: Base): object {
  return SOUND[base].schedule?.segments[0] ?? {};
}

describe('each rule, violated once', () => {
  it.each(MUTATIONS)('%s: %s', (base, path, replacement, sentence) => {
    const mutated = mutate(SOUND[base], path, replacement);
    expect(verifyNetwork(mutated).join('\n')).toContain(sentence);
  });

  it('says where pooling cannot be held in integers', () => {
    const network = tinyEverySynapse();
    const neuron = { parameters: 'integer', currentDecay: 4095, voltageDecay: 2048, thresholdMantissa: 1, unit: 64 } as const;
    const nodes = network.nodes.map((each) => (each.kind === 'population' ? { ...each, neuron } : each));
    expect(verifyNetwork({ ...network, nodes })).toContain('projection space -> pool: pooling has a real factor, in an integer network');
  });
});

function withSoftResets(network: Network): Network {
  const nodes = network.nodes.map((node): NetworkNode => {
    if (node.kind !== 'population' || node.neuron.parameters !== 'integer') return node;
    return { ...node, neuron: { ...node.neuron, resetAmount: Float64Array.of(1, 6400, 2 ** 23 - 1) } };
  });
  return { ...network, nodes };
}

/** A node's name may hold dots: starts are replaced as a whole. */
function mutate(network: Network, path: string, replacement: unknown): Network {
  const [before, name] = path.split('.starts.');
  if (name === undefined) return replaceAt(network, path, replacement);
  const index = Number(before.split('.').at(-1));
  const starts = new Map(network.schedule?.segments[index].starts);
  return replaceAt(network, `${before}.starts`, new Map([...starts, [name, replacement]]));
}
