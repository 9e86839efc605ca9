import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHIP_MODEL_SCHEMA } from '../../src/ir/chip-model.schema.ts';
import { PROGRAM_SCHEMA } from '../../src/ir/mapping-io/index.ts';
import { NETWORK_SCHEMA } from '../../src/ir/network-schema.ts';
import { SPINNAKER_CHIP_SCHEMA } from '../../src/ir/spinnaker-chip.schema.ts';
import { BUDGET_SCHEMA, REPORT_SCHEMA } from '../../src/report/index.ts';
import { CORE_SCHEMA, INDEX_SCHEMA } from '../../src/targets/loihi/schema/chip-files.ts';
import { SOFTWARE_SCHEMA, SPINNAKER_INDEX_SCHEMA } from '../../src/targets/spinnaker/emit/chip-files.ts';

const DOCS = new URL('../../docs/', import.meta.url);

/** Every file that spikec writes or reads as JSON, and the schema that it is checked against. */
const SCHEMAS = {
  'budget.schema.json': BUDGET_SCHEMA,
  'chip-core.schema.json': CORE_SCHEMA,
  'chip-index.schema.json': INDEX_SCHEMA,
  'chip-model.schema.json': CHIP_MODEL_SCHEMA,
  'network.schema.json': NETWORK_SCHEMA,
  'program.schema.json': PROGRAM_SCHEMA,
  'report.schema.json': REPORT_SCHEMA,
  'spinnaker-chip.schema.json': SPINNAKER_CHIP_SCHEMA,
  'spinnaker-index.schema.json': SPINNAKER_INDEX_SCHEMA,
  'spinnaker-software.schema.json': SOFTWARE_SCHEMA,
};

describe('published schemas', () => {
  it.each(Object.entries(SCHEMAS))('docs/%s is the schema in use', (file, schema) => {
    expect(JSON.parse(readFileSync(new URL(file, DOCS), 'utf8'))).toEqual(schema);
  });

  it('are all of them', () => {
    expect(readdirSync(DOCS).filter((name) => name.endsWith('.schema.json'))).toEqual(Object.keys(SCHEMAS));
  });
});
