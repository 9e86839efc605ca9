import { CHIP_MODEL_VERSION } from './chip-model.ts';

/** What a JSON Schema of these files is made of. */
export type Schema = Readonly<Record<string, unknown>>;

/** Nothing on a chip is counted beyond this: declared sizes are allocated later on. */
const COUNT_MAX = 2 ** 30;

const text = { type: 'string', minLength: 1, maxLength: 2000 } as const;
const basis = { enum: ['published', 'proxy', 'assumed'] } as const;
const placement = { enum: ['core', 'plasticity', 'embedded', 'unsupported'] } as const;

function record(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

const figure = (unit: string, value: Schema): Schema => record({ value, unit: { const: unit }, basis, source: text, note: text }, ['note']);

const limit = (unit: 'count' | 'bit' | 'byte' | 'step', minimum: number, maximum: number): Schema =>
  figure(unit, { type: 'integer', minimum, maximum });

const figures = (
  unit: string,
  value: Schema,
  names: readonly string[],
  optional: readonly string[],
  others: Record<string, Schema> = {},
): Schema =>
  record({ ...Object.fromEntries([...names, ...optional].map((name) => [name, figure(unit, value)])), ...others }, [
    ...optional,
    ...Object.keys(others),
  ]);

const stepped = (unit: string): Schema => {
  const step = { type: 'array', items: { type: 'number', minimum: 0 }, minItems: 2, maxItems: 2 };
  const steps = { type: 'array', items: step, minItems: 1, maxItems: 1000 };
  return record({ value: TIME, unit: { const: unit }, basis, source: text, note: text, steps }, ['note']);
};

const COST: Schema = { type: ['number', 'null'], minimum: 0 };
/** A step's length must come out of them, so a time nobody has published needs a declared assumption. */
const TIME: Schema = { type: 'number', minimum: 0 };

const size = (maximum: number): Schema => ({ type: 'integer', minimum: 1, maximum });

const energy = figures(
  'J',
  COST,
  [
    'neuronUpdateActive',
    'neuronUpdateInactive',
    'synapticEvent',
    'fastWeightUpdate',
    'spikeInTile',
    'hopHorizontal',
    'hopVertical',
    'barrier',
    'embeddedOperation',
    'inputSpike',
  ],
  ['spike', 'packetSent', 'packetReceived', 'chipCrossing'],
);

/** JSON Schema (draft 07) of a chip model file, version 1. */
export const CHIP_MODEL_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'spikec chip model',
  ...record(
    {
      version: { const: CHIP_MODEL_VERSION },
      name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      family: { const: 'loihi' },
      description: text,
      sources: { type: 'object', minProperties: 1, maxProperties: 200, additionalProperties: record({ title: text, reference: text }) },
      geometry: record(
        {
          coresPerChip: size(4096),
          coresPerTile: size(64),
          columns: size(256),
          rows: size(256),
          embeddedProcessors: size(64),
          linkBuffer: limit('count', 0, COUNT_MAX),
          source: text,
          note: text,
        },
        ['linkBuffer', 'source', 'note'],
      ),
      limits: record({
        chips: limit('count', 1, 16384),
        compartmentsPerCore: limit('count', 1, 2 ** 20),
        memoryPerCore: limit('byte', 1, COUNT_MAX),
        inputAxonsPerCore: limit('count', 1, 2 ** 20),
        outputAxonsPerCore: limit('count', 1, 2 ** 20),
        synapticDelay: limit('step', 0, 4096),
        // Weights are stored as 16-bit integers, state as 32-bit ones.
        weightBits: limit('bit', 1, 15),
        stateBits: limit('bit', 24, 24),
        thresholdMantissaBits: limit('bit', 1, 17),
        biasMantissaBits: limit('bit', 2, 16),
        biasExponent: limit('count', 0, 7),
        weightExponent: limit('count', 0, 7),
        gradedPayloadBits: limit('bit', 1, 24),
        fastWeightMax: limit('count', 1, 2 ** 15),
      }),
      memory: record({
        bitsPerCompartment: limit('bit', 0, 4096),
        bitsPerInputAxon: limit('bit', 0, 4096),
        bitsPerOutputAxon: limit('bit', 0, 4096),
        bitsPerSynapseBlock: limit('bit', 0, 4096),
        bitsPerFastWeight: limit('bit', 1, 64),
      }),
      tables: record({
        wordsPerSynapseList: limit('count', 1, 2 ** 20),
        synapsesPerEntry: limit('count', 1, 4096),
        synapseFormats: limit('count', 1, 4096),
        compartmentProfiles: limit('count', 1, 4096),
        thresholdProfiles: limit('count', 1, 4096),
        delayBits: limit('bit', 1, 12),
        axonsPerPlasticAxon: limit('count', 1, 16),
      }),
      sharedLists: record({ axonBase: limit('count', 0, 2 ** 20) }),
      populationAxons: record({
        atoms: limit('count', 2, 2 ** 16),
        baseStep: limit('count', 1, 2 ** 16),
        axonsPerCore: limit('count', 0, 2 ** 20),
      }),
      bitPlanes: record({ countBits: limit('bit', 1, 23), valueBits: limit('bit', 2, 24) }),
      operations: record(
        {
          rotary: placement,
          reorder: placement,
          fastWeights: placement,
          gate: placement,
          gradedSpikes: { type: 'boolean' },
          windows: { enum: ['core', 'embedded'] },
          ties: { type: 'boolean' },
          softReset: { type: 'boolean' },
        },
        ['windows', 'ties', 'softReset'],
      ),
      energy: {
        ...energy,
        properties: { ...(energy.properties as Record<string, Schema>), staticPowerPerChip: figure('W', COST) },
        required: [...(energy.required as readonly string[]), 'staticPowerPerChip'],
      },
      time: figures(
        's',
        TIME,
        [
          'neuronUpdateActive',
          'neuronUpdateInactive',
          'synapticEvent',
          'fastWeightUpdate',
          'spikeInTile',
          'hopHorizontal',
          'hopVertical',
          'barrierOneTile',
          'barrierAllTiles',
          'embeddedOperation',
        ],
        ['spike', 'packetSent', 'packetReceived', 'chipCrossing', 'barrierChips'],
        { barrierByTiles: stepped('s') },
      ),
    },
    ['tables', 'sharedLists', 'populationAxons', 'bitPlanes'],
  ),
};
