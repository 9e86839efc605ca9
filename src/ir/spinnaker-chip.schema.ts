import type { Schema } from './chip-model.schema.ts';
import { CHIP_MODEL_VERSION } from './chip-model.ts';
import type { SpinnakerUnit } from './spinnaker-chip.ts';

const text = { type: 'string', minLength: 1, maxLength: 2000 } as const;

const record = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const marks: Schema = { type: 'array', items: { enum: ['LIT', 'MEM', 'INF'] }, maxItems: 3 };

const figure = (unit: SpinnakerUnit, value: Schema): Schema => record({ value, unit: { const: unit }, marks, source: text });

const whole = (unit: SpinnakerUnit, minimum: number, maximum: number): Schema => figure(unit, { type: 'integer', minimum, maximum });

const price = (unit: 'J' | 'W'): Schema => figure(unit, { type: 'number', minimum: 0 });

const cycles = whole('cycle', 0, 2 ** 30);

/** JSON Schema (draft 07) of a chip model of the family `spinnaker`, version 1. */
export const SPINNAKER_CHIP_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'spikec chip model, SpiNNaker family',
  ...record({
    version: { const: CHIP_MODEL_VERSION },
    name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    family: { const: 'spinnaker' },
    description: text,
    chip: record({
      // Machines are whole boards of chips with 16 processors for applications.
      coresPerChip: whole('count', 16, 16),
      boards: whole('count', 1, 1200),
      routerEntries: whole('count', 1, 1023),
      sdramBytes: whole('byte', 1, 2 ** 30),
      delaySteps: whole('step', 1, 64),
      // Constants of neurons are those of a millisecond.
      timestep: figure('second', { const: 1e-3 }),
    }),
    core: record({
      neuronsMax: whole('count', 1, 256),
      ringBitsMax: whole('bit', 2, 14),
      rowWordsMax: whole('word', 1, 256),
      dtcmBytes: whole('byte', 1, 65_536),
      clock: figure('cycle per second', { type: 'number', exclusiveMinimum: 0 }),
      reservedBytes: whole('byte', 0, 65_536),
      stepCycles: cycles,
      neuronCycles: cycles,
      packetCycles: cycles,
      eventCycles: cycles,
    }),
    software: record({
      recordCycles: cycles,
      sendCycles: cycles,
      rotaryCycles: cycles,
      reorderCycles: cycles,
      attentionCycles: cycles,
    }),
    energy: record({
      idleChip: price('W'),
      idleBoard4: price('W'),
      idleBoard48: price('W'),
      activeCore: price('W'),
      packet: price('J'),
      packetWithPayload: price('J'),
    }),
    alternatives: {
      type: 'array',
      maxItems: 100,
      items: record({ name: text, neuronStep: { anyOf: [price('J'), { type: 'null' }] }, synapticEvent: price('J') }),
    },
  }),
};
