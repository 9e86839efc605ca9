import type { ValidateFunction } from 'ajv';
import { failure } from '../diagnostics/index.ts';
import { type FileKind, parseFile } from './parse-file.ts';
import { REPORT_SCHEMA } from './report-schema.ts';
import { REPORT_VERSION, type RunReport } from './run-report.ts';

const KIND: FileKind = {
  name: 'report',
  version: REPORT_VERSION,
  malformed: 'report-malformed',
  help: 'run the model again with this version of spikec',
};

/**
 * A `report.json` read back; `file` is named in errors. Rejects with `version-unsupported` or `report-malformed`.
 */
export async function readReport(bytes: Uint8Array, file: string): Promise<RunReport> {
  const json = parseFile(bytes, file, KIND);
  validator ??= await compileSchema();
  const validate = validator;
  if (validate(json)) return json;
  const [error] = validate.errors ?? [];
  const item = error.instancePath.slice(1).replaceAll('/', '.');
  throw failure('report-malformed', `the report ${error.message ?? 'is not valid'}`, {
    places: [{ file, item }],
    notes: ['docs/report.schema.json is the schema of reports'],
  });
}

let validator: ValidateFunction<RunReport> | null = null;

async function compileSchema(): Promise<ValidateFunction<RunReport>> {
  const { Ajv } = await import('ajv');
  return new Ajv({ allowUnionTypes: true }).compile<RunReport>(REPORT_SCHEMA);
}
