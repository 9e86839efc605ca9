/**
 * A network in the exchange format of lava-dl (`.net`, an HDF5 file; lava-nc/lava-dl at d825ac5, slayer/block/base.py writes it and
 * netx/hdf5.py reads it): layers in a row, each reading the one before it. This is the format's one definition here: what a layer holds, under
 * which names, in which types.
 */
export interface LavaNet {
  readonly layers: readonly NetLayer[];
}

/**
 * Loihi's CUBA-LIF as the file says it: u = dec(u, iDecay) + 64 a, v = dec(v, vDecay) + u + 64 bias, a spike where v > 64 vThMant, then v = 0.
 * `iDecay` and `vDecay` are whole decays, 0..4096.
 */
export interface NetNeuron {
  readonly iDecay: number;
  readonly vDecay: number;
  readonly vThMant: number;
}

/** Neurons of an input layer are driven by weight * x + bias. */
export interface NetInputNeurons {
  readonly neuron: NetNeuron;
  readonly weight: number;
  /** In units of 64. */
  readonly bias: number;
}

interface Layered<Neuron extends NetNeuron | null = NetNeuron> {
  readonly neuron: Neuron;
  /** In units of 64, one a neuron (dense) or a channel (conv, pool). */
  readonly bias: Int32Array | null;
}

type Pair = readonly [number, number];
/** (channels, rows, columns). */
type Shape = readonly [number, number, number];

/** Windows are (rows, columns). Weights are integers in -256..254, row-major. */
export type NetLayer =
  /** (channels, rows, columns), or a row of values. */
  | { readonly kind: 'input'; readonly shape: readonly number[]; readonly neurons: NetInputNeurons | null }
  | { readonly kind: 'flatten' }
  /** The mean of each of `outputs` runs of neurons. */
  | { readonly kind: 'average'; readonly outputs: number }
  /** Without neurons: a read-out of weighted sums. */
  | (Layered<NetNeuron | null> & {
      readonly kind: 'dense';
      readonly inFeatures: number;
      readonly outFeatures: number;
      /** [out][in]; after a flatten layer, `in` runs over (channel, row, column). */
      readonly weight: Int16Array;
      /** [out][out], of spikes of the step before; null: the layer is not recurrent. */
      readonly weightRec: Int16Array | null;
      /** Steps, one an output or, where their numbers differ, one an input; null: none. */
      readonly delay: Int32Array | null;
    })
  | (Layered & {
      readonly kind: 'conv';
      readonly shape: Shape;
      readonly inChannels: number;
      readonly kernelSize: Pair;
      readonly stride: Pair;
      readonly padding: Pair;
      readonly dilation: Pair;
      readonly groups: number;
      /** [out channel][in channel of its group][row][column], as a cross-correlation takes it. */
      readonly weight: Int16Array;
      /** Steps, the same for all synapses. */
      readonly delay: number;
    })
  | (Layered & {
      readonly kind: 'pool';
      readonly shape: Shape;
      readonly kernelSize: Pair;
      readonly stride: Pair;
      readonly padding: Pair;
      readonly dilation: Pair;
      /** Of every place of the window. */
      readonly weight: number;
      readonly delay: number;
    });

/** The file has no exponent of a bias: readers shift by this much. */
export const NET_BIAS_EXPONENT = 6;
/** Longer delays are cut by lava-dl. */
export const NET_DELAY_MAX = 62;
/** Of an input layer that has neurons and no weight: 1.0 in units of 64. */
export const NET_INPUT_WEIGHT = 64;
/** Units of the membrane potential for 1.0 in training: weights count 1/64 there, and 64 units here. */
export const NET_UNIT = 2 ** 12;
/** The largest threshold of the register: 64 units below the largest potential. */
export const NET_THRESHOLD_MAX = 2 ** 17 - 1;
/** The threshold of layers that never fire, one bit above the register: v does not reach it. */
export const NET_NO_THRESHOLD = 2 ** 18 - 1;

