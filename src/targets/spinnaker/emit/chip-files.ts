import type { JsonSchema } from '../../../ir/mapping-io/index.ts';
import { constant, count, list, MODEL_FACTS, PLACEMENT_FIGURES, positive, READOUT, record, text } from '../../../ir/mapping-io/schema.ts';
import {
  CORE_SITE,
  NEURON_WINDOW,
  SPINNAKER_MACHINE,
  SPINNAKER_SEGMENT,
  softwareParts,
  WEIGHT_RESOLUTION,
} from '../../../ir/mapping-io/spinnaker-schema.ts';

/** Version of the files under chip/ of a SpiNNaker program. */
export const SPINNAKER_FILES_VERSION = 1;

const file = (pattern: string): JsonSchema => ({ type: 'string', pattern: `^${pattern}$` });

const neurons = record({
  kind: constant('neurons'),
  ...CORE_SITE,
  ...NEURON_WINDOW,
  file: file('core-[0-9]{3,7}\\.bin'),
  /** The program that runs the image, which does not say. */
  model: { enum: ['curr-exp', 'curr-delta', 'gated-delta'] },
  address: { type: 'integer', minimum: 0, maximum: 2 ** 32 - 1, description: 'where in the memory of its chip the image has to lie' },
});

const software = record({ kind: constant('software'), ...CORE_SITE, file: file('software-[0-9]{3,7}\\.json') });

/** chip/index.json of a SpiNNaker program. */
export const SPINNAKER_INDEX_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'spikec chip/index.json: machine, segments, cores and routing tables of a SpiNNaker program',
  ...record({
    version: constant(SPINNAKER_FILES_VERSION),
    kind: constant('spinnaker'),
    target: text,
    model: MODEL_FACTS,
    scaleRule: text,
    placement: PLACEMENT_FIGURES,
    timeScale: positive,
    machine: SPINNAKER_MACHINE,
    segments: list(SPINNAKER_SEGMENT),
    readout: READOUT,
    resolution: list(WEIGHT_RESOLUTION),
    cores: list({ type: 'object', required: ['kind'], discriminator: { propertyName: 'kind' }, oneOf: [neurons, software] }),
    routing: list(record({ chip: count, file: file('routes-[0-9]{3,5}-[0-9]{3,5}\\.bin') })),
  }),
};

/** chip/software-NNN.json: what one core of software keeps, makes and sends. */
export const SOFTWARE_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'spikec chip/software-NNN.json: the streams of one core of software',
  ...record({
    version: constant(SPINNAKER_FILES_VERSION),
    ...softwareParts((integers) => ({ type: 'array', items: { type: 'integer', ...integers } })),
  }),
};
