import type { JsonSchema } from '../../../ir/mapping-io/index.ts';
import {
  constant,
  GROUP_WINDOW,
  list,
  MODEL_FACTS,
  optional,
  PAYLOAD_BITS,
  PLACEMENT_FIGURES,
  programParts,
  READOUT,
  record,
  text,
} from '../../../ir/mapping-io/schema.ts';

/** Version of the files under chip/. 1 held plain integers instead of register images, 2 a synapse list for each input axon. */
export const CHIP_FILES_VERSION = 3;

/** Registers or words of a memory, one behind the other, the lowest byte of each first. */
const words = (description: string): JsonSchema => ({ type: 'string', contentEncoding: 'base64', description });

const FIELDS = 'fields in docs/targets/register-images.md';
const outputAxons = words(`output axons, ${FIELDS}`);
const ROUTES = record({
  lists: {
    description: 'first output axon of each channel of the stream, counted from 1; 0: it goes nowhere',
    type: 'array',
    items: { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 },
  },
  atoms: {
    description: 'atom of each channel, on axons that serve a population; 0 for channels behind the last one here',
    type: 'array',
    items: { type: 'integer', minimum: 0, maximum: 2 ** 16 },
  },
  axons: outputAxons,
});

const parts = programParts((integers) => ({ type: 'array', items: { type: 'integer', ...integers } }), ROUTES);
const { core, chip, tile, slot } = parts.core;

/** chip/index.json: everything but the contents of the cores. */
export const INDEX_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'spikec chip/index.json: segments, streams, embedded program and the cores of a Loihi program',
  ...record({
    version: constant(CHIP_FILES_VERSION),
    kind: constant('loihi'),
    target: text,
    model: MODEL_FACTS,
    scaleRule: text,
    placement: PLACEMENT_FIGURES,
    gradedPayloadBits: PAYLOAD_BITS,
    readout: READOUT,
    cores: list(record({ file: { type: 'string', pattern: '^core-[0-9]{3,7}\\.json$' }, chip, tile, slot })),
    segments: list(parts.segment),
    embedded: list(parts.embedded),
  }),
};

/** chip/core-NNN.json: the registers and memories of one core, and what the embedded processor has to know of it. */
export const CORE_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'spikec chip/core-NNN.json: the register image of one core',
  ...optional(
    ['compartmentResets'],
    record({
      version: constant(CHIP_FILES_VERSION),
      core,
      groups: list(GROUP_WINDOW),
      compartmentProfiles: words(`decays and joins that compartments share, ${FIELDS}`),
      compartmentResets: words(`what a spike takes away, for each compartment profile; left out: it sets the potential to 0, ${FIELDS}`),
      thresholdProfiles: words(`thresholds that compartments share, ${FIELDS}`),
      compartments: words(`bias, profiles and outputs of each compartment, ${FIELDS}`),
      outputAxons,
      settings: words(`what the core has once, ${FIELDS}`),
      inputAxons: words(`where the synapses of each input axon lie, ${FIELDS}`),
      synapses: {
        type: 'object',
        required: ['kind'],
        discriminator: { propertyName: 'kind' },
        oneOf: [
          record({
            kind: constant('lists'),
            formats: words(`synapse formats, ${FIELDS}`),
            memory: words(`words of 64 bits: synapse lists, each read by one input axon or more, ${FIELDS}`),
          }),
          record({
            kind: constant('blocks'),
            blocks: words(`runs of synapses, ${FIELDS}`),
            weights: words(`words of 64 bits: weight cells side by side, ${FIELDS}`),
          }),
        ],
      },
    }),
  ),
};
