import { DIGITS_MAX } from '../digits.ts';
import { FRACTION_BITS_MAX, INPUT_BITS } from '../quantized-features.ts';
import type { JsonSchema } from './check-schema.ts';

/** How a file holds a typed array: as plain integers in it, or as a reference into a binary file. */
export type ArrayForm = (integers: { readonly minimum: number; readonly maximum: number }) => JsonSchema;

/** Ceilings on what a file can declare without holding it: far above any chip, far below what would exhaust a machine. */
const COUNT_MAX = 2 ** 20;
const NAME_MAX = 2 ** 16;

export const count: JsonSchema = { type: 'integer', minimum: 0, maximum: COUNT_MAX };
export const positive: JsonSchema = { type: 'integer', minimum: 1, maximum: COUNT_MAX };
export const text: JsonSchema = { type: 'string', maxLength: NAME_MAX };
/** Counts of the model that nothing is allocated from. */
export const total: JsonSchema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
export const nonNegative: JsonSchema = { type: 'number', minimum: 0 };
export const constant = (value: unknown): JsonSchema => ({ const: value });
export const choice = (...values: readonly unknown[]): JsonSchema => ({ enum: values });
export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items, maxItems: COUNT_MAX });

/** An object with these fields, all of them and no others. */
export const record = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** The record, of which these fields may be left out. */
export const optional = (fields: readonly string[], schema: JsonSchema): JsonSchema => ({
  ...schema,
  required: Object.keys(schema.properties ?? {}).filter((name) => !fields.includes(name)),
});

export const MODEL_FACTS = record({
  name: text,
  file: text,
  sha256: text,
  format: choice('onnx', 'nir', 'lava-dl'),
  timesteps: count,
  inputs: count,
  classes: count,
  populations: total,
  neurons: total,
  synapses: total,
  parameters: total,
});

export const PLACEMENT_FIGURES = record({ hops: nonNegative, greedyHops: nonNegative, randomHops: nonNegative, criticalLoad: nonNegative });

const number: JsonSchema = { type: 'number' };
const perClass: JsonSchema = { anyOf: [number, list(number)] };

/** Of features that the host rounds, QuantizedChannels. */
export const QUANTIZED: JsonSchema = list(
  record({
    firstChannel: count,
    channels: positive,
    bits: { type: 'integer', minimum: INPUT_BITS.least, maximum: INPUT_BITS.most },
    fractionBits: { type: 'integer', minimum: -FRACTION_BITS_MAX, maximum: FRACTION_BITS_MAX },
  }),
);

/** `membrane` and `quantized` may be left out. */
export const READOUT: JsonSchema = {
  ...record({
    population: text,
    classes: positive,
    scale: number,
    membrane: record({ decay: perClass, leak: perClass, inputGain: perClass, currentDecay: orNull(perClass), initial: perClass }),
    featuresStream: text,
    quantized: QUANTIZED,
    maskStream: orNull(text),
  }),
  required: ['population', 'classes', 'scale', 'featuresStream', 'maskStream'],
};

export const PAYLOAD_BITS: JsonSchema = { type: 'integer', minimum: 1, maximum: 32 };

const WINDOW = {
  population: text,
  firstNeuron: count,
  first: count,
  count: positive,
  segment: count,
  start: count,
  steps: positive,
  role: choice('spiking', 'readout'),
  buffered: { type: 'boolean' },
};

/** A group as the embedded processor knows it. */
export const GROUP_WINDOW = record(WINDOW);

const GROUP = optional(
  ['tie', 'resetAmount'],
  record({
    ...WINDOW,
    currentDecay: { type: 'integer', minimum: 0, maximum: 4095 },
    voltageDecay: { type: 'integer', minimum: 0, maximum: 4096 },
    thresholdMantissa: { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 },
    gateFirst: orNull(count),
    teachFirst: orNull(count),
    tie: constant('ge'),
    resetAmount: { type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 },
  }),
);

/** The parts of a program whose arrays take either form; `routesForm`: routes in a form of their own. */
export function programParts(arrayOf: ArrayForm, routesForm?: JsonSchema) {
  const int32 = arrayOf({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 });
  const index = arrayOf({ minimum: 0, maximum: 2 ** 31 - 1 });
  const int16 = arrayOf({ minimum: -(2 ** 15), maximum: 2 ** 15 - 1 });
  const routes = routesForm ?? record({ first: index, core: index, axon: index });
  const injection = record({ stream: text, start: count, steps: positive, size: positive, routes });
  const operation = { afterSegment: count, source: text, output: text, steps: positive, size: positive };
  return {
    segment: record({ index: count, kind: choice('run', 'write'), steps: positive, injections: list(injection) }),
    embedded: {
      type: 'object',
      required: ['kind'],
      discriminator: { propertyName: 'kind' },
      oneOf: [
        record({
          kind: constant('rotary'),
          ...operation,
          direct: int32,
          partner: int32,
          partnerOf: index,
          fractionBits: { type: 'integer', minimum: 0, maximum: 31 },
        }),
        record({
          kind: constant('constant'),
          afterSegment: constant(-1),
          output: text,
          steps: positive,
          size: positive,
          positions: index,
        }),
        record({ kind: constant('reorder'), ...operation, permutation: index }),
        record({
          kind: constant('bit-planes'),
          ...operation,
          afterSegment: { type: 'integer', minimum: -1, maximum: COUNT_MAX },
          digits: { type: 'integer', minimum: 1, maximum: DIGITS_MAX },
          signed: { type: 'boolean' },
        }),
        record({ kind: constant('mask'), ...operation, mask: text }),
      ],
    },
    core: {
      core: count,
      chip: count,
      tile: count,
      slot: count,
      compartments: count,
      groups: list(GROUP),
      biasMantissa: int32,
      biasExponent: index,
      axonList: index,
      axonBase: index,
      axonAtom: index,
      listFirst: index,
      blocks: int32,
      weights: int16,
      fastWeightCells: count,
      outputs: routes,
    },
  } satisfies Record<string, JsonSchema>;
}
