import type { JsonSchema } from './check-schema.ts';
import { type ArrayForm, choice, constant, count, list, orNull, positive, record, text, total } from './schema.ts';

const uint32: JsonSchema = { type: 'integer', minimum: 0, maximum: 2 ** 32 - 1 };
const small = (minimum: number, maximum: number): JsonSchema => ({ type: 'integer', minimum, maximum });

export const SPINNAKER_MACHINE = record({
  width: positive,
  height: positive,
  wraps: { type: 'boolean' },
  chips: list(record({ x: count, y: count, cores: list(small(0, 17)) })),
  deadLinks: list(record({ x: count, y: count, link: small(0, 5) })),
});

export const SPINNAKER_SEGMENT = record({ index: count, kind: constant('run'), steps: positive });

export const ROUTING_ENTRY = record({ key: uint32, mask: uint32, route: small(0, 2 ** 24 - 1) });

export const WEIGHT_RESOLUTION = record({
  population: text,
  projection: text,
  receptor: choice('excitatory', 'inhibitory'),
  shift: small(0, 15),
  basis: choice('bound', 'measured', 'worst-case'),
  guaranteed: { type: 'boolean' },
  weightBits: count,
  wonOverWorstCase: { type: 'integer' },
  wonOverSpynnaker: { type: 'integer' },
  lost: count,
  lostInWorstCase: count,
});

/** Where a core stands. */
export const CORE_SITE = { chip: count, processor: small(0, 17) };

/** When neurons run, and whose they are. */
export const NEURON_WINDOW = {
  population: text,
  firstNeuron: count,
  segment: count,
  start: count,
  steps: positive,
  role: choice('spiking', 'readout'),
};

const tagged = (tag: string, ...kinds: readonly JsonSchema[]): JsonSchema => ({
  type: 'object',
  required: [tag],
  discriminator: { propertyName: tag },
  oneOf: kinds,
});

/** What software keeps, makes and sends, its tables in either form. */
export function softwareParts(arrayOf: ArrayForm) {
  const int32 = arrayOf({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 });
  const index = arrayOf({ minimum: 0, maximum: 2 ** 31 - 1 });
  const shape = { steps: positive, size: positive };
  const made = { output: text, ...shape };
  return {
    records: list(
      tagged(
        'from',
        record({ from: constant('host'), stream: text, ...shape }),
        record({
          from: constant('packets'),
          stream: text,
          ...shape,
          segment: count,
          start: count,
          key: uint32,
          mask: uint32,
          sliceShift: small(0, 31),
          neuronsPerSlice: positive,
        }),
      ),
    ),
    operations: list(
      tagged(
        'kind',
        record({
          kind: constant('rotary'),
          source: text,
          ...made,
          direct: int32,
          partner: int32,
          partnerOf: index,
          fractionBits: small(0, 31),
        }),
        record({ kind: constant('reorder'), source: text, ...made, permutation: index }),
        record({ kind: constant('attention'), query: text, key: text, value: text, mask: orNull(text), ...made, heads: positive }),
        record({ kind: constant('constant'), ...made, positions: index }),
      ),
    ),
    sends: list(
      record({
        stream: text,
        segment: count,
        start: count,
        ...shape,
        key: uint32,
        mask: uint32,
        negativeKey: orNull(uint32),
        payload: { type: 'boolean' },
      }),
    ),
    memoryBytes: total,
  };
}

const BLOCK = tagged(
  'kind',
  record({ kind: constant('rows'), offset: total, rowLength: positive }),
  record({ kind: constant('direct'), offset: total }),
);

const TABLE_ENTRY = record({
  key: uint32,
  mask: uint32,
  cores: orNull(record({ mask: uint32, shift: small(0, 31), neuronsPerCore: positive })),
  blocks: list(BLOCK),
});

/** A SpiNNaker program in program.json. */
export function spinnakerProgram(arrayOf: ArrayForm, readout: JsonSchema): JsonSchema {
  const int32 = arrayOf({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 });
  const words = arrayOf({ minimum: 0, maximum: 2 ** 32 - 1 });
  const image = record({
    model: choice('curr-exp', 'curr-delta', 'gated-delta'),
    neurons: positive,
    timestep: positive,
    parameters: int32,
    keys: orNull(words),
    layout: record({ indexBits: small(0, 14), typeBits: small(0, 14), delayBits: small(0, 14) }),
    shifts: words,
    dropLatePackets: { type: 'boolean' },
    spikeQueue: count,
    table: list(TABLE_ENTRY),
    matrix: int32,
    direct: int32,
    window: record({ start: count, steps: positive }),
  });
  return record({
    kind: constant('spinnaker'),
    machine: SPINNAKER_MACHINE,
    timeScale: positive,
    segments: list(SPINNAKER_SEGMENT),
    cores: list(
      tagged(
        'kind',
        record({ kind: constant('neurons'), ...CORE_SITE, ...NEURON_WINDOW, image }),
        record({ kind: constant('software'), ...CORE_SITE, ...softwareParts(arrayOf) }),
      ),
    ),
    routing: list(record({ chip: count, entries: list(ROUTING_ENTRY) })),
    readout,
    resolution: list(WEIGHT_RESOLUTION),
  });
}
