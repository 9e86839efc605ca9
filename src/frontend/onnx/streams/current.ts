import type { Normalization } from '../../../ir/network.ts';
import type { Synapses, WeightValues } from '../../../ir/synapses.ts';
import type { Call } from '../context.ts';
import { elementCount } from '../tensors/tensor.ts';
import { type CurrentBase, type NodeBase, type StreamValue, soleTerm, type Term } from '../values.ts';
import { settle } from './settle.ts';

/** The input current that these synapses bring from a stream. */
export function currentFrom(source: NodeBase, synapses: Synapses, nodes: readonly string[]): CurrentBase {
  return {
    kind: 'current',
    steps: source.steps,
    size: synapses.targets,
    timeline: source.timeline,
    incoming: [{ source: source.node.id, synapses }],
    bias: null,
    normalization: null,
    gate: null,
    nodes,
  };
}

/** The value as a view of an input current, read as is; null where it is anything else. */
export function currentTerm(value: StreamValue): (Term & { readonly base: CurrentBase }) | null {
  const term = soleTerm(value);
  return term !== null && term.base.kind === 'current' && term.scale === 1 ? { ...term, base: term.base } : null;
}

/**
 * One value per element, the same in every step, as one value per channel of the current that the term views; null where one channel
 * would get two different values. Channels out of view get 0: nobody reads them.
 */
export function perChannel(term: Term, values: ArrayLike<number>): Float32Array | null {
  const { size } = term.base;
  const result = new Float32Array(size);
  const known = new Uint8Array(size);
  for (let e = 0; e < values.length; e++) {
    const from = term.index === null ? e : term.index[e];
    if (from < 0) return null;
    const channel = from % size;
    if (known[channel] === 1 && result[channel] !== values[e]) return null;
    known[channel] = 1;
    result[channel] = values[e];
  }
  return result;
}

/** The same view of another current. */
export const withBase = (value: StreamValue, term: Term, base: CurrentBase): StreamValue => ({ ...value, terms: [{ ...term, base }] });

/**
 * The current [rows, channels] that a neuron or read-out integrates when it walks `value` along its leading axes. A stream that is no
 * current arrives one to one, times its factor; what is added arrives together. Throws `unsupported-pattern` where the view is not the same
 * channels in every step.
 */
export function currentOf(call: Call, value: StreamValue, rows: number): CurrentBase {
  const term = soleTerm(value);
  if (term === null && value.terms.some(({ base }) => base.kind === 'current')) return sumOfCurrents(call, value, rows);
  if (term === null || term.base.kind !== 'current') return oneToOne(call, value, rows);
  if (term.scale !== 1) throw call.unsupported('an input current is multiplied by a constant', ['scale the weights instead']);
  const { base } = term;
  if (base.steps !== rows) throw call.unsupported(`a current of ${base.steps} steps is read in ${rows} steps`);
  const width = elementCount(value.shape) / rows;
  if (term.index === null) {
    if (width === base.size) return base;
    throw call.unsupported(`a current of ${base.size} channels is read as ${width}`);
  }
  const channels = term.index.slice(0, width);
  const steady = term.index.every((from, e) => from >= 0 && from === Math.floor(e / width) * base.size + channels[e % width]);
  if (!steady) throw call.unsupported('an input current is reordered in time before a neuron reads it');
  return selectChannels(call, base, channels);
}

/** Currents through several layers, and spikes that arrive one to one, in one current. */
function sumOfCurrents(call: Call, value: StreamValue, rows: number): CurrentBase {
  if (value.offset !== 0) throw call.unsupported('a constant is added to a sum of input currents');
  const streams = value.terms.filter(({ base }) => base.kind !== 'current');
  const parts = [
    ...value.terms.filter(({ base }) => base.kind === 'current').map((term) => [term]),
    ...(streams.length === 0 ? [] : [streams]),
  ].map((terms) => currentOf(call, { ...value, terms }, rows));
  const [first] = parts;
  if (parts.some(({ size, timeline }) => size !== first.size || timeline !== first.timeline))
    throw call.unsupported('input currents of different order in time are added');
  if (parts.some(({ normalization, gate }) => normalization !== null || gate !== null))
    throw call.unsupported('a normalised or gated input current is added to another', ['fold the normalisation into the layer first']);
  const biases = parts.flatMap(({ bias }) => bias ?? []);
  return {
    ...first,
    incoming: parts.flatMap(({ incoming }) => incoming),
    bias: biases.length === 0 ? null : Float32Array.from({ length: first.size }, (_, n) => biases.reduce((sum, bias) => sum + bias[n], 0)),
    nodes: parts.flatMap(({ nodes }) => nodes),
  };
}

function oneToOne(call: Call, value: StreamValue, rows: number): CurrentBase {
  const term = soleTerm(value);
  const factor = term !== null && term.base.kind === 'node' && typeof term.scale === 'number' ? term.scale : 1;
  if (!Number.isFinite(factor)) throw call.fail('non-finite-weight', `a stream is multiplied by ${factor}`);
  const plain = term !== null && factor !== 1 ? { ...value, terms: [{ ...term, scale: 1 }] } : value;
  const node = settle(call, plain, rows);
  const weights = factor === 1 ? null : new Float32Array(node.size).fill(factor);
  return currentFrom(node, { kind: 'one-to-one', sources: node.size, targets: node.size, weights }, []);
}

function selectChannels(call: Call, base: CurrentBase, channels: Int32Array): CurrentBase {
  if (channels.length === base.size && channels.every((channel, k) => channel === k)) return base;
  if (base.gate !== null) throw call.unsupported('channels of a gated current are selected');
  const values = (all: Float32Array): Float32Array => Float32Array.from(channels, (channel) => all[channel]);
  const { normalization } = base;
  return {
    ...base,
    size: channels.length,
    incoming: base.incoming.map(({ source, synapses }) => ({ source, synapses: selectTargets(call, synapses, channels) })),
    bias: base.bias === null ? null : values(base.bias),
    normalization: normalization === null ? null : selectNormalization(normalization, values),
  };
}

function selectNormalization(normalization: Normalization, values: (all: Float32Array) => Float32Array): Normalization {
  const { mean, variance, scale, shift, epsilon } = normalization;
  return { mean: values(mean), variance: values(variance), scale: values(scale), shift: values(shift), epsilon };
}

/** The synapses that end in these targets. Rows belong to sources, so each row is cut. */
function selectTargets(call: Call, synapses: Synapses, channels: Int32Array): Synapses {
  const { kind, sources, targets } = synapses;
  const cut = (weights: WeightValues, rows: number): Float32Array => {
    const kept = new Float32Array(rows * channels.length);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < channels.length; k++) kept[row * channels.length + k] = weights[row * targets + channels[k]];
    }
    return kept;
  };
  if (kind === 'dense') return { ...synapses, targets: channels.length, weights: cut(synapses.weights, sources) };
  if (kind === 'time-convolution' && synapses.groups === 1) {
    return { ...synapses, targets: channels.length, weights: cut(synapses.weights, synapses.taps * sources) };
  }
  throw call.unsupported(`some channels of a current through ${kind} synapses are selected`, [
    'accepted here: dense synapses, and convolutions over time in one group',
  ]);
}