/** A dataset of the file. An empty shape is a scalar. */
export type NetDataset =
  | { readonly type: 'text'; readonly value: string }
  /** Text of fixed length in an array of one. */
  | { readonly type: 'tag'; readonly value: string }
  | { readonly type: 'integer'; readonly shape: readonly number[]; readonly values: readonly number[] }
  | { readonly type: 'flag'; readonly value: boolean }
  | { readonly type: 'real'; readonly shape: readonly number[]; readonly values: ArrayLike<number> };

const integer = (value: number): NetDataset => ({ type: 'integer', shape: [], values: [value] });
const integers = (values: readonly number[]): NetDataset => ({ type: 'integer', shape: [values.length], values });
const reals = (values: ArrayLike<number>, ...shape: readonly number[]): NetDataset => ({ type: 'real', shape, values });

/** Datasets of a layer by their path under `layer/<index>`. */
export function netDatasets(layer: NetLayer): ReadonlyMap<string, NetDataset> {
  return new Map(Object.entries(fieldsOf(layer)).filter((entry): entry is [string, NetDataset] => entry[1] !== null));
}

function fieldsOf(layer: NetLayer): Readonly<Record<string, NetDataset | null>> {
  const type: NetDataset = { type: 'tag', value: layer.kind === 'dense' && layer.weightRec !== null ? 'dense_rec' : layer.kind };
  switch (layer.kind) {
    case 'input': {
      const { shape, neurons } = layer;
      if (neurons === null) return { type, shape: integers(shape) };
      const { weight, bias, neuron } = neurons;
      return {
        type,
        shape: integers(shape),
        weight: reals([weight], 1),
        bias: bias === 0 ? null : reals([bias], 1),
        ...neuronDatasets(neuron),
      };
    }
    case 'flatten':
      return { type };
    case 'average':
      return { type, shape: integers([layer.outputs]) };
    case 'dense': {
      const { inFeatures, outFeatures, weight, weightRec, delay } = layer;
      return {
        type,
        shape: integers([outFeatures]),
        inFeatures: integer(inFeatures),
        outFeatures: integer(outFeatures),
        weight: reals(weight, outFeatures, inFeatures),
        weight_rec: weightRec && reals(weightRec, outFeatures, outFeatures),
        delay: delay && reals(delay, delay.length),
        ...shared(layer),
      };
    }
    case 'conv': {
      const { shape, inChannels, groups, weight } = layer;
      return {
        type,
        shape: integers(shape),
        inChannels: integer(inChannels),
        outChannels: integer(shape[0]),
        ...windowOf(layer),
        groups: integer(groups),
        weight: reals(weight, shape[0], inChannels / groups, ...layer.kernelSize),
        delay: layer.delay === 0 ? null : reals([layer.delay], 1),
        ...shared(layer),
      };
    }
    case 'pool': {
      const [rows, columns] = layer.kernelSize;
      const weight = reals(new Float32Array(rows * columns).fill(layer.weight), 1, 1, rows, columns);
      const delay = layer.delay === 0 ? null : reals([layer.delay], 1);
      return { type, shape: integers(layer.shape), ...windowOf(layer), weight, delay, ...shared(layer) };
    }
  }
}

const windowOf = ({ kernelSize, stride, padding, dilation }: Extract<NetLayer, { kind: 'conv' | 'pool' }>) => ({
  kernelSize: integers(kernelSize),
  stride: integers(stride),
  padding: integers(padding),
  dilation: integers(dilation),
});

const shared = ({ neuron, bias }: Layered<NetNeuron | null>): Readonly<Record<string, NetDataset | null>> => ({
  bias: bias && reals(bias, bias.length),
  ...(neuron === null ? {} : neuronDatasets(neuron)),
});

const neuronDatasets = ({ iDecay, vDecay, vThMant }: NetNeuron): Readonly<Record<string, NetDataset>> => ({
  'neuron/type': { type: 'text', value: 'CUBA' },
  'neuron/iDecay': integer(iDecay),
  'neuron/vDecay': integer(vDecay),
  'neuron/vThMant': integer(vThMant),
  'neuron/refDelay': integer(1),
  'neuron/gradedSpike': { type: 'flag', value: false },
});
