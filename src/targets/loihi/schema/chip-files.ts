import type { JsonSchema } from '../../../ir/mapping-io/index.ts';
import {
  constant,
  list,
  MODEL_FACTS,
  PAYLOAD_BITS,
  PLACEMENT_FIGURES,
  programParts,
  READOUT,
  record,
  text,
} from '../../../ir/mapping-io/schema.ts';

/** Version of the files under chip/. */
export const CHIP_FILES_VERSION = 1;

const parts = programParts((integers) => ({ type: 'array', items: { type: 'integer', ...integers } }));
const { core, chip, tile, slot, ...contents } = parts.core;

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

/** chip/core-NNN.json: one core's compartments, axons, synapses and routes. */
export const CORE_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'spikec chip/core-NNN.json: the configuration of one core',
  ...record({ version: constant(CHIP_FILES_VERSION), core, ...contents }),
};
