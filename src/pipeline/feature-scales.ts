import { type Diagnostic, diagnostic, failure, type Report } from '../diagnostics/index.ts';
import type { ClipSource } from '../ir/clip.ts';
import type { InputNode, Network, NetworkNode } from '../ir/network.ts';
import { REAL } from '../ir/payload.ts';
import { describeQuantized, FRACTION_BITS_MAX, type QuantizedChannels, quantizedMax } from '../ir/quantized-features.ts';
import { roundHalfEven } from '../ir/round.ts';
import { isInteger } from './integer-network.ts';

/** Largest magnitude of real-valued features: of all inputs, or of those that are named. */
export type InputRange = number | ReadonlyMap<string, number>;

/** How features become integers, as far as the user says so. */
export interface FeatureOptions {
  /** Bits of such an integer, sign included; null: `INPUT_BITS_DEFAULT`, where features are real. */
  readonly inputBits?: number | null;
  /** null: as the data have it. */
  readonly inputRange?: InputRange | null;
}

/** With 8, decisions are as in float on all but a few clips in a hundred (docs/quantization.md). */
const INPUT_BITS_DEFAULT = 8;

/** Clips to find ranges in. */
export interface RangeData {
  readonly clips: ClipSource;
  /** The clips are those that figures are given for. */
  readonly measuredOn: boolean;
}

export interface FeatureScales {
  readonly quantized: readonly QuantizedChannels[];
  /** How they were chosen, for the report; '' where nothing is quantized. */
  readonly rule: string;
  /** Mean of every channel in `data`, as the integers that are sent; null: no data, or nothing is quantized. */
  readonly means: Float64Array | null;
}

/**
 * Which features are real, and the powers of two that they are rounded with: of the range that was declared, or else of that of `data`, where an
 * input holds real numbers if any value is not whole. The largest power is taken at which the range fits its bits. Throws `input-range-missing`
 * and `bad-arguments` for options that could not be followed.
 */
export function chooseFeatureScales(
  network: Network,
  options: FeatureOptions & { readonly report: Report },
  data: RangeData | null,
): FeatureScales {
  const { inputBits = null, inputRange = null } = options;
  if (isInteger(network)) {
    refuseOptions(options);
    return { quantized: [], rule: '', means: null };
  }
  const inputs = separateInputs(network);
  const survey = data === null ? null : surveyFeatures(data);
  const ranges = inputRange === null ? measuredRanges(inputs, survey) : declaredRanges(inputs, inputRange);
  if (inputBits !== null && ranges.size === 0) throw nothingToQuantize(data);
  const bits = inputBits ?? INPUT_BITS_DEFAULT;
  const origin =
    inputRange !== null || data === null ? 'as declared' : data.measuredOn ? 'of the data that are run' : `of ${data.clips.file}`;
  const chosen = [...ranges].map(([input, range]) => ({ input, range, part: scaleOf(input, range, bits) }));
  const quantized = chosen.map(({ part }) => part);
  if (inputRange === null && data?.measuredOn === true && quantized.length > 0)
    options.report(sameData(chosen.map(({ input }) => input.name)));
  return {
    quantized,
    means: quantized.length === 0 || survey === null ? null : sentMeans(survey, quantized),
    rule: chosen
      .map(({ input, range, part }) => `features of ${input.name}: ${describeQuantized(part)}, range ${range} ${origin}`)
      .join('; '),
  };
}

/** The network with the payload of its features as they are: real where they will be quantized. */
export function withRealFeatures(network: Network, quantized: readonly QuantizedChannels[]): Network {
  if (quantized.length === 0) return network;
  const nodes = network.nodes.map((node): NetworkNode => {
    if (node.kind !== 'input' || node.role !== 'features') return node;
    const { firstChannel = 0, size } = node;
    const reads = quantized.some((part) => part.firstChannel < firstChannel + size && firstChannel < part.firstChannel + part.channels);
    return reads ? { ...node, payload: REAL } : node;
  });
  return { ...network, nodes };
}

/** A network in integers reads whole numbers as it was trained to. */
function refuseOptions({ inputBits = null, inputRange = null }: FeatureOptions): void {
  if (inputBits === null && inputRange === null) return;
  const option = inputRange === null ? '--input-bits' : '--input-range';
  throw failure('bad-arguments', `${option} is given, and the network is in integers already`, {
    notes: ['weights of a lava-dl network are a chip’s integers: they read whole numbers, as the network was trained to'],
    help: `leave ${option} out`,
  });
}

