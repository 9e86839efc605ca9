import type { JsonSchema } from './mapping-io/check-schema.ts';
import { choice, constant, count, optional, orNull, positive, QUANTIZED, record, text, total } from './mapping-io/schema.ts';
import { NETWORK_VERSION } from './network.ts';

/** Ceilings on what a file can declare: far above any model, far below what would exhaust a machine. */
const NODES_MAX = 2 ** 16;
const PROJECTIONS_MAX = 2 ** 17;
const SEGMENTS_MAX = 2 ** 10;

/** Names of the typed arrays that a file may hold. */
export type ArrayType = 'float32' | 'float64' | 'int16' | 'int32';

/** One of `DEFINITIONS`. */
const ref = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` });
const array = (...types: readonly ArrayType[]): JsonSchema => record({ type: choice(...types), length: total, base64: ref('base64') });
const list = (items: JsonSchema, maxItems: number): JsonSchema => ({ type: 'array', items, maxItems });
const tuple = (length: number, item: JsonSchema): JsonSchema => ({ type: 'array', items: item, minItems: length, maxItems: length });
const tagged = (tag: string, ...kinds: readonly JsonSchema[]): JsonSchema => ({
  type: 'object',
  required: [tag],
  discriminator: { propertyName: tag },
  oneOf: kinds,
});

const id = ref('id');
const perNeuron = ref('perNeuron');
const weights = ref('weights');
const table = ref('table');
const int32 = ref('int32');
const float32 = ref('float32');
const payload = ref('payload');
const reset = ref('reset');
const origin = ref('origin');
const number: JsonSchema = { type: 'number' };
const offset: JsonSchema = { type: 'integer', minimum: -(2 ** 20), maximum: 2 ** 20 };

/** `amount` may be left out: the threshold. */
const BY_SUBTRACTION: JsonSchema = { ...record({ kind: constant('by-subtraction'), amount: perNeuron }), required: ['kind'] };

/** A positive s16.15 number, raw. */
const accum: JsonSchema = { type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 };
const firing = { threshold: perNeuron, tie: choice('ge', 'gt'), reset };

const continuous = {
  parameters: constant('continuous'),
  timeConstantS: orNull(perNeuron),
  synapticTimeConstantS: orNull(perNeuron),
  resistance: perNeuron,
  leak: perNeuron,
};
const discrete = {
  parameters: constant('discrete'),
  decay: perNeuron,
  leak: perNeuron,
  inputGain: perNeuron,
  currentDecay: orNull(perNeuron),
  initial: perNeuron,
};
const membrane = tagged('parameters', record(continuous), record(discrete));

const neuron = tagged(
  'parameters',
  record({ ...continuous, ...firing }),
  record({ ...discrete, ...firing }),
  optional(
    ['tie', 'resetAmount'],
    record({
      parameters: constant('integer'),
      currentDecay: perNeuron,
      voltageDecay: perNeuron,
      thresholdMantissa: count,
      tie: choice('ge', 'gt'),
      resetAmount: perNeuron,
      unit: number,
    }),
  ),
  optional(
    ['synapticTimeConstant'],
    record({
      parameters: constant('accum'),
      timeConstant: perNeuron,
      capacitance: perNeuron,
      synapticTimeConstant: perNeuron,
      threshold: accum,
      unit: number,
    }),
  ),
);

const normalization = record({ mean: float32, variance: float32, scale: float32, shift: float32, epsilon: number });

const node = (kind: string, fields: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  record({ kind: constant(kind), id, name: id, size: positive, timeline: id, payload, origin, ...fields });

const accumulates = { bias: orNull(table), normalization: orNull(normalization) };
const attention = { query: id, key: id, value: id, mask: orNull(id), heads: positive, scale: number };

const nodes = tagged(
  'kind',
  optional(['firstChannel', 'quantized'], node('input', { role: choice('features', 'mask'), firstChannel: count, quantized: QUANTIZED })),
  node('constant', { values: float32 }),
  optional(['order'], node('population', { ...accumulates, neuron, gate: orNull(id), order: int32 })),
  node('integrator', { ...accumulates, membrane }),
  optional(['membrane'], node('readout', { ...accumulates, scale: number, membrane })),
  node('sum', { terms: list(id, NODES_MAX) }),
  node('rotary', {
    source: id,
    direct: table,
    partner: table,
    partnerOf: int32,
    fractionBits: { type: 'integer', minimum: 0, maximum: 31 },
  }),
  node('reorder', { source: id, permutation: int32 }),
  node('attention', attention),
  node('fast-weights', attention),
);

const synapse = (kind: string, fields: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  record({ kind: constant(kind), sources: positive, targets: positive, ...fields });

const space = {
  sourceShape: tuple(3, positive),
  targetShape: tuple(3, positive),
  kernel: tuple(2, positive),
  stride: tuple(2, positive),
  padding: tuple(2, count),
  dilation: tuple(2, positive),
};

const synapses = tagged(
  'kind',
  synapse('dense', { weights }),
  synapse('time-convolution', { taps: positive, groups: positive, firstOffset: offset, dilation: positive, weights }),
  synapse('one-to-one', { weights: orNull(weights) }),
  synapse('sparse', { sourceIndex: int32, targetIndex: int32, weights, delays: orNull(int32) }),
  synapse('convolution', { ...space, groups: positive, weights }),
  synapse('pooling', { ...space, factor: number }),
);

const segment = record({
  index: count,
  kind: choice('run', 'write'),
  timeline: id,
  steps: positive,
  starts: list(record({ node: id, step: count }), NODES_MAX),
  injected: list(id, NODES_MAX),
});

const DEFINITIONS: Readonly<Record<string, JsonSchema>> = {
  id: { ...text, minLength: 1 },
  base64: { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$' },
  perNeuron: { anyOf: [number, array('float64')] },
  weights: array('float32', 'int16', 'int32'),
  table: array('float32', 'int32'),
  int32: array('int32'),
  float32: array('float32'),
  origin: record({ file: text, recogniser: text, nodes: list(text, NODES_MAX) }),
  payload: tagged(
    'kind',
    record({ kind: constant('binary') }),
    record({ kind: constant('integer'), min: number, max: orNull(number) }),
    record({ kind: constant('real') }),
  ),
  reset: tagged('kind', record({ kind: constant('to-value'), value: perNeuron }), BY_SUBTRACTION),
};

/** JSON Schema (draft 07) of a saved network, version 1; docs/network.schema.json is this, written out. */
export const NETWORK_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'spikec network: populations, projections and operations; arrays are little-endian base64',
  definitions: DEFINITIONS,
  ...record({
    version: constant(NETWORK_VERSION),
    name: text,
    format: choice('onnx', 'nir', 'lava-dl'),
    timesteps: positive,
    timelines: list(record({ id, steps: positive, order: choice('time', 'permuted', 'clip') }), NODES_MAX),
    nodes: list(nodes, NODES_MAX),
    /** Once each: projections share them. */
    synapses: list(synapses, PROJECTIONS_MAX),
    projections: list(
      record({ id, source: id, target: id, synapses: count, delaySteps: count, weightExponent: offset, origin }),
      PROJECTIONS_MAX,
    ),
    output: id,
    parameterCount: total,
    schedule: orNull(record({ segments: list(segment, SEGMENTS_MAX) })),
  }),
};
