/** Writes docs/*.schema.json from the schemas in use (`npm run build` first). */
import { writeFileSync } from 'node:fs';
import { CHIP_MODEL_SCHEMA } from '../dist/ir/chip-model.schema.js';
import { PROGRAM_SCHEMA } from '../dist/ir/mapping-io/index.js';
import { NETWORK_SCHEMA } from '../dist/ir/network-schema.js';
import { SPINNAKER_CHIP_SCHEMA } from '../dist/ir/spinnaker-chip.schema.js';
import { BUDGET_SCHEMA, REPORT_SCHEMA } from '../dist/report/index.js';
import { CORE_SCHEMA, INDEX_SCHEMA } from '../dist/targets/loihi/schema/chip-files.js';
import { SOFTWARE_SCHEMA, SPINNAKER_INDEX_SCHEMA } from '../dist/targets/spinnaker/emit/chip-files.js';

const SCHEMAS = {
  budget: BUDGET_SCHEMA,
  'chip-core': CORE_SCHEMA,
  'chip-index': INDEX_SCHEMA,
  'chip-model': CHIP_MODEL_SCHEMA,
  network: NETWORK_SCHEMA,
  program: PROGRAM_SCHEMA,
  report: REPORT_SCHEMA,
  'spinnaker-chip': SPINNAKER_CHIP_SCHEMA,
  'spinnaker-index': SPINNAKER_INDEX_SCHEMA,
  'spinnaker-software': SOFTWARE_SCHEMA,
};

for (const [name, schema] of Object.entries(SCHEMAS)) {
  writeFileSync(new URL(`../docs/${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