/** Inputs that have a range of their own: the parts of a clip, or the one that reads it whole. */
function separateInputs({ nodes }: Network): readonly InputNode[] {
  const features = nodes.filter((node): node is InputNode => node.kind === 'input' && node.role === 'features');
  const whole = features.find(({ firstChannel }) => firstChannel === undefined);
  return whole === undefined ? features : [whole];
}

function declaredRanges(inputs: readonly InputNode[], range: InputRange): ReadonlyMap<InputNode, number> {
  if (typeof range === 'number') return new Map(inputs.map((input) => [input, range]));
  const unknown = [...range.keys()].filter((name) => !inputs.some((input) => input.name === name));
  if (unknown.length > 0) {
    throw failure('bad-arguments', `there is no input ${unknown.map((name) => `\`${name}\``).join(', ')} to give a range to`, {
      notes: [`inputs: ${inputs.map(({ name }) => name).join(', ')}`],
    });
  }
  return new Map(inputs.flatMap((input) => (range.has(input.name) ? [[input, range.get(input.name) ?? 0]] : [])));
}

/** Largest magnitudes of the inputs that hold a value that is not whole. */
function measuredRanges(inputs: readonly InputNode[], survey: Survey | null): ReadonlyMap<InputNode, number> {
  if (survey === null) return new Map();
  const channelsOf = ({ firstChannel = 0, size }: InputNode) => [firstChannel, firstChannel + size] as const;
  const real = inputs.filter((input) => survey.fractions.subarray(...channelsOf(input)).some((has) => has === 1));
  return new Map(real.map((input) => [input, Math.max(...survey.largest.subarray(...channelsOf(input)))]));
}

/** What was seen of each channel. */
interface Survey {
  readonly largest: Float64Array;
  readonly mean: Float64Array;
  /** 1: some value was not whole. */
  readonly fractions: Uint8Array;
}

/** null: frames that were made of events, which hold counts. */
function surveyFeatures({ clips }: RangeData): Survey | null {
  if (clips.framing !== null && clips.realValued !== true) return null;
  const { count, channels } = clips;
  const [largest, sum, fractions] = [new Float64Array(channels), new Float64Array(channels), new Uint8Array(channels)];
  let steps = 0;
  for (let index = 0; index < count; index++) {
    const clip = clips.clip(index);
    steps += clip.steps;
    clip.features.forEach((value, i) => {
      const channel = i % channels;
      largest[channel] = Math.max(largest[channel], Math.abs(value));
      sum[channel] += value;
      if (!Number.isInteger(value)) fractions[channel] = 1;
    });
  }
  return { largest, mean: sum.map((value) => value / Math.max(1, steps)), fractions };
}

/** Means as the integers that are sent. */
function sentMeans({ mean }: Survey, quantized: readonly QuantizedChannels[]): Float64Array {
  const sent = mean.slice();
  for (const { firstChannel, channels, fractionBits } of quantized) {
    for (let c = firstChannel; c < firstChannel + channels; c++) sent[c] *= 2 ** fractionBits;
  }
  return sent;
}

function scaleOf({ firstChannel = 0, size }: InputNode, range: number, bits: number): QuantizedChannels {
  const most = quantizedMax(bits);
  let fractionBits = FRACTION_BITS_MAX;
  while (fractionBits > -FRACTION_BITS_MAX && roundHalfEven(range * 2 ** fractionBits) > most) fractionBits--;
  return { firstChannel, channels: size, bits, fractionBits };
}

const sameData = (inputs: readonly string[]): Diagnostic =>
  diagnostic('input-range-from-data', `the range of ${inputs.join(', ')} is that of the clips that are run`, {
    notes: ['ranges and means of features, by which they become integers, were taken from the clips that accuracy is given for'],
  });

function nothingToQuantize(data: RangeData | null): Error {
  if (data === null) return failure('input-range-missing', '--input-bits is given, and nothing says how large the features are');
  return failure('bad-arguments', `--input-bits is given, and the features of ${data.clips.file} are whole numbers`, {
    notes: ['whole numbers are sent as they are; with --input-range, they are quantized too'],
    help: 'leave --input-bits out, or give --input-range',
  });
}
