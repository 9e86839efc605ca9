/** What of a layer's operations is counted, see LayerCell; `dense`: all of them, whatever comes in. */
export type Measure = 'dense' | 'dense-inside' | 'values' | 'nonzeros' | 'inside' | 'effective';

/** How one convention counts the operations of a network. Conventions are data, so that what tells two of them apart can be named rule by rule. */
export interface Rules {
  /** Layers before the first neuron: always multiply-accumulates, or judged as all others. */
  readonly firstLayer: 'multiply-accumulates' | 'as-others';
  /** When a layer accumulates: always; where its input is two-valued, or ternary, in the clip; where its payload is binary by type. */
  readonly accumulates: 'always' | 'two-valued' | 'ternary' | 'binary-payload';
  readonly acs: Measure;
  readonly macs: Measure;
  /** Are layers without a kernel counted, and normalisations? */
  readonly linear: boolean;
  readonly normalization: boolean;
  readonly bias: boolean;
  /** As one operation an input, or as the synapses it stands for. */
  readonly pooling: 'none' | 'inputs' | 'synapses';
  readonly scaling: boolean;
  readonly attention: boolean;
  /** One accumulation a neuron and step. */
  readonly neurons: boolean;
}

/** E = E_MAC * FL_first + E_AC * sum over the other layers of (mean input) * T * FLOPs, products of attention included. */
export const PAPER: Rules = {
  firstLayer: 'multiply-accumulates',
  accumulates: 'always',
  acs: 'values',
  macs: 'dense',
  linear: true,
  normalization: false,
  bias: false,
  pooling: 'none',
  scaling: false,
  attention: true,
  neurons: false,
};

/** syops-counter 0.0.5, with its hooks on every layer. */
export const SYOPS: Rules = {
  firstLayer: 'as-others',
  accumulates: 'two-valued',
  acs: 'values',
  macs: 'dense',
  linear: true,
  normalization: true,
  bias: true,
  pooling: 'inputs',
  scaling: false,
  attention: false,
  neurons: true,
};

/** The same where linear layers and normalisations are subclasses of PyTorch's, as SpikingJelly's are: its hooks go by exact type. */
export const SYOPS_AS_SHIPPED: Rules = { ...SYOPS, linear: false, normalization: false };

/** NeuroBench 2.3.0: SynapticOperations. */
export const NEUROBENCH: Rules = {
  firstLayer: 'as-others',
  accumulates: 'ternary',
  acs: 'effective',
  macs: 'effective',
  linear: true,
  normalization: false,
  bias: false,
  pooling: 'none',
  scaling: false,
  attention: false,
  neurons: false,
};

/** What `events.acs` and `events.macs` of a report count: payloads by type, padding left out. */
export const BY_PAYLOAD: Rules = {
  ...NEUROBENCH,
  accumulates: 'binary-payload',
  acs: 'inside',
  macs: 'dense-inside',
  pooling: 'synapses',
  scaling: true,
};
